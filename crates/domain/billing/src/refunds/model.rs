//! What a refund is.

use aedile_kernel::{Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::payments::RefundOrder;
use crate::purchases::PurchaseId;

numeric_id! {
    /// The number of a refund.
    RefundId
}

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// The provider is being asked for it.
    Pending,
    /// The provider says that the money was given back.
    Succeeded,
    /// The provider was certainly not reached, or refused.
    Withdrawn,
}

impl RefundStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Succeeded, Self::Withdrawn];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// Its number.
    pub id: RefundId,
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// Which refund of it, from 1 on.
    pub ordinal: i64,
    /// How much.
    pub amount_cents: i64,
    /// Where it stands.
    pub status: RefundStatus,
    /// What the provider calls it.
    pub provider_id: Option<String>,
    /// Why.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub reason: String,
    /// When it was asked for.
    pub created_at: Timestamp,
}

impl Refund {
    /// What to ask the provider for, of this payment.
    #[must_use]
    pub fn order(&self, payment_intent: String) -> RefundOrder {
        let Self { purchase, ordinal, amount_cents, .. } = self;
        RefundOrder { purchase: purchase.0, ordinal: *ordinal, payment_intent, amount_cents: *amount_cents }
    }
}

/// A refund that was begun, and what to ask the provider for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refunding {
    /// The refund.
    pub refund: Refund,
    /// What to ask for.
    pub order: RefundOrder,
}
