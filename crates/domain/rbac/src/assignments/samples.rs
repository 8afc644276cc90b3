//! Stores of assignments that the tests of rules share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aedile_kernel::mock::NOW;
use aedile_kernel::{Administrator, Administrators, Permission, Timestamp, UserId};

use super::{Assignment, AssignmentId, MockAssignments, NewAssignment};
use crate::roles::samples::{custom, super_admin};
use crate::roles::{Role, SUPER_ADMIN};

/// A store where `user_b` holds the role of this name, with an end so many seconds ahead, or no role. Nothing may be
/// read before the lock is taken.
pub(super) fn store(held: Option<(&str, Option<i64>)>) -> MockAssignments {
    store_beside(&[], held)
}

/// The same beside these super-admins who can act.
pub(super) fn store_beside(others: &[&str], held: Option<(&str, Option<i64>)>) -> MockAssignments {
    let lasting = held.is_some_and(|held| held == (SUPER_ADMIN, None)).then_some("user_b");
    let super_admins = others.iter().copied().chain(lasting).map(able).collect();
    let administrators = Administrators { super_admins, ..Administrators::default() };
    let mut assignments = MockAssignments::new();
    let locked = Arc::new(AtomicBool::new(false));
    let lock = Arc::clone(&locked);
    assignments.expect_lock_administrators().returning(move || {
        lock.store(true, Ordering::Relaxed);
        Ok(administrators.clone())
    });
    let held = held.map(|(role_name, expires_in)| holding(role_name, expires_in));
    let also_locked = Arc::clone(&locked);
    assignments.expect_find().returning(move |_| {
        assert!(also_locked.load(Ordering::Relaxed), "read before the lock");
        Ok(held.clone())
    });
    assignments.expect_find_role().returning(move |name| {
        assert!(locked.load(Ordering::Relaxed), "read before the lock");
        Ok(role(name))
    });
    assignments
}

fn able(name: &str) -> Administrator {
    Administrator { user: UserId::parse(name).unwrap(), can_act: true }
}

/// The assignment of `user_b`.
pub(super) fn holding(role_name: &str, expires_in: Option<i64>) -> Assignment {
    let now = Timestamp::from_micros(NOW);
    assigned(&NewAssignment {
        clerk_user_id: UserId::parse("user_b").unwrap(),
        role_name: role_name.to_owned(),
        assigned_by: "user_z".to_owned(),
        assigned_at: now.plus_seconds(-3600),
        expires_at: expires_in.map(|seconds| now.plus_seconds(seconds)),
    })
}

/// What a store answers when it has stored `new`.
pub(super) fn assigned(new: &NewAssignment) -> Assignment {
    Assignment {
        id: AssignmentId(1),
        clerk_user_id: new.clerk_user_id.clone(),
        role_name: new.role_name.clone(),
        assigned_by: new.assigned_by.clone(),
        assigned_at: new.assigned_at,
        expires_at: new.expires_at,
    }
}

fn role(name: &str) -> Option<Role> {
    match name {
        SUPER_ADMIN => Some(super_admin()),
        "viewer" => Some(Role { is_built_in: true, ..custom(name, &[Permission::FlagsRead]) }),
        "flag-manager" => Some(custom(name, &[Permission::FlagsRead, Permission::FlagsWrite])),
        "disabled" => Some(Role { is_active: false, ..custom(name, &[Permission::FlagsWrite]) }),
        _ => None,
    }
}
