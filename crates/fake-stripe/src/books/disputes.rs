//! Payments that a buyer's bank takes back.

use serde_json::{Value, json};

use super::{Books, listed};
use crate::request::{Params, Reply};

/// How long evidence is taken, in seconds.
const EVIDENCE_WITHIN: i64 = 10 * 24 * 60 * 60;

/// Where a dispute stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisputeStatus {
    /// Evidence is wanted.
    NeedsResponse,
    /// The bank looks at it.
    UnderReview,
    /// The money stays with the seller.
    Won,
    /// The money went back to the buyer.
    Lost,
}

impl DisputeStatus {
    const fn as_str(self) -> &'static str {
        match self {
            Self::NeedsResponse => "needs_response",
            Self::UnderReview => "under_review",
            Self::Won => "won",
            Self::Lost => "lost",
        }
    }

    const fn is_over(self) -> bool {
        matches!(self, Self::Won | Self::Lost)
    }
}

/// A dispute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispute {
    /// Its ID.
    pub id: String,
    /// The payment.
    pub intent: String,
    /// How much is disputed, in the currency's smallest unit.
    pub amount: i64,
    /// Where it stands.
    pub status: DisputeStatus,
    charge: String,
    currency: String,
    created: i64,
}

impl Dispute {
    fn json(&self) -> Value {
        json!({
            "id": self.id, "object": "dispute", "amount": self.amount, "balance_transactions": [],
            "charge": self.charge, "created": self.created, "currency": self.currency, "evidence": {},
            "evidence_details": {
                "due_by": self.created.saturating_add(EVIDENCE_WITHIN), "has_evidence": false, "past_due": false,
                "submission_count": 0,
            },
            "is_charge_refundable": false, "livemode": false, "metadata": {}, "payment_intent": self.intent,
            "reason": "fraudulent", "status": self.status.as_str(),
        })
    }
}

impl Books {
    /// Every dispute, in the order they were opened.
    #[must_use]
    pub fn disputes(&self) -> &[Dispute] {
        &self.disputes
    }

    pub(super) fn is_open_dispute(&self, intent: &str) -> bool {
        self.disputes.iter().any(|dispute| dispute.intent == intent && dispute.status != DisputeStatus::Won)
    }

    pub(super) fn get_dispute(&self, id: &str) -> Reply {
        let dispute = self.disputes.iter().find(|dispute| dispute.id == id).map(Dispute::json);
        dispute.map_or_else(|| Reply::missing("dispute", id), Reply::ok)
    }

    pub(super) fn list_disputes(&self, params: &Params) -> Reply {
        listed(params, &["payment_intent", "charge"], self.disputes.iter().map(Dispute::json))
    }

    /// Disputes what is left of a payment; the ID of the event `charge.dispute.created`. `None` if nothing is left, or it was
    /// disputed before.
    pub fn dispute(&mut self, intent: &str) -> Option<String> {
        let left = self.payment(intent)?.amount.saturating_sub(self.refunded(intent));
        let id = self.id("du");
        let now = self.now;
        let payment = self.payments.iter_mut().find(|payment| payment.intent == intent)?;
        if left == 0 || payment.is_disputed || payment.state != super::PaymentState::Succeeded {
            return None;
        }
        payment.is_disputed = true;
        let dispute = Dispute {
            id,
            intent: intent.to_owned(),
            amount: left,
            status: DisputeStatus::NeedsResponse,
            charge: payment.charge.clone(),
            currency: payment.currency.clone(),
            created: now,
        };
        let shown = dispute.json();
        self.disputes.push(dispute);
        Some(self.emit("charge.dispute.created", &shown))
    }

    /// Moves a dispute on; the ID of the event `charge.dispute.updated`, or `….closed` when it is decided. `None` if it is
    /// over, or stands so.
    pub fn settle_dispute(&mut self, id: &str, status: DisputeStatus) -> Option<String> {
        let dispute = self.disputes.iter_mut().find(|dispute| dispute.id == id)?;
        if dispute.status == status || dispute.status.is_over() {
            return None;
        }
        dispute.status = status;
        let shown = dispute.json();
        let kind = if status.is_over() { "charge.dispute.closed" } else { "charge.dispute.updated" };
        Some(self.emit(kind, &shown))
    }
}
