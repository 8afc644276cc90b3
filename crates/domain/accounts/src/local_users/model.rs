//! A local user.

use aedile_kernel::time::random_bytes;
use aedile_kernel::{Context, LocalRole, Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Builder;

use super::identifier::{Identifier, IdentifierType};

/// A user who signs in with a password kept here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct LocalUser {
    /// Their id, a UUID.
    pub id: UserId,
    /// What they sign in with.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub identifier: String,
    /// Its kind.
    pub identifier_type: IdentifierType,
    /// Whether they may enter the access-control area.
    pub role: LocalRole,
    /// The tier they were given, or else their role's default.
    pub tier: String,
    /// Whether they are kept from every API.
    pub api_disabled: bool,
    /// Whether they must choose a new password before they sign in again.
    #[serde(default)]
    pub must_change_password: bool,
    /// When they were created.
    pub created_at: Timestamp,
    /// When they were last changed.
    pub updated_at: Timestamp,
}

/// A local user with what is behind the tier they show: given to them, or derived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocalAccount {
    /// The user as everybody sees them.
    #[serde(flatten)]
    pub user: LocalUser,
    /// The tier they were given.
    pub explicit_tier: Option<String>,
}

impl LocalAccount {
    /// A user who begins now, with an ID that is drawn.
    ///
    /// # Errors
    /// None that a caller could mend.
    pub fn new(identifier: &Identifier, role: LocalRole, tier: Option<String>, cx: &Context) -> Result<Self> {
        let uuid = Builder::from_random_bytes(random_bytes(cx.entropy.as_ref())).into_uuid();
        let user = LocalUser {
            id: UserId::parse(&uuid.to_string())?,
            identifier: identifier.as_str().to_owned(),
            identifier_type: identifier.kind(),
            role: LocalRole::User,
            tier: String::new(),
            api_disabled: false,
            must_change_password: false,
            created_at: cx.now,
            updated_at: cx.now,
        };
        Ok(Self { user, explicit_tier: None }.with(role, tier))
    }

    /// The account with this role and tier.
    #[must_use]
    pub fn with(mut self, role: LocalRole, explicit_tier: Option<String>) -> Self {
        self.user.role = role;
        self.user.tier = explicit_tier.clone().unwrap_or_else(|| role.default_tier().to_owned());
        self.explicit_tier = explicit_tier;
        self
    }
}
