//! A user is gone from the provider.

use aedile_kernel::{AccountStatus, Change, Command, Context, Effect, Operation, Permission, Result, Topic, UserId};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{EventStamp, Taken};
use super::port::{ProviderEvents, gone};

/// Deletes the account of a user who is gone from the identity provider; what the books say about them stays, without
/// their name. The last admin stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteProviderUser {
    /// The event that tells it.
    pub event: EventStamp,
    /// Who is gone.
    pub id: UserId,
}

impl Operation for DeleteProviderUser {
    const NAME: &'static str = "account.delete";
    const PERMISSION: Permission = Permission::UsersWrite;
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn ProviderEvents;
    type Output = Taken;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for DeleteProviderUser {
    fn run(&self, events: &mut Self::Repository, cx: &Context) -> Result<Change<Taken>> {
        if !events.insert_event(&self.event, cx.now)? {
            return Ok(Change::none().returning(Taken::Repeated));
        }
        events.advance(&self.id, gone())?;
        let admins = events.lock_all_admins()?;
        let known = events.find(&self.id)?.filter(|user| user.status != AccountStatus::Deleted);
        let Some(before) = known else { return Ok(Change::none().returning(Taken::Applied)) };
        admins.outlive_removal_of(&self.id)?;
        let role = events.mark_deleted(&self.id, cx.now)?;
        // Their name would outlive them in the audit log.
        let deleted = Change::of(Self::RESOURCE, &self.id)
            .before(&json!({ "status": before.status }))
            .after(&json!({ "status": AccountStatus::Deleted }))
            .invalidate(Topic::Access);
        let change = match role {
            Some(role) => deleted.and(
                Change::of("role_assignment", &self.id).before(&json!({ "role_name": role })).as_action("role.revoke"),
            ),
            None => deleted,
        };
        Ok(change.returning(Taken::Applied))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context};
    use aedile_kernel::{Caller, Error, Timestamp};

    use super::super::port::MockProviderEvents;
    use super::*;
    use crate::users::User;
    use aedile_kernel::{Administrator, Administrators};

    fn ada() -> UserId {
        UserId::parse("user_ada").unwrap()
    }

    fn deletion() -> DeleteProviderUser {
        let at = Timestamp::from_seconds(9);
        DeleteProviderUser {
            event: EventStamp { id: "msg_1".into(), event_type: "user.deleted".into(), at },
            id: ada(),
        }
    }

    fn store(status: Option<AccountStatus>, admins: Administrators) -> MockProviderEvents {
        let mut events = MockProviderEvents::new();
        events.expect_insert_event().returning(|_, _| Ok(true));
        events.expect_advance().withf(|_, at| *at > Timestamp::from_seconds(1 << 36)).returning(|_, _| Ok(true));
        events.expect_lock_all_admins().return_once(|| Ok(admins));
        let at = Timestamp::from_micros(NOW);
        events.expect_find().returning(move |id| {
            Ok(status.map(|status| User {
                id: id.clone(),
                email: Some("ada@example.com".into()),
                email_verified: true,
                display_name: Some("Ada".into()),
                is_admin: true,
                status,
                api_disabled: false,
                tier: None,
                created_at: at,
                updated_at: at,
            }))
        });
        events
    }

    fn flagged(names: &[&str]) -> Administrators {
        let one = |name: &&str| Administrator { user: UserId::parse(name).unwrap(), can_act: true };
        Administrators { flagged: names.iter().map(one).collect(), ..Administrators::default() }
    }

    #[test]
    fn the_account_is_deleted_with_its_role_and_the_audit_log_keeps_no_name() {
        let mut events = store(Some(AccountStatus::Held), flagged(&["user_ada", "user_bob"]));
        events.expect_mark_deleted().times(1).returning(|_, _| Ok(Some("viewer".into())));
        let change = deletion().run(&mut events, &context(Caller::system())).unwrap();
        let [user, role] = change.records() else { panic!("two records") };
        assert_eq!((user.action, user.resource_type), (None, "user"));
        assert_eq!(user.old_values, Some(json!({"status": "held"})));
        assert_eq!(user.new_values, Some(json!({"status": "deleted"})));
        assert_eq!((role.action, role.resource_type), (Some("role.revoke"), "role_assignment"));
    }

    #[test]
    fn c_08_the_last_admin_stays() {
        let refused =
            deletion().run(&mut store(Some(AccountStatus::Active), flagged(&["user_ada"])), &context(Caller::system()));
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }

    #[test]
    fn who_is_unknown_or_gone_already_is_no_change() {
        for status in [None, Some(AccountStatus::Deleted)] {
            let change = deletion().run(&mut store(status, flagged(&[])), &context(Caller::system())).unwrap();
            assert_eq!((change.output(), change.records().len()), (&Taken::Applied, 0));
        }
        let mut events = MockProviderEvents::new();
        events.expect_insert_event().returning(|_, _| Ok(false));
        assert_eq!(deletion().run(&mut events, &context(Caller::system())).unwrap().output(), &Taken::Repeated);
    }
}
