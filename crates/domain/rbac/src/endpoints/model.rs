//! What an endpoint override is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::method::MethodPattern;
use super::pattern::PathPattern;

numeric_id! {
    /// An endpoint override's number.
    EndpointId
}

/// An endpoint override. When it is not public and names neither tier nor scopes, any signed-in caller may pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointOverride {
    /// The row's number.
    pub id: EndpointId,
    /// The paths it covers.
    pub path_pattern: PathPattern,
    /// Whether the path is case-sensitive (ASCII).
    pub case_sensitive: bool,
    /// The methods it covers.
    pub method: MethodPattern,
    /// Minimum tier of the caller.
    pub required_tier: Option<String>,
    /// The scopes that callers must have, never an empty list.
    pub required_scopes: Option<Vec<String>>,
    /// Whether everybody may pass.
    pub is_public: bool,
    /// Whether it is active.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// An endpoint override that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEndpoint {
    /// The paths it covers.
    pub path_pattern: PathPattern,
    /// Whether the path is case-sensitive (ASCII).
    pub case_sensitive: bool,
    /// The methods it covers.
    pub method: MethodPattern,
    /// Minimum tier of the caller.
    pub required_tier: Option<String>,
    /// The scopes that callers must have, never an empty list.
    pub required_scopes: Option<Vec<String>>,
    /// Whether everybody may pass.
    pub is_public: bool,
    /// Whether it is active.
    pub is_active: bool,
}

#[cfg(test)]
pub(crate) mod samples {
    use aedile_kernel::mock::NOW;

    use super::*;

    /// An override that asks for a signed-in caller.
    pub(crate) fn endpoint(pattern: &str, method: &str) -> EndpointOverride {
        EndpointOverride {
            id: EndpointId(1),
            path_pattern: PathPattern::parse(pattern).unwrap(),
            case_sensitive: false,
            method: MethodPattern::parse(method).unwrap(),
            required_tier: None,
            required_scopes: None,
            is_public: false,
            is_active: true,
            created_at: Timestamp::from_micros(NOW - 1_000_000),
            updated_at: Timestamp::from_micros(NOW - 1_000_000),
        }
    }
}
