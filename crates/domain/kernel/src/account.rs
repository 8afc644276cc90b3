//! What every domain knows of an account.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

/// The state of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AccountStatus {
    /// In use.
    Active,
    /// Stopped by an admin.
    Held,
    /// To be erased when the grace period ends, unless its owner takes that back.
    PendingDeletion,
    /// Erased; what is left is what the books need.
    Deleted,
}

impl AccountStatus {
    /// Every state.
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
        let found = Self::ALL.into_iter().find(|status| status.as_str() == name);
        found.ok_or_else(|| Error::invalid("status", "must be active, held, pending_deletion or deleted"))
    }
}

/// Whether a local user has the admin claim, as a token's metadata says for users of the identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LocalRole {
    /// A user like any other.
    User,
    /// Has the admin claim; what they may do with it is what their assigned role permits.
    Admin,
}

impl LocalRole {
    /// Every role.
    pub const ALL: [Self; 2] = [Self::User, Self::Admin];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Admin => "admin",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// `Invalid` for any other text.
    pub fn parse(name: &str) -> Result<Self> {
        let found = Self::ALL.into_iter().find(|role| role.as_str() == name);
        found.ok_or_else(|| Error::invalid("role", "must be user or admin"))
    }

    /// The tier of those who were given none.
    #[must_use]
    pub const fn default_tier(self) -> &'static str {
        match self {
            Self::User => "free",
            Self::Admin => "admin",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_back() {
        for status in AccountStatus::ALL {
            assert_eq!(AccountStatus::parse(status.as_str()).unwrap(), status);
        }
        for role in LocalRole::ALL {
            assert_eq!(LocalRole::parse(role.as_str()).unwrap(), role);
        }
        assert!(AccountStatus::parse("Active").is_err() && LocalRole::parse("root").is_err());
    }
}
