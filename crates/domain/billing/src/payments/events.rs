//! What the payment provider tells of its own accord.

use aedile_kernel::{Result, Timestamp};

use crate::purchases::PurchaseId;

/// An event of the provider's, once its signature was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentEvent {
    /// What the provider calls it; one that is sent again has the same.
    pub id: String,
    /// When the provider made it.
    pub created_at: Timestamp,
    /// What it tells.
    pub news: News,
}

/// What an event tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// A purchase was paid.
    Paid {
        /// Which.
        purchase: PurchaseId,
        /// The payment.
        payment_intent: Option<String>,
    },
    /// Money of a payment was given back.
    Refunded {
        /// Of which purchase, when the event says so itself.
        purchase: Option<PurchaseId>,
        /// The payment.
        payment_intent: String,
        /// How much was given back in all, in hundredths of a US dollar.
        refunded_cents: i64,
    },
    /// Whether a seller can be paid by way of their account may have changed.
    Account {
        /// What the provider calls the account.
        account: String,
        /// Whether they can be paid.
        payments_enabled: bool,
    },
    /// Something else.
    Other,
}

/// Checks and reads events.
pub trait PaymentEventReader: Send + Sync {
    /// The event of a body, whose signature stands in a header.
    ///
    /// # Errors
    /// `Unauthenticated` when no signature fits or it is too old, `Invalid` for a body that can't be read.
    fn read(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<PaymentEvent>;
}
