//! Revokes a role.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result, UserId, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Assignment;
use super::port::Assignments;
use super::rules::{another_super_admin_stays, may_take, with_effect};

/// Revokes a user's role, effective from the next request. Returns the ended assignment.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeRole {
    /// ID of the user who holds the role.
    pub clerk_user_id: UserId,
    /// Name of the role.
    pub role_name: String,
}

impl Operation for RevokeRole {
    const NAME: &'static str = "role.revoke";
    const PERMISSION: Permission = Permission::RolesAssign;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = "role_assignment";
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Assignments;
    type Output = Assignment;

    fn resource_id(&self) -> Option<String> {
        Some(self.clerk_user_id.to_string())
    }
}

impl Command for RevokeRole {
    fn run(&self, assignments: &mut Self::Repository, cx: &Context) -> Result<Change<Assignment>> {
        let role_name = text::identifier("role_name", &self.role_name)?;
        let administrators = assignments.lock_administrators()?;
        let held = assignments
            .find(&self.clerk_user_id)?
            .filter(|held| held.role_name == role_name)
            .ok_or_else(|| Error::not_found("Role assignment"))?;
        may_take(&held, assignments, cx)?;
        another_super_admin_stays(&held, &administrators)?;
        assignments.delete(&self.clerk_user_id)?;
        let change = Change::of(Self::RESOURCE, &self.clerk_user_id).before(&held);
        Ok(with_effect(change, &self.clerk_user_id).returning(held))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::samples::{store, store_beside};
    use super::*;
    use crate::roles::SUPER_ADMIN;
    use crate::roles::samples::by_super_admin;

    fn revoke(role_name: &str) -> RevokeRole {
        RevokeRole { clerk_user_id: UserId::parse("user_b").unwrap(), role_name: role_name.into() }
    }

    #[test]
    fn a_role_is_taken_and_kept_on_record() {
        let mut assignments = store(Some(("viewer", None)));
        assignments.expect_delete().once().returning(|_| Ok(()));
        let change = revoke("viewer").run(&mut assignments, &by_super_admin()).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.resource_id, "user_b");
        assert_eq!(record.old_values.as_ref().unwrap()["role_name"], "viewer");
        assert!(record.new_values.is_none());
    }

    #[test]
    fn only_the_role_that_is_held_can_be_revoked() {
        for held in [None, Some(("viewer", None))] {
            let mut assignments = store(held);
            assignments.expect_delete().never();
            let error = revoke("flag-manager").run(&mut assignments, &by_super_admin()).unwrap_err();
            assert!(matches!(error, Error::NotFound(_)), "{error}");
        }
    }

    #[test]
    fn c_17_nobody_revokes_a_role_above_their_own() {
        let cx = context_of("user_a", [Permission::RolesAssign, Permission::FlagsRead]);
        for held in ["flag-manager", SUPER_ADMIN, "disabled"] {
            let mut assignments = store(Some((held, Some(60))));
            assignments.expect_delete().never();
            let error = revoke(held).run(&mut assignments, &cx).unwrap_err();
            assert!(matches!(error, Error::Forbidden(_)), "{held}: {error}");
        }
    }

    #[test]
    fn c_08_the_last_lasting_super_admin_stays() {
        let mut assignments = store(Some((SUPER_ADMIN, None)));
        assignments.expect_delete().never();
        let error = revoke(SUPER_ADMIN).run(&mut assignments, &by_super_admin()).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error}");
    }

    #[test]
    fn one_of_several_or_an_ending_super_admin_goes() {
        for (expiry, others) in [(None, &["user_c"][..]), (Some(60), &[])] {
            let mut assignments = store_beside(others, Some((SUPER_ADMIN, expiry)));
            assignments.expect_delete().once().returning(|_| Ok(()));
            assert!(revoke(SUPER_ADMIN).run(&mut assignments, &by_super_admin()).is_ok());
        }
    }
}
