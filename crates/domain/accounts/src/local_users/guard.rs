//! Who may make, change or remove an administrator by way of a local user's record.

use aedile_kernel::{Context, Error, LocalRole, Permission, PermissionSet, Result};

use super::model::LocalAccount;

/// The tier without limits, which is as good as a right.
const ADMIN_TIER: &str = "admin";

/// Refuses who would give the role or the tier admin without being allowed to assign roles, or without a recent proof of who
/// they are.
pub(crate) fn may_become(cx: &Context, account: &LocalAccount) -> Result<()> {
    if !is_admin(account) {
        return Ok(());
    }
    needs(cx, Permission::RolesAssign)?;
    cx.require_recent_proof()
}

/// Refuses who would change an administrator without being allowed to assign roles, and who would change anybody with a
/// permission they lack themselves. Changes of administrators ask for a recent proof.
pub(crate) fn may_change(cx: &Context, account: &LocalAccount, permissions: PermissionSet) -> Result<()> {
    if is_admin(account) || permissions != PermissionSet::default() {
        needs(cx, Permission::RolesAssign)?;
        cx.require_recent_proof()?;
    }
    cx.caller.require_all(permissions)
}

/// Whether this role, with the tier that was given or else its own, makes an administrator.
pub(crate) fn makes_admin(role: LocalRole, tier: Option<&str>) -> bool {
    role == LocalRole::Admin || tier == Some(ADMIN_TIER)
}

fn is_admin(account: &LocalAccount) -> bool {
    makes_admin(account.user.role, Some(&account.user.tier))
}

fn needs(cx: &Context, permission: Permission) -> Result<()> {
    if cx.caller.permissions.contains(permission) { Ok(()) } else { Err(Error::Denied(permission)) }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::testing::account;
    use super::*;

    #[test]
    fn c_01_an_admin_is_made_only_by_who_assigns_roles() {
        let writer = context_of("ada", [Permission::UsersWrite]);
        let assigner = context_of("ada", [Permission::UsersWrite, Permission::RolesAssign]);
        for admin in [
            account("bob").with(LocalRole::Admin, Some("free".into())),
            account("bob").with(LocalRole::User, Some("admin".into())),
        ] {
            assert!(matches!(may_become(&writer, &admin), Err(Error::Denied(Permission::RolesAssign))));
            assert!(matches!(may_change(&writer, &admin, PermissionSet::default()), Err(Error::Denied(_))));
            assert!(may_become(&assigner, &admin).is_ok());
            assert!(may_change(&assigner, &admin, PermissionSet::default()).is_ok());
        }
        assert!(may_become(&writer, &account("bob")).is_ok());
        assert!(may_change(&writer, &account("bob"), PermissionSet::default()).is_ok());
    }

    #[test]
    fn c_04_nobody_touches_a_user_above_themself() {
        let assigner = context_of("ada", [Permission::UsersWrite, Permission::RolesAssign]);
        let auditor = [Permission::AuditRead].into_iter().collect();
        let refused = may_change(&assigner, &account("bob"), auditor);
        assert!(matches!(refused, Err(Error::Denied(Permission::AuditRead))));
        let equal = [Permission::UsersWrite].into_iter().collect();
        assert!(may_change(&assigner, &account("bob"), equal).is_ok());
    }
}
