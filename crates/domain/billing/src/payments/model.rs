//! Payments and accounts, in our words.

use aedile_kernel::error::Cause;
use aedile_kernel::{Error, Reference, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why the provider did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// This attempt was certainly not heard: it did nothing. It says nothing about earlier attempts.
    #[error("the payment provider was not reached")]
    NotReached(#[source] Cause),
    /// It may have happened: the provider must be asked what became of it before anything else is done.
    #[error("the payment provider did not answer")]
    Uncertain(#[source] Cause),
    /// The provider refused this attempt, and says why.
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

/// A seller's account to ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountOrder {
    /// What the provider knows the account's opening by: drawn once and kept with the seller.
    pub reference: Reference,
    /// Whose account.
    pub seller: UserId,
    /// The seller's e-mail address, when known.
    pub email: Option<String>,
}

/// A payment to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckoutOrder {
    /// What the provider knows the purchase by; it comes back with every event about it.
    pub reference: Reference,
    /// What is bought, for people.
    pub name: String,
    /// What it costs, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// What the marketplace keeps of it, in hundredths of a US dollar.
    pub fee_cents: i64,
    /// The provider's account of the seller.
    pub destination: String,
}

/// Whether a checkout session takes a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SessionState {
    /// It waits for the buyer.
    Open,
    /// The buyer has paid, or has started a payment that takes days.
    Complete,
    /// Nobody can pay there any more.
    Expired,
}

/// Where the payment of a checkout session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PaymentState {
    /// Nothing was paid; the payment may be under way.
    Unpaid,
    /// The money is there.
    Paid,
    /// A payment that took days has failed; the session takes no other.
    Failed,
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
    /// Whether it takes a payment.
    pub state: SessionState,
    /// Where its payment stands.
    pub payment: PaymentState,
    /// What is paid there, in the currency's smallest unit; `None` when the provider does not say.
    pub amount: Option<i64>,
    /// The currency's code in lower case, such as `usd`; `None` when the provider does not say.
    pub currency: Option<String>,
    /// The reference of the purchase it was opened for; `None` of sessions that others opened.
    pub reference: Option<Reference>,
}

/// What a checkout session means for its purchase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckoutOutcome {
    /// The buyer can pay there.
    Open,
    /// A payment is under way, and may take days.
    Processing,
    /// It is paid.
    Paid,
    /// Nothing was paid, and nothing can be.
    Over,
}

impl CheckoutSession {
    /// What the session means for its purchase.
    #[must_use]
    pub const fn outcome(&self) -> CheckoutOutcome {
        match (self.payment, self.state) {
            (PaymentState::Paid, _) => CheckoutOutcome::Paid,
            (PaymentState::Failed, _) | (PaymentState::Unpaid, SessionState::Expired) => CheckoutOutcome::Over,
            (PaymentState::Unpaid, SessionState::Complete) => CheckoutOutcome::Processing,
            (PaymentState::Unpaid, SessionState::Open) => CheckoutOutcome::Open,
        }
    }
}

/// A refund to ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RefundOrder {
    /// What the provider knows the refund by; it comes back with every event about it.
    pub reference: Reference,
    /// The payment.
    pub payment_intent: String,
    /// How much of it to give back, in hundredths of a US dollar.
    pub amount_cents: i64,
}

/// Where a refund stands at the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProviderRefundStatus {
    /// It is under way.
    Pending,
    /// The buyer must do something before they get the money.
    RequiresAction,
    /// The money was given back.
    Succeeded,
    /// The money came back to the provider.
    Failed,
    /// It was called off.
    Canceled,
}

impl ProviderRefundStatus {
    /// Every status.
    pub const ALL: [Self; 5] = [Self::Pending, Self::RequiresAction, Self::Succeeded, Self::Failed, Self::Canceled];

    /// The provider's name of it, which is also the name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::RequiresAction => "requires_action",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Reads the provider's name of a status; one that is not known yet counts as pending, so that it is asked about again.
    #[must_use]
    pub fn of(name: &str) -> Self {
        Self::ALL.into_iter().find(|status| status.as_str() == name).unwrap_or(Self::Pending)
    }

    /// Whether the buyer does not get the money by this refund.
    #[must_use]
    pub const fn is_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Canceled)
    }
}

/// A refund as the provider knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProviderRefund {
    /// What the provider calls it.
    pub id: String,
    /// Where it stands.
    pub status: ProviderRefundStatus,
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
    /// ID of the seller.
    pub seller_id: UserId,
    /// Whether the seller can be paid; `None` before the provider said so.
    pub payments_enabled: Option<bool>,
    /// When the provider said so.
    pub told_at: Option<Timestamp>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(state: SessionState, payment: PaymentState) -> CheckoutOutcome {
        let session = CheckoutSession {
            id: "cs_1".into(),
            url: None,
            payment_intent: None,
            state,
            payment,
            amount: None,
            currency: None,
            reference: None,
        };
        session.outcome()
    }

    #[test]
    fn a_session_is_open_under_way_paid_or_over() {
        use {CheckoutOutcome as Outcome, PaymentState as Payment, SessionState as State};
        for state in [State::Open, State::Complete, State::Expired] {
            assert_eq!(outcome(state, Payment::Paid), Outcome::Paid);
            assert_eq!(outcome(state, Payment::Failed), Outcome::Over);
        }
        assert_eq!(outcome(State::Open, Payment::Unpaid), Outcome::Open);
        assert_eq!(outcome(State::Complete, Payment::Unpaid), Outcome::Processing);
        assert_eq!(outcome(State::Expired, Payment::Unpaid), Outcome::Over);
    }

    #[test]
    fn refund_statuses_have_the_providers_names() {
        for status in ProviderRefundStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
            assert_eq!(ProviderRefundStatus::of(status.as_str()), status);
        }
        assert_eq!(ProviderRefundStatus::of("something_new"), ProviderRefundStatus::Pending);
        let failed: Vec<_> = ProviderRefundStatus::ALL.into_iter().filter(|status| status.is_failed()).collect();
        assert_eq!(failed, [ProviderRefundStatus::Failed, ProviderRefundStatus::Canceled]);
    }

    #[test]
    fn trouble_of_the_provider_is_503_and_a_refusal_409() {
        for trouble in [PaymentError::NotReached("x".into()), PaymentError::Uncertain("x".into())] {
            assert!(matches!(Error::from(trouble), Error::Unavailable { .. }));
        }
        let refused = Error::from(PaymentError::Refused("no such charge".into()));
        assert!(matches!(&refused, Error::Conflict(why) if why.contains("no such charge")), "{refused}");
    }
}
