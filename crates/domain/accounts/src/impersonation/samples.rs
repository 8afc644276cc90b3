//! Impersonations for tests.

use aedile_kernel::mock::NOW;
use aedile_kernel::{AccountState, Permission, PermissionSet, Timestamp, UserId};

use super::model::{Impersonation, ImpersonationId, NewImpersonation, Party};

pub(super) fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

/// A user who is no admin.
pub(super) fn ordinary() -> Party {
    Party { state: AccountState::IN_USE, permissions: PermissionSet::USER, is_admin: false }
}

/// An admin who may act as users.
pub(super) fn support() -> Party {
    let permissions = [Permission::UsersImpersonate].into_iter().collect();
    Party { state: AccountState::IN_USE, permissions, is_admin: true }
}

pub(super) fn begun(new: &NewImpersonation) -> Impersonation {
    let NewImpersonation { user_id, acted_by, reason, started_at, expires_at } = new.clone();
    Impersonation { id: ImpersonationId(1), user_id, acted_by, reason, started_at, expires_at, ended_at: None }
}

/// Bob, who began just now to act as Ada.
pub(super) fn impersonation() -> Impersonation {
    let now = Timestamp::from_micros(NOW);
    begun(&NewImpersonation {
        user_id: id("ada"),
        acted_by: id("bob"),
        reason: "Empty page".into(),
        started_at: now,
        expires_at: now.plus_seconds(60),
    })
}
