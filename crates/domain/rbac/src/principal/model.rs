//! What is known of a user who calls.

use aedile_kernel::{PermissionSet, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Stopped by an admin.
    Held,
    /// To be erased when the grace period ends.
    PendingDeletion,
    /// Erased.
    Deleted,
}

impl AccountStatus {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Active, Self::Held, Self::PendingDeletion, Self::Deleted];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Held => "held",
            Self::PendingDeletion => "pending_deletion",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the name in the store; `None` for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == name)
    }
}

/// The role of a local sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LocalRole {
    /// A user like any other.
    User,
    /// Has the admin claim.
    Admin,
}

impl LocalRole {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// Reads the name in the store; `None` for any other text.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// The role that is assigned to a user, whether it counts now or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedRole {
    /// The role.
    pub role_name: String,
    /// What it gives.
    pub permissions: PermissionSet,
    /// Whether the role counts at all.
    pub is_active: bool,
    /// From when on the assignment no longer counts; `None` is never.
    pub expires_at: Option<Timestamp>,
}

/// Everything about a user that decides what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// The user's id.
    pub id: UserId,
    /// The user's e-mail, when known.
    pub email: Option<String>,
    /// The user's name for people, when known.
    pub display_name: Option<String>,
    /// Whether the user is an admin of the marketplace and the panel.
    pub is_admin: bool,
    /// The state of the account.
    pub status: AccountStatus,
    /// Whether the user's access is switched off.
    pub api_disabled: bool,
    /// The tier that was given to the user, if one was.
    pub tier: Option<String>,
    /// The role of a local sign-in; `None` for users of the identity provider.
    pub local_role: Option<LocalRole>,
    /// The role that is assigned to the user.
    pub assignment: Option<AssignedRole>,
}
