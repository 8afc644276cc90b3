//! Assigns a role.

use aedile_kernel::{
    Administrators, Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, ProofNeeded,
    Result, Timestamp, UserId, WidenedRights, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Assignment, NewAssignment};
use super::port::Assignments;
use super::rules::{another_super_admin_stays, may_take, with_effect};
use crate::roles::{Role, SUPER_ADMIN, require_all};

/// Assigns a role to a user, replacing the present one. The user need not have signed in yet.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssignRole {
    /// ID of the user who gets the role.
    pub clerk_user_id: UserId,
    /// The role: `viewer`, `editor`, `super-admin`, or one of your own.
    pub role_name: String,
    /// Expiry; never when null or omitted. An assignment whose expiry has passed gives no permissions.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

impl Operation for AssignRole {
    const NAME: &'static str = "role.assign";
    const PERMISSION: Permission = Permission::RolesAssign;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "role_assignment";
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Assignments;
    type Output = Assignment;

    fn resource_id(&self) -> Option<String> {
        Some(self.clerk_user_id.to_string())
    }
}

impl Command for AssignRole {
    fn run(&self, assignments: &mut Self::Repository, cx: &Context) -> Result<Change<Assignment>> {
        let role_name = text::identifier("role_name", &self.role_name)?;
        let administrators = assignments.lock_administrators()?;
        let role = assignments.find_role(&role_name)?.ok_or_else(|| Error::not_found("Role"))?;
        require_all(cx, role.permission_set())?;
        if !role.is_active {
            return Err(Error::conflict("the role is disabled; enable it first"));
        }
        let new = self.assignment_of(&role, cx);
        match assignments.find(&self.clerk_user_id)? {
            Some(held) => replace(&held, &new, &administrators, assignments, cx),
            None => {
                let set = assignments.set(&new)?;
                let change = Change::of(Self::RESOURCE, &set.clerk_user_id).after(&set);
                Ok(with_effect(change, &set.clerk_user_id).returning(set))
            }
        }
        .map(announced)
    }
}

impl AssignRole {
    fn assignment_of(&self, role: &Role, cx: &Context) -> NewAssignment {
        NewAssignment {
            clerk_user_id: self.clerk_user_id.clone(),
            role_name: role.role_name.clone(),
            assigned_by: cx.caller.actor_id.clone(),
            assigned_at: cx.now,
            expires_at: self.expires_at,
        }
    }
}

/// Whoever becomes a super-admin, the others hear of it.
fn announced(change: Change<Assignment>) -> Change<Assignment> {
    let assignment = change.output();
    if change.records().is_empty() || assignment.role_name != SUPER_ADMIN {
        return change;
    }
    let widened = WidenedRights::SuperAdminMade(assignment.clerk_user_id.clone());
    change.emit(Event::RightsWidened(widened))
}

/// Puts `new` in place of `held`. The same role until the same time is no change; who assigned it first stays on record.
fn replace(
    held: &Assignment,
    new: &NewAssignment,
    administrators: &Administrators,
    assignments: &mut dyn Assignments,
    cx: &Context,
) -> Result<Change<Assignment>> {
    may_take(held, assignments, cx)?;
    if (&held.role_name, held.expires_at) == (&new.role_name, new.expires_at) {
        return Ok(Change::none().returning(held.clone()));
    }
    another_super_admin_stays(held, administrators)?;
    let set = assignments.set(new)?;
    let change = Change::of(AssignRole::RESOURCE, &set.clerk_user_id).before(held).after(&set);
    Ok(with_effect(change, &set.clerk_user_id).returning(set))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::samples::{assigned, store, store_beside};
    use super::*;
    use crate::roles::samples::{by_super_admin, custom};

    const FLAGS: [Permission; 2] = [Permission::FlagsRead, Permission::FlagsWrite];

    fn assign(role_name: &str, expires_in: Option<i64>) -> AssignRole {
        AssignRole {
            clerk_user_id: UserId::parse("user_b").unwrap(),
            role_name: role_name.into(),
            expires_at: expires_in.map(|seconds| Timestamp::from_micros(NOW).plus_seconds(seconds)),
        }
    }

    #[test]
    fn a_first_role_is_assigned_under_the_lock_by_the_caller() {
        let mut assignments = store(None);
        assignments.expect_set().once().returning(|new| Ok(assigned(new)));
        let change = assign("flag-manager", Some(60)).run(&mut assignments, &by_super_admin()).unwrap();
        assert_eq!(change.output().assigned_by, "user_boss");
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("role_assignment", "user_b"));
        assert!(record.old_values.is_none());
    }

    #[test]
    fn another_role_replaces_the_one_held() {
        let mut assignments = store(Some(("viewer", None)));
        assignments.expect_set().once().returning(|new| Ok(assigned(new)));
        let change = assign("flag-manager", None).run(&mut assignments, &by_super_admin()).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!(record.old_values.as_ref().unwrap()["role_name"], "viewer");
        assert_eq!(record.new_values.as_ref().unwrap()["role_name"], "flag-manager");
    }

    #[test]
    fn the_same_again_is_no_change() {
        let mut assignments = store(Some(("viewer", Some(60))));
        assignments.expect_set().never();
        let change = assign("viewer", Some(60)).run(&mut assignments, &by_super_admin()).unwrap();
        assert!(change.records().is_empty());
    }

    #[test]
    fn an_expiry_that_is_past_is_kept_and_audited() {
        let mut assignments = store(None);
        assignments.expect_set().once().returning(|new| Ok(assigned(new)));
        let change = assign("viewer", Some(-1)).run(&mut assignments, &by_super_admin()).unwrap();
        assert_eq!(change.output().expires_at, Some(Timestamp::from_micros(NOW).plus_seconds(-1)));
        assert_eq!(change.records().len(), 1);
    }

    #[test]
    fn the_role_must_exist_and_be_active() {
        let error = assign("unheard-of", None).run(&mut store(None), &by_super_admin()).unwrap_err();
        assert!(matches!(error, Error::NotFound(_)), "{error}");
        let error = assign("disabled", None).run(&mut store(None), &by_super_admin()).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)), "{error}");
    }

    #[test]
    fn c_01_nobody_assigns_a_role_with_a_permission_they_lack() {
        let cx = context_of("user_a", [Permission::RolesAssign, Permission::FlagsRead]);
        for role in ["flag-manager", SUPER_ADMIN, "disabled"] {
            let error = assign(role, None).run(&mut store(None), &cx).unwrap_err();
            assert!(matches!(error, Error::Forbidden(_)), "{role}: {error}");
        }
        let enough = context_of("user_a", [&FLAGS[..], &[Permission::RolesAssign]].concat());
        let mut assignments = store(None);
        assignments.expect_set().once().returning(|new| Ok(assigned(new)));
        assert!(assign("flag-manager", None).run(&mut assignments, &enough).is_ok());
        assert_eq!(custom("flag-manager", &FLAGS).permissions, FLAGS);
    }

    #[test]
    fn c_01_nobody_assigns_themself_more_than_they_hold() {
        let cx = context_of("user_b", [Permission::RolesAssign]);
        let error = assign(SUPER_ADMIN, None).run(&mut store(Some(("viewer", None))), &cx).unwrap_err();
        assert!(matches!(error, Error::Forbidden(_)), "{error}");
    }

    #[test]
    fn c_17_nobody_replaces_an_assignment_above_their_own() {
        let cx = context_of("user_a", [&FLAGS[..], &[Permission::RolesAssign]].concat());
        for held in [(SUPER_ADMIN, None), (SUPER_ADMIN, Some(60)), (SUPER_ADMIN, Some(-60))] {
            let mut assignments = store(Some(held));
            assignments.expect_set().never();
            let error = assign("flag-manager", None).run(&mut assignments, &cx).unwrap_err();
            assert!(matches!(error, Error::Forbidden(_)), "{held:?}: {error}");
        }
    }

    #[test]
    fn c_08_the_last_lasting_super_admin_is_neither_replaced_nor_given_an_end() {
        for (role, expiry) in [("viewer", None), (SUPER_ADMIN, Some(60))] {
            let mut assignments = store(Some((SUPER_ADMIN, None)));
            assignments.expect_set().never();
            let error = assign(role, expiry).run(&mut assignments, &by_super_admin()).unwrap_err();
            assert!(matches!(error, Error::Conflict(_)), "{role}: {error}");

            let mut assignments = store_beside(&["user_c"], Some((SUPER_ADMIN, None)));
            assignments.expect_set().once().returning(|new| Ok(assigned(new)));
            assert!(assign(role, expiry).run(&mut assignments, &by_super_admin()).is_ok(), "{role}");
        }
    }

    #[test]
    fn c_08_the_last_lasting_super_admin_may_be_confirmed() {
        let mut assignments = store(Some((SUPER_ADMIN, None)));
        let change = assign(SUPER_ADMIN, None).run(&mut assignments, &by_super_admin()).unwrap();
        assert!(change.records().is_empty());
    }

    #[test]
    fn c_19_who_assigns_is_not_for_the_caller_to_say() {
        let input = serde_json::json!({"clerk_user_id": "user_b", "role_name": "viewer", "assigned_by": "user_c"});
        assert!(serde_json::from_value::<AssignRole>(input).is_err());
    }
}
