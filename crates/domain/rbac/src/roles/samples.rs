//! Roles and callers that the tests of rules share.

use aedile_kernel::mock::{NOW, context_of};
use aedile_kernel::{Context, Permission, Timestamp};

use super::{Role, RoleId, SUPER_ADMIN};

pub(crate) fn grantable() -> Vec<Permission> {
    Permission::grantable().collect()
}

pub(crate) fn super_admin() -> Role {
    Role { id: RoleId(3), is_built_in: true, ..custom(SUPER_ADMIN, &grantable()) }
}

pub(crate) fn custom(role_name: &str, permissions: &[Permission]) -> Role {
    let then = Timestamp::from_micros(NOW).plus_seconds(-60);
    Role {
        id: RoleId(4),
        role_name: role_name.to_owned(),
        display_name: "A role".to_owned(),
        description: Some("For tests".to_owned()),
        permissions: permissions.to_vec(),
        is_active: true,
        requires_second_factor: false,
        is_built_in: false,
        created_at: then,
        updated_at: then,
    }
}

/// A call by `user_boss`, who may do everything.
pub(crate) fn by_super_admin() -> Context {
    context_of("user_boss", grantable())
}
