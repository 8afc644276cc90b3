//! A user.

use aedile_kernel::{Error, Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where a user stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum UserStatus {
    /// Nothing is against them.
    Active,
    /// They may do next to nothing until they are released.
    Held,
    /// They asked for deletion, and may still take it back.
    PendingDeletion,
    /// They are gone; what is left is what the books need.
    Deleted,
}

impl UserStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Active, Self::Held, Self::PendingDeletion, Self::Deleted];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Held => "held",
            Self::PendingDeletion => "pending_deletion",
            Self::Deleted => "deleted",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// `Invalid` for any other text.
    pub fn parse(name: &str) -> Result<Self> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == name)
            .ok_or_else(|| Error::invalid("status", "must be active, held, pending_deletion or deleted"))
    }
}

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct User {
    /// Their id.
    pub id: UserId,
    /// Their e-mail address, lower-cased.
    pub email: Option<String>,
    /// Whether the identity provider says that the address is theirs.
    pub email_verified: bool,
    /// Their name.
    pub display_name: Option<String>,
    /// Whether they may use the admin area.
    pub is_admin: bool,
    /// Where they stand.
    pub status: UserStatus,
    /// Whether they are kept from every API.
    pub api_disabled: bool,
    /// The tier they were given; their plan decides when there is none.
    pub tier: Option<String>,
    /// When they were first seen.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}
