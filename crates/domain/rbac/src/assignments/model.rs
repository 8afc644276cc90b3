//! What an assignment is.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::principal::{AccountStatus, LocalRole};
use crate::roles::SUPER_ADMIN;

aedile_kernel::numeric_id! {
    /// An assignment's number.
    AssignmentId
}

/// A role in somebody's hands. A user holds at most one; assigning another replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Assignment {
    /// The assignment's number; it stays when the role is replaced.
    pub id: AssignmentId,
    /// Who holds the role. They need not have signed in yet.
    pub clerk_user_id: UserId,
    /// The role.
    pub role_name: String,
    /// Who assigned it, as the audit log names them.
    pub assigned_by: String,
    /// When it was assigned.
    pub assigned_at: Timestamp,
    /// From when on it no longer counts; `None` is never.
    pub expires_at: Option<Timestamp>,
}

impl Assignment {
    /// Whether it makes a super-admin for good.
    #[must_use]
    pub fn is_lasting_super_admin(&self) -> bool {
        self.role_name == SUPER_ADMIN && self.expires_at.is_none()
    }
}

/// An assignment before the store numbers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// ID of the user who gets the role.
    pub clerk_user_id: UserId,
    /// The role.
    pub role_name: String,
    /// Who assigns it.
    pub assigned_by: String,
    /// Time of the assignment.
    pub assigned_at: Timestamp,
    /// From when on it no longer counts.
    pub expires_at: Option<Timestamp>,
}

/// Which assignments are wanted; all when nothing is given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AssignmentFilter {
    /// Filters by the user's ID.
    pub clerk_user_id: Option<UserId>,
    /// Filters by role.
    pub role_name: Option<String>,
}

/// A user, as far as promotion is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Person {
    /// ID of the user.
    pub user_id: UserId,
    /// The user's e-mail, when known.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub email: Option<String>,
    /// Whether the user is an admin of the marketplace and of `/api`.
    pub is_admin: bool,
    /// The role of a local sign-in; `None` for users of the identity provider.
    pub local_role: Option<LocalRole>,
    /// The state of the account.
    pub status: AccountStatus,
}

impl Person {
    /// Whether nothing is missing: the flag, and the role of a local sign-in if there is one.
    #[must_use]
    pub fn is_full_admin(&self) -> bool {
        self.is_admin && self.local_role != Some(LocalRole::User)
    }
}
