//! Lists the roles.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Role;
use super::port::Roles;

/// Lists every role with its permissions, built-in ones first.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRoles {}

impl Operation for ListRoles {
    const NAME: &'static str = "role.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "role";
    type Repository = dyn Roles;
    type Output = Vec<Role>;
}

impl Query for ListRoles {
    fn run(&self, roles: &mut Self::Repository, _: &Context) -> Result<Vec<Role>> {
        roles.list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::MockRoles;
    use crate::roles::samples::{by_super_admin, super_admin};

    #[test]
    fn the_list_is_the_stores() {
        let mut roles = MockRoles::new();
        roles.expect_list().return_once(|| Ok(vec![super_admin()]));
        assert_eq!(ListRoles {}.run(&mut roles, &by_super_admin()).unwrap(), [super_admin()]);
    }
}
