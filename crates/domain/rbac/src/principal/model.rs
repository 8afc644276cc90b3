//! What is known of a user who calls.

use aedile_kernel::{AccountStatus, LocalRole, PermissionSet, Timestamp, UserId};

/// The role that is assigned to a user, whether it counts now or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignedRole {
    /// The role.
    pub role_name: String,
    /// What it gives.
    pub permissions: PermissionSet,
    /// Whether the role counts at all.
    pub is_active: bool,
    /// Whether its holders must have a second factor.
    pub requires_second_factor: bool,
    /// From when on the assignment no longer counts; `None` is never.
    pub expires_at: Option<Timestamp>,
}

/// Everything about a user that decides what they may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// ID of the user.
    pub id: UserId,
    /// The user's e-mail, when known.
    pub email: Option<String>,
    /// The user's name for people, when known.
    pub display_name: Option<String>,
    /// Whether the user is an admin of the marketplace and of `/api`.
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
    /// Whether the user set up a second factor here.
    pub has_second_factor: bool,
}
