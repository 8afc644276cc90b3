//! What the payment provider tells of its own accord.

use aedile_kernel::{Reference, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{CheckoutSession, ProviderRefundStatus};

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
    /// A checkout session was completed, has expired, or its payment has succeeded or failed after days.
    Checkout(CheckoutSession),
    /// Money of a payment was given back.
    Charge(ChargeReport),
    /// A refund was made, or stands differently.
    Refund(RefundReport),
    /// A dispute was opened, stands differently, or is decided.
    Dispute(DisputeReport),
    /// Whether a seller can be paid by way of their account may have changed.
    Account {
        /// What the provider calls the account.
        account: String,
        /// Whether they can be paid.
        payments_enabled: bool,
    },
    /// A seller has taken our access to their account away.
    AccountGone {
        /// What the provider calls the account.
        account: String,
    },
    /// Something else, which is left alone.
    Other,
}

/// What the provider says of a payment that money was given back of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ChargeReport {
    /// The payment.
    pub payment_intent: String,
    /// The reference of the purchase, when the payment carries one of ours.
    pub reference: Option<Reference>,
    /// What was paid, in the currency's smallest unit; `None` when the provider does not say.
    pub amount: Option<i64>,
    /// The currency's code in lower case; `None` when the provider does not say.
    pub currency: Option<String>,
    /// How much was given back in all, in the currency's smallest unit.
    pub refunded: i64,
    /// Its refunds, where the event lists them.
    pub refunds: Vec<RefundReport>,
}

/// What the provider says of a refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundReport {
    /// What the provider calls it.
    pub id: String,
    /// The payment, when the provider says which.
    pub payment_intent: Option<String>,
    /// The reference of the refund, when it carries one of ours.
    pub reference: Option<Reference>,
    /// How much is given back, in the currency's smallest unit.
    pub amount: i64,
    /// Where it stands.
    pub status: ProviderRefundStatus,
}

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum DisputeStatus {
    /// The bank asks about the payment; no money has moved. An answer is awaited.
    WarningNeedsResponse,
    /// The bank asks about the payment and looks at the answer.
    WarningUnderReview,
    /// The bank asked about the payment and let it be.
    WarningClosed,
    /// The bank has taken the money back; an answer is awaited.
    NeedsResponse,
    /// The bank has taken the money back and looks at the answer.
    UnderReview,
    /// The money came back to the seller.
    Won,
    /// The money stays with the buyer.
    Lost,
    /// It was settled before it became a dispute.
    Prevented,
}

impl DisputeStatus {
    /// Every status.
    pub const ALL: [Self; 8] = [
        Self::WarningNeedsResponse,
        Self::WarningUnderReview,
        Self::WarningClosed,
        Self::NeedsResponse,
        Self::UnderReview,
        Self::Won,
        Self::Lost,
        Self::Prevented,
    ];

    /// The provider's name of it, which is also the name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WarningNeedsResponse => "warning_needs_response",
            Self::WarningUnderReview => "warning_under_review",
            Self::WarningClosed => "warning_closed",
            Self::NeedsResponse => "needs_response",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
            Self::Prevented => "prevented",
        }
    }

    /// Reads the provider's name of a status; one that is not known yet counts as under review, so that nothing is decided
    /// by it.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.as_str() == name).unwrap_or(Self::UnderReview)
    }

    /// Whether the bank holds the money: meanwhile nothing of the payment can be refunded.
    #[must_use]
    pub const fn holds_money(self) -> bool {
        matches!(self, Self::NeedsResponse | Self::UnderReview)
    }

    /// Whether it is decided.
    #[must_use]
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::WarningClosed | Self::Won | Self::Lost | Self::Prevented)
    }
}

/// What the provider says of a dispute.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DisputeReport {
    /// What the provider calls it.
    pub id: String,
    /// The payment, when the provider says which.
    pub payment_intent: Option<String>,
    /// How much is disputed, in the currency's smallest unit.
    pub amount: i64,
    /// Why, in the provider's words, such as `fraudulent`.
    pub reason: String,
    /// Where it stands.
    pub status: DisputeStatus,
    /// Until when the provider takes an answer.
    pub due_by: Option<Timestamp>,
}

/// Checks and reads events.
pub trait PaymentEventReader: Send + Sync {
    /// The event of a body, whose signature stands in a header. One that only says where to read more (a "thin" event) tells
    /// nothing that is acted on.
    ///
    /// # Errors
    /// `Unauthenticated` when no signature fits or it is too old, `Invalid` for a body that can't be read.
    fn read(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<PaymentEvent>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dispute_statuses_have_the_providers_names() {
        use DisputeStatus as Status;
        for status in Status::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(Status::of(status.as_str()), status);
        }
        assert_eq!(Status::of("something_new"), Status::UnderReview);
        let of = |is: fn(Status) -> bool| Status::ALL.into_iter().filter(|status| is(*status)).collect::<Vec<_>>();
        assert_eq!(of(Status::holds_money), [Status::NeedsResponse, Status::UnderReview]);
        assert_eq!(of(Status::is_closed), [Status::WarningClosed, Status::Won, Status::Lost, Status::Prevented]);
    }
}
