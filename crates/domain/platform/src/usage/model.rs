//! What is counted.

use std::collections::BTreeMap;

use aedile_kernel::{Day, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How often a user called a route on a day, since it was last written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageCount {
    /// Who called.
    pub user_id: UserId,
    /// On which day.
    pub date: Day,
    /// Which route.
    pub route: String,
    /// How often.
    pub count: u64,
    /// The first of these calls.
    pub first_at: Timestamp,
    /// The last of these calls.
    pub last_at: Timestamp,
}

/// How often a route was called on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RouteCount {
    /// On which day.
    pub date: Day,
    /// Which route.
    pub route: String,
    /// How often.
    pub count: u64,
}

/// All calls a user ever made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageTotal {
    /// How many.
    pub count: u64,
    /// The first one; `None` when there was none.
    pub first_seen: Option<Timestamp>,
    /// The last one; `None` when there was none.
    pub last_seen: Option<Timestamp>,
}

/// The calls of a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageDay {
    /// Which day.
    pub date: Day,
    /// How many calls in all.
    pub count: u64,
    /// How many to each route.
    pub routes: BTreeMap<String, u64>,
}

/// What a user did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UsageReport {
    /// ID of the user.
    pub user_id: UserId,
    /// Over all time.
    pub total: UsageTotal,
    /// The days with traffic, the newest first.
    pub days: Vec<UsageDay>,
    /// How many days were looked at, today included.
    pub lookback_days: u32,
}
