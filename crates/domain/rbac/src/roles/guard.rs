//! The one guard of everything that hands out rights or takes them.

use aedile_kernel::{Context, Error, PermissionSet, Result};

/// Refuses a caller who lacks one of `permissions`: nobody gives, takes or changes what they don't hold themselves.
pub(crate) fn require_all(cx: &Context, permissions: PermissionSet) -> Result<()> {
    match cx.caller.permissions.first_missing(permissions) {
        None => Ok(()),
        Some(missing) => {
            Err(Error::forbidden(format!("the role carries the permission {missing}, which you don't have yourself")))
        }
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Permission;
    use aedile_kernel::mock::context_of;
    use proptest::prelude::*;

    use super::*;

    fn any_permissions() -> impl Strategy<Value = Vec<Permission>> {
        let grantable: Vec<Permission> = Permission::grantable().collect();
        proptest::sample::subsequence(grantable.clone(), 0..=grantable.len())
    }

    proptest! {
        #[test]
        fn exactly_the_holders_of_every_permission_pass(held in any_permissions(), asked in any_permissions()) {
            let cx = context_of("user_a", held.iter().copied());
            let passes = asked.iter().all(|p| held.contains(p));
            prop_assert_eq!(require_all(&cx, asked.into_iter().collect()).is_ok(), passes);
        }
    }
}
