//! What a tier is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

numeric_id! {
    /// A tier's number.
    TierId
}

/// The tier of callers without a credential: always active, always the lowest.
pub const ANONYMOUS: &str = "anonymous";

/// The tier of administrators: always active, always the highest, whatever the others' ranks.
pub const ADMIN: &str = "admin";

/// A tier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tier {
    /// The row's number.
    pub id: TierId,
    /// The name others refer to.
    pub tier_name: String,
    /// The place in the order of tiers, higher is more; no two are equal.
    pub order_rank: u32,
    /// Requests a minute; 0 means unlimited.
    pub rate_limit: u32,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: String,
    /// Capabilities for the services behind the gateway to read.
    pub features: Map<String, Value>,
    /// Whether it counts; those who have a tier that does not, count as the next lower one that does.
    pub is_active: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl Tier {
    /// Whether it is one of the two that hold the order together and so can't be moved, disabled or deleted.
    #[must_use]
    pub fn is_built_in(&self) -> bool {
        matches!(self.tier_name.as_str(), ANONYMOUS | ADMIN)
    }
}

/// A tier that is not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTier {
    /// The name others refer to.
    pub tier_name: String,
    /// The place in the order of tiers.
    pub order_rank: u32,
    /// Requests a minute; 0 means unlimited.
    pub rate_limit: u32,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: String,
    /// Capabilities for the services behind the gateway to read.
    pub features: Map<String, Value>,
    /// Whether it is active.
    pub is_active: bool,
}

/// What an update of a tier led to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TierUpdate {
    /// The tier as it is now.
    pub tier: Tier,
    /// Whether it did not exist before.
    pub created: bool,
}

#[cfg(test)]
pub(crate) mod samples {
    use aedile_kernel::mock::NOW;

    use super::*;

    /// A tier with plain fields.
    pub(crate) fn tier(name: &str, order_rank: u32) -> Tier {
        Tier {
            id: TierId(i64::from(order_rank) + 1),
            tier_name: name.to_owned(),
            order_rank,
            rate_limit: 60,
            display_name: name.to_owned(),
            description: String::new(),
            features: Map::new(),
            is_active: true,
            created_at: Timestamp::from_micros(NOW - 1_000_000),
            updated_at: Timestamp::from_micros(NOW - 1_000_000),
        }
    }

    /// The four tiers of a new installation.
    pub(crate) fn built_in() -> Vec<Tier> {
        vec![tier(ANONYMOUS, 0), tier("free", 1), tier("pro", 2), tier(ADMIN, 3)]
    }
}
