//! Shows a caller what they may do in the admin area.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::Principals;

/// Shows your permissions in the admin area: those of your role.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowOwnPermissions {}

impl Operation for ShowOwnPermissions {
    const NAME: &'static str = "permission.show_own";
    const PERMISSION: Permission = Permission::AdminArea;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "permission";
    type Repository = dyn Principals;
    type Output = Vec<Permission>;
}

impl Query for ShowOwnPermissions {
    fn run(&self, _: &mut Self::Repository, cx: &Context) -> Result<Vec<Permission>> {
        Ok(cx.caller.permissions.iter().filter(|permission| permission.is_grantable()).collect())
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPrincipals;
    use super::*;

    #[test]
    fn what_everybody_has_is_not_listed() {
        let shown = |permissions: &[Permission]| {
            let cx = context_of("user_a", permissions.iter().copied());
            ShowOwnPermissions {}.run(&mut MockPrincipals::new(), &cx).unwrap()
        };
        assert_eq!(shown(&[Permission::FlagsWrite, Permission::AdminArea]), [Permission::FlagsWrite]);
        assert!(shown(&[Permission::AdminArea]).is_empty());
    }
}
