//! Makes a user an admin.

use aedile_kernel::{
    AccountStatus, Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, PermissionSet,
    ProofNeeded, Result, Topic, UserId, WidenedRights,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::AdminStatus;
use super::port::MarketplaceAdmins;
use crate::users::User;

/// Makes a user an admin of the marketplace. Idempotent. Only for those who hold all that the flag `is_admin` permits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PromoteAdmin {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for PromoteAdmin {
    const NAME: &'static str = "admin.promote";
    const PERMISSION: Permission = Permission::AdminsWrite;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const COMMAND_VERB: Option<&'static str> = Some("add");
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn MarketplaceAdmins;
    type Output = AdminStatus;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for PromoteAdmin {
    fn run(&self, admins: &mut Self::Repository, cx: &Context) -> Result<Change<AdminStatus>> {
        cx.caller.require_all(PermissionSet::of_admin_flag())?;
        admins.lock_admins()?;
        let user = admins.lock_user(&self.user_id)?.ok_or_else(|| Error::not_found("User"))?;
        let status = AdminStatus { user_id: user.id.clone(), is_admin: true };
        if user.is_admin {
            return Ok(Change::none().returning(status));
        }
        if user.status != AccountStatus::Active || user.api_disabled {
            return Err(Error::conflict("only an account in use can be made an admin; release it first"));
        }
        admins.set_admin(&user.id, true, cx.now)?;
        let after = User { is_admin: true, ..user.clone() };
        let changed = Event::RoleChanged { user: user.id.clone() };
        let widened = Event::RightsWidened(WidenedRights::AdminMade(user.id.clone()));
        let change = Change::of(Self::RESOURCE, &user.id).before(&user).after(&after);
        Ok(change.invalidate(Topic::Access).emit(changed).emit(widened).returning(status))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockMarketplaceAdmins;
    use super::*;
    use crate::users::sample;
    use aedile_kernel::Administrators;

    fn promote(user: Option<User>, writes: usize) -> Result<Change<AdminStatus>> {
        let mut admins = MockMarketplaceAdmins::new();
        admins.expect_lock_admins().return_once(|| Ok(Administrators::default()));
        admins.expect_lock_user().return_once(move |_| Ok(user));
        admins.expect_set_admin().times(writes).returning(|_, _, _| Ok(()));
        let cx = context_of("user_root", PermissionSet::of_admin_flag().iter());
        PromoteAdmin { user_id: UserId::parse("user_a").unwrap() }.run(&mut admins, &cx)
    }

    #[test]
    fn a_user_becomes_an_admin_once() {
        let change = promote(Some(sample("user_a")), 1).unwrap();
        assert!(change.output().is_admin);
        assert_eq!(change.records()[0].new_values, Some(serde_json::json!({"is_admin": true})));
        let again = promote(Some(User { is_admin: true, ..sample("user_a") }), 0).unwrap();
        assert!(again.output().is_admin && again.records().is_empty());
    }

    #[test]
    fn c_03_nobody_makes_an_admin_who_lacks_what_admins_may_do() {
        let cx = context_of("user_clerk", [Permission::AdminsWrite, Permission::UsersRead]);
        let command = PromoteAdmin { user_id: UserId::parse("user_a").unwrap() };
        assert!(matches!(command.run(&mut MockMarketplaceAdmins::new(), &cx), Err(Error::Denied(_))));
    }

    #[test]
    fn unknown_held_and_deleted_users_become_none() {
        assert!(matches!(promote(None, 0), Err(Error::NotFound(_))));
        for status in [AccountStatus::Held, AccountStatus::PendingDeletion, AccountStatus::Deleted] {
            let refused = promote(Some(User { status, ..sample("user_a") }), 0);
            assert!(matches!(refused, Err(Error::Conflict(_))), "{status:?}");
        }
    }
}
