//! Lists the catalogue of permissions.

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result, Risk};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::port::Principals;

/// Lists every permission that a role can hold, with what it permits and how much harm can be done with it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListPermissions {}

/// A permission that a role can hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PermissionDescription {
    /// Name, such as `flags:write`.
    pub name: Permission,
    /// What it permits.
    pub description: String,
    /// How much harm can be done with it.
    pub risk: Risk,
    /// Which scope of an API key implies it: `admin:read`, `admin:write` or none.
    pub implied_by: Option<Permission>,
}

impl Operation for ListPermissions {
    const NAME: &'static str = "permission.list";
    const PERMISSION: Permission = Permission::AdminRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "permission";
    type Repository = dyn Principals;
    type Output = Vec<PermissionDescription>;
}

impl Query for ListPermissions {
    fn run(&self, _: &mut Self::Repository, _: &Context) -> Result<Vec<PermissionDescription>> {
        Ok(Permission::grantable().map(PermissionDescription::from).collect())
    }
}

impl From<Permission> for PermissionDescription {
    fn from(permission: Permission) -> Self {
        Self {
            name: permission,
            description: permission.description().to_owned(),
            risk: permission.risk(),
            implied_by: permission.implied_by(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPrincipals;
    use super::*;

    #[test]
    fn what_nobody_is_granted_is_not_listed() {
        let cx = context_of("user_a", [Permission::AdminRead]);
        let listed = ListPermissions {}.run(&mut MockPrincipals::new(), &cx).unwrap();
        let find = |name: Permission| listed.iter().find(|listed| listed.name == name);
        assert!(find(Permission::Own).is_none() && find(Permission::AdminArea).is_none());
        let refund = find(Permission::BillingRefund).unwrap();
        assert_eq!((refund.risk, refund.implied_by), (Risk::High, Some(Permission::AdminWrite)));
    }
}
