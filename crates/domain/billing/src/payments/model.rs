//! Payments and accounts, in our words.

use aedile_kernel::error::Cause;
use aedile_kernel::{Error, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// It was certainly not reached: nothing happened.
    #[error("the payment provider was not reached")]
    NotReached(#[source] Cause),
    /// It may have happened: the same call must be made again, under the same key, before anything else is done.
    #[error("the payment provider did not answer")]
    Uncertain(#[source] Cause),
    /// It refused, and says why.
    #[error("the payment provider refused: {0}")]
    Refused(String),
}

impl From<PaymentError> for Error {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::NotReached(_) | PaymentError::Uncertain(_) => {
                Self::unavailable("the payment provider", error)
            }
            PaymentError::Refused(_) => Self::conflict(error.to_string()),
        }
    }
}

/// A payment to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutOrder {
    /// The purchase's number, which comes back with every event about it.
    pub purchase: i64,
    /// What is bought, for people.
    pub name: String,
    /// What it costs, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// What the marketplace keeps of it.
    pub fee_cents: i64,
    /// The provider's account of the seller.
    pub destination: String,
}

/// A page of the provider's where somebody pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutSession {
    /// What the provider calls it.
    pub id: String,
    /// Where it is; `None` once it is over.
    pub url: Option<String>,
    /// The payment behind it, once there is one.
    pub payment_intent: Option<String>,
    /// Whether it was paid.
    pub is_paid: bool,
}

/// A refund to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundOrder {
    /// The purchase's number.
    pub purchase: i64,
    /// Which refund of it this is, from 1 on: with the purchase's number it makes the key the provider knows it by.
    pub ordinal: i64,
    /// The payment.
    pub payment_intent: String,
    /// How much of it to give back.
    pub amount_cents: i64,
}

/// A refund as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderRefund {
    /// What the provider calls it.
    pub id: String,
    /// Where it stands, in the provider's words, such as `succeeded`.
    pub status: String,
}

/// A seller's account with the provider.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Account {
    /// What the provider calls it.
    pub id: String,
}

/// What the provider said of a seller's account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PaymentAccount {
    /// What the provider calls it.
    pub account: String,
    /// Whose.
    pub seller_id: UserId,
    /// Whether the seller can be paid; `None` before the provider said so.
    pub payments_enabled: Option<bool>,
    /// When the provider said so.
    pub told_at: Option<Timestamp>,
}
