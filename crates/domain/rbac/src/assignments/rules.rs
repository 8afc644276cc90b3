//! What every change of an assignment must pass, whichever entry point it comes through.

use aedile_kernel::{Administrators, Change, Context, Error, Event, Result, Topic, UserId};

use super::model::Assignment;
use super::port::Assignments;
use crate::roles::require_all;

/// Judges taking `held` away or replacing it: the caller must hold every permission of its role, even when it has
/// expired or the role is disabled, since both can change back.
pub(super) fn may_take(held: &Assignment, assignments: &mut dyn Assignments, cx: &Context) -> Result<()> {
    let role = assignments.find_role(&held.role_name)?.ok_or_else(|| Error::not_found("Role"))?;
    require_all(cx, role.permission_set())
}

/// Refuses to end the assignment of the last super-admin who can act.
pub(super) fn another_super_admin_stays(held: &Assignment, administrators: &Administrators) -> Result<()> {
    if held.is_lasting_super_admin() { administrators.outlive_revocation_of(&held.clerk_user_id) } else { Ok(()) }
}

/// What follows each change of a user's role: caches forget it, and the user's sessions end.
pub(super) fn with_effect(change: Change<()>, user: &UserId) -> Change<()> {
    change.invalidate(Topic::Access).emit(Event::RoleChanged { user: user.clone() })
}
