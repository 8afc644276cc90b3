//! A profile.

use aedile_kernel::{AccountStatus, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What users see of themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Profile {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, when known.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub email: Option<String>,
    /// Whether the identity provider says that the address is theirs.
    pub email_verified: bool,
    /// Their name.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub display_name: Option<String>,
    /// Whether they agreed to marketing mail.
    pub marketing_opt_in: bool,
    /// Whether they are an admin of the marketplace.
    pub is_admin: bool,
    /// Whether they accepted the terms for sellers.
    pub is_seller: bool,
    /// Their page as a seller.
    pub seller_slug: Option<String>,
    /// Where they stand.
    pub status: AccountStatus,
    /// When they asked to be deleted.
    pub deletion_requested_at: Option<Timestamp>,
    /// When they will be.
    pub deletion_scheduled_for: Option<Timestamp>,
    /// When they were first seen.
    pub created_at: Timestamp,
}
