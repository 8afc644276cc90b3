//! What a flag is.

use aedile_kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::rollout::Rollout;

aedile_kernel::numeric_id! {
    /// A flag's number.
    FlagId
}

/// A feature flag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Flag {
    /// Its number.
    pub id: FlagId,
    /// Its unique name, by which code asks for it.
    pub flag_name: String,
    /// Whether the flag is enabled. A disabled flag is off for everybody.
    pub enabled: bool,
    /// The share of users it is on for.
    pub rollout_percentage: Rollout,
    /// The tiers it is limited to; empty for all.
    pub target_tiers: Vec<String>,
    /// The users it is on for whatever their tier and bucket.
    pub target_users: Vec<String>,
    /// Description.
    pub description: Option<String>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A flag that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlag {
    /// Its unique name.
    pub flag_name: String,
    /// Whether the flag is enabled. A disabled flag is off for everybody.
    pub enabled: bool,
    /// The share of users it is on for.
    pub rollout_percentage: Rollout,
    /// The tiers it is limited to; empty for all.
    pub target_tiers: Vec<String>,
    /// The users it is on for whatever their tier and bucket.
    pub target_users: Vec<String>,
    /// Description.
    pub description: Option<String>,
    /// Who makes it.
    pub created_by: String,
    /// When it is made, which is also its first `updated_at`.
    pub created_at: Timestamp,
}
