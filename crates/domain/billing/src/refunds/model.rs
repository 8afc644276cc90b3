//! What a refund is.

use aedile_kernel::{Reference, Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::payments::{ProviderRefundStatus, RefundOrder};
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
    /// No request for it was ever heard, or the provider refused it.
    Withdrawn,
    /// The provider says that the money did not reach the buyer, and has come back.
    Failed,
}

impl RefundStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Succeeded, Self::Withdrawn, Self::Failed];

    /// The name in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Withdrawn => "withdrawn",
            Self::Failed => "failed",
        }
    }
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refund {
    /// Its number.
    pub id: RefundId,
    /// What the payment provider knows it by; it is in no record and no answer.
    #[serde(skip)]
    pub reference: Reference,
    /// ID of the purchase.
    pub purchase: PurchaseId,
    /// Which refund of it, from 1 on.
    pub ordinal: i64,
    /// Amount.
    pub amount_cents: i64,
    /// Where it stands.
    pub status: RefundStatus,
    /// What the provider calls it; of a lost dispute, the dispute's id.
    pub provider_id: Option<String>,
    /// Whether it is no refund but a lost dispute, by which the buyer's bank gave the money back.
    pub by_dispute: bool,
    /// How many requests for it the provider may have heard and not answered.
    pub unanswered: i64,
    /// When it was last asked for.
    pub asked_at: Option<Timestamp>,
    /// Reason given by whoever caused it.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub reason: String,
    /// When it was begun.
    pub created_at: Timestamp,
}

impl Refund {
    /// What to ask the provider for, of this payment.
    #[must_use]
    pub fn order(&self, payment_intent: String) -> RefundOrder {
        RefundOrder { reference: self.reference.clone(), payment_intent, amount_cents: self.amount_cents }
    }

    /// Whether the provider may know of it.
    #[must_use]
    pub const fn may_be_heard(&self) -> bool {
        self.unanswered > 0 || self.provider_id.is_some()
    }

    /// Where it stands in the provider's words.
    #[must_use]
    pub const fn provider_status(&self) -> ProviderRefundStatus {
        match self.status {
            RefundStatus::Pending => ProviderRefundStatus::Pending,
            RefundStatus::Succeeded => ProviderRefundStatus::Succeeded,
            RefundStatus::Withdrawn => ProviderRefundStatus::Canceled,
            RefundStatus::Failed => ProviderRefundStatus::Failed,
        }
    }
}

/// A refund that was begun, and what to ask the provider for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Refunding {
    /// The refund.
    pub refund: Refund,
    /// What to ask for.
    pub order: RefundOrder,
    /// Whether it was begun by this call, so that nobody has asked for it yet.
    pub is_new: bool,
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn statuses_have_one_name_each() {
        for status in RefundStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        let told: Vec<&str> = RefundStatus::ALL
            .into_iter()
            .map(|status| Refund { status, ..samples::pending() }.provider_status().as_str())
            .collect();
        assert_eq!(told, ["pending", "succeeded", "canceled", "failed"]);
    }

    #[test]
    fn a_refund_may_be_heard_once_it_was_asked_for_and_not_denied() {
        let refund = |unanswered, provider_id: Option<&str>| Refund {
            unanswered,
            provider_id: provider_id.map(str::to_owned),
            ..samples::pending()
        };
        assert!(!refund(0, None).may_be_heard());
        assert!(refund(1, None).may_be_heard() && refund(2, None).may_be_heard());
        assert!(refund(0, Some("re_1")).may_be_heard());
    }

    #[test]
    fn the_order_names_the_refund_by_its_reference_and_no_record_does() {
        let refund = samples::pending();
        let order = refund.order("pi_1".into());
        assert_eq!(
            (&order.reference, order.amount_cents, order.payment_intent.as_str()),
            (&refund.reference, 999, "pi_1")
        );
        let written = serde_json::to_string(&refund).unwrap();
        assert!(!written.contains(refund.reference.as_str()), "{written}");
    }
}
