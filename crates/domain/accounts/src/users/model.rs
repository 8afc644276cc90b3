//! A user.

use aedile_kernel::{AccountStatus, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, lower-cased.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub email: Option<String>,
    /// Whether the identity provider says that the address is theirs.
    pub email_verified: bool,
    /// Their name.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub display_name: Option<String>,
    /// Whether they may use the admin area.
    pub is_admin: bool,
    /// Where they stand.
    pub status: AccountStatus,
    /// Whether they are kept from every API.
    pub api_disabled: bool,
    /// The tier they were given; their plan decides when there is none.
    pub tier: Option<String>,
    /// When they were first seen.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}
