//! What a scope is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// A scope's number.
    ScopeId
}

/// A scope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Scope {
    /// The row's number.
    pub id: ScopeId,
    /// The name others refer to.
    pub scope_name: String,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: String,
    /// Minimum tier of the caller.
    pub required_tier: String,
    /// Whether it counts; an override that requires one that does not lets nobody pass.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// A scope that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewScope {
    /// The name others refer to.
    pub scope_name: String,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: String,
    /// Minimum tier of the caller.
    pub required_tier: String,
    /// Whether it is active.
    pub is_active: bool,
}

/// What an update of a scope led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ScopeUpdate {
    /// The scope as it is now.
    pub scope: Scope,
    /// Whether it did not exist before.
    pub created: bool,
}

#[cfg(test)]
pub(crate) mod samples {
    use aedile_kernel::mock::NOW;

    use super::*;

    /// A scope with plain fields.
    pub(crate) fn scope(name: &str, required_tier: &str) -> Scope {
        Scope {
            id: ScopeId(1),
            scope_name: name.to_owned(),
            display_name: name.to_owned(),
            description: String::new(),
            required_tier: required_tier.to_owned(),
            is_active: true,
            created_at: Timestamp::from_micros(NOW - 1_000_000),
            updated_at: Timestamp::from_micros(NOW - 1_000_000),
        }
    }
}
