//! What every change of an assignment must pass, whichever door it comes through.

use aedile_kernel::{Context, Error, Result};

use super::model::Assignment;
use super::port::Assignments;
use crate::roles::require_all;

/// Judges taking `held` away or replacing it: the caller must hold every permission of its role, even when it has
/// expired or the role is disabled, since both can change back.
pub(super) fn may_take(held: &Assignment, assignments: &mut dyn Assignments, cx: &Context) -> Result<()> {
    let role = assignments.find_role(&held.role_name)?.ok_or_else(|| Error::not_found("Role"))?;
    require_all(cx, role.permission_set())
}

/// Refuses to end the last assignment of super-admin that has no end; call it only under the lock.
pub(super) fn someone_else_lasts(held: &Assignment, assignments: &mut dyn Assignments) -> Result<()> {
    if held.is_lasting_super_admin() && assignments.count_lasting_super_admins_but(&held.clerk_user_id)? == 0 {
        return Err(Error::conflict("this is the last super-admin without an expiry; assign another one first"));
    }
    Ok(())
}
