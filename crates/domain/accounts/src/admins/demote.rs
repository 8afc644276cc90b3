//! Takes admin rights from a user.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, PermissionSet, ProofNeeded,
    Result, Topic, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::AdminStatus;
use super::port::MarketplaceAdmins;
use crate::users::User;

/// Demotes a marketplace admin. The last admin can't be demoted. Roles stay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoteAdmin {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for DemoteAdmin {
    const NAME: &'static str = "admin.demote";
    const PERMISSION: Permission = Permission::AdminsWrite;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn MarketplaceAdmins;
    type Output = AdminStatus;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for DemoteAdmin {
    fn run(&self, admins: &mut Self::Repository, cx: &Context) -> Result<Change<AdminStatus>> {
        cx.caller.require_all(PermissionSet::of_admin_flag())?;
        let all = admins.lock_admins()?;
        let user = admins.lock_user(&self.user_id)?.ok_or_else(|| Error::not_found("User"))?;
        let status = AdminStatus { user_id: user.id.clone(), is_admin: false };
        if !user.is_admin {
            return Ok(Change::none().returning(status));
        }
        all.outlive_unflagging_of(&user.id)?;
        admins.set_admin(&user.id, false, cx.now)?;
        let after = User { is_admin: false, ..user.clone() };
        let changed = Event::RoleChanged { user: user.id.clone() };
        let change = Change::of(Self::RESOURCE, &user.id).before(&user).after(&after);
        Ok(change.invalidate(Topic::Access).emit(changed).returning(status))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockMarketplaceAdmins;
    use super::*;
    use crate::users::sample;
    use aedile_kernel::{Administrator, Administrators};

    fn demote(flagged: &[(&str, bool)], user: Option<User>, writes: usize) -> Result<Change<AdminStatus>> {
        let flagged = flagged
            .iter()
            .map(|(name, can_act)| Administrator { user: UserId::parse(name).unwrap(), can_act: *can_act })
            .collect();
        let mut admins = MockMarketplaceAdmins::new();
        admins.expect_lock_admins().return_once(|| Ok(Administrators { flagged, ..Administrators::default() }));
        admins.expect_lock_user().return_once(move |_| Ok(user));
        admins.expect_set_admin().times(writes).returning(|_, _, _| Ok(()));
        let cx = context_of("user_root", PermissionSet::of_admin_flag().iter());
        DemoteAdmin { user_id: UserId::parse("user_a").unwrap() }.run(&mut admins, &cx)
    }

    fn admin() -> Option<User> {
        Some(User { is_admin: true, ..sample("user_a") })
    }

    #[test]
    fn one_of_two_goes_and_the_last_stays() {
        let change = demote(&[("user_a", true), ("user_b", true)], admin(), 1).unwrap();
        assert!(!change.output().is_admin && change.records().len() == 1);
        assert!(matches!(demote(&[("user_a", true)], admin(), 0), Err(Error::Conflict(_))));
    }

    #[test]
    fn c_04_nobody_demotes_who_may_do_more_than_they() {
        let cx = context_of("user_clerk", [Permission::AdminsWrite]);
        let command = DemoteAdmin { user_id: UserId::parse("user_a").unwrap() };
        assert!(matches!(command.run(&mut MockMarketplaceAdmins::new(), &cx), Err(Error::Denied(_))));
    }

    #[test]
    fn c_08_an_admin_on_hold_is_no_other_admin() {
        let refused = demote(&[("user_a", true), ("user_held", false)], admin(), 0);
        assert!(matches!(refused, Err(Error::Conflict(_))));
    }

    #[test]
    fn who_is_no_admin_stays_none_and_strangers_are_unknown() {
        assert!(demote(&[], Some(sample("user_a")), 0).unwrap().records().is_empty());
        assert!(matches!(demote(&[], None, 0), Err(Error::NotFound(_))));
    }
}
