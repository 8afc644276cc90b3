//! Lists who holds which role.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result, UserId, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Assignment, AssignmentFilter};
use super::port::Assignments;

/// Lists role assignments, including expired ones.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListAssignments {
    /// Filters by the user's ID.
    #[serde(default)]
    pub clerk_user_id: Option<UserId>,
    /// Filters by role.
    #[serde(default)]
    pub role_name: Option<String>,
}

impl Operation for ListAssignments {
    const NAME: &'static str = "assignment.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "role_assignment";
    type Repository = dyn Assignments;
    type Output = Vec<Assignment>;

    fn resource_id(&self) -> Option<String> {
        self.clerk_user_id.as_ref().map(UserId::to_string)
    }
}

impl Query for ListAssignments {
    fn run(&self, assignments: &mut Self::Repository, _: &Context) -> Result<Vec<Assignment>> {
        let role_name = self.role_name.as_deref().map(|name| text::identifier("role_name", name)).transpose()?;
        assignments.list(&AssignmentFilter { clerk_user_id: self.clerk_user_id.clone(), role_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::assignments::MockAssignments;
    use crate::roles::samples::by_super_admin;

    fn list(role_name: &str) -> ListAssignments {
        let clerk_user_id = Some(UserId::parse("user_a").unwrap());
        ListAssignments { clerk_user_id, role_name: Some(role_name.into()) }
    }

    #[test]
    fn the_filters_reach_the_store() {
        let mut assignments = MockAssignments::new();
        let expected = AssignmentFilter {
            clerk_user_id: Some(UserId::parse("user_a").unwrap()),
            role_name: Some("editor".into()),
        };
        assignments.expect_list().once().withf(move |filter| *filter == expected).returning(|_| Ok(vec![]));
        assert!(list("editor").run(&mut assignments, &by_super_admin()).unwrap().is_empty());
    }

    #[test]
    fn a_name_that_no_role_can_have_is_invalid() {
        assert!(list("a\0b").run(&mut MockAssignments::new(), &by_super_admin()).is_err());
    }
}
