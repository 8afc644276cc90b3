//! What a dispute is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::payments::DisputeStatus;
use crate::purchases::PurchaseId;

numeric_id! {
    /// The number of a dispute.
    DisputeId
}

/// A buyer's bank disputes the payment of a purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Dispute {
    /// Its number.
    pub id: DisputeId,
    /// The purchase whose payment is disputed.
    pub purchase: PurchaseId,
    /// What the provider calls it; it is answered in the provider's dashboard.
    pub provider_id: String,
    /// How much is disputed, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// Why, in the provider's words, such as `fraudulent`.
    pub reason: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Until when it can be answered.
    pub due_by: Option<Timestamp>,
    /// When the provider last told of it.
    pub told_at: Timestamp,
    /// When it was first told of.
    pub created_at: Timestamp,
}
