//! What is shown of admins.

use aedile_kernel::UserId;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// An admin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdminProfile {
    /// ID of the user.
    pub user_id: UserId,
    /// Their e-mail address, when known.
    pub email: Option<String>,
    /// Their name, when known.
    pub display_name: Option<String>,
}

/// Whether a user is an admin, after a promotion or a demotion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdminStatus {
    /// ID of the user.
    pub user_id: UserId,
    /// Whether they are one now.
    pub is_admin: bool,
}

/// Whether the caller is an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AdminCheck {
    /// Whether they are.
    pub is_admin: bool,
}
