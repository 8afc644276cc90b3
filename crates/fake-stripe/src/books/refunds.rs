//! Money that is given back.

use serde_json::{Value, json};

use super::payments::PaymentState;
use super::{Books, listed};
use crate::request::{Metadata, Params, Reply};

/// Where a refund stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RefundState {
    /// It takes days.
    Pending,
    /// The money was given back.
    #[default]
    Succeeded,
    /// The money came back to the account, perhaps after it had been given back.
    Failed,
    /// It was taken back before the money went.
    Canceled,
}

impl RefundState {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
        }
    }

    /// Whether it counts as given back.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Pending | Self::Succeeded)
    }
}

/// A refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its ID.
    pub id: String,
    /// The payment.
    pub intent: String,
    /// How much, in the currency's smallest unit.
    pub amount: i64,
    /// Where it stands.
    pub state: RefundState,
    /// What was attached to it.
    pub metadata: Metadata,
    charge: String,
    currency: String,
    created: i64,
}

impl Refund {
    fn json(&self) -> Value {
        let mut shown = json!({
            "id": self.id, "object": "refund", "amount": self.amount, "balance_transaction": null,
            "charge": self.charge, "created": self.created, "currency": self.currency, "metadata": self.metadata,
            "payment_intent": self.intent, "reason": null, "receipt_number": null, "source_transfer_reversal": null,
            "status": self.state.as_str(), "transfer_reversal": null,
        });
        if let (RefundState::Failed, Some(fields)) = (self.state, shown.as_object_mut()) {
            fields.insert("failure_reason".to_owned(), json!("expired_or_canceled_card"));
        }
        shown
    }
}

impl Books {
    /// Every refund, in the order they were made.
    #[must_use]
    pub fn refunds(&self) -> &[Refund] {
        &self.refunds
    }

    /// How refunds begin from now on: `Succeeded` at first.
    pub fn begin_refunds_as(&mut self, state: RefundState) {
        self.first_state = state;
    }

    /// How much of a payment was given back, or is on its way.
    #[must_use]
    pub fn refunded(&self, intent: &str) -> i64 {
        let of_it = self.refunds.iter().filter(|refund| refund.intent == intent && refund.state.counts());
        of_it.map(|refund| refund.amount).sum()
    }

    pub(super) fn make_refund(&mut self, params: &Params) -> Reply {
        let intent = params.text("payment_intent").unwrap_or_default();
        let Some(payment) = self.payment(intent).cloned() else {
            return Reply::refusal("resource_missing", &format!("No such payment_intent: '{intent}'"));
        };
        if payment.state != PaymentState::Succeeded {
            return Reply::refusal("", "This PaymentIntent does not have a successful charge to refund.");
        }
        if self.is_open_dispute(intent) {
            let message = format!("Charge {} has been charged back; cannot issue a refund.", payment.charge);
            return Reply::refusal("charge_disputed", &message);
        }
        let left = payment.amount.saturating_sub(self.refunded(intent));
        if left == 0 {
            let message = format!("Charge {} has already been refunded.", payment.charge);
            return Reply::refusal("charge_already_refunded", &message);
        }
        let amount = params.text("amount").map_or(Some(left), |text| text.parse().ok());
        let Some(amount) = amount.filter(|amount| (1..=left).contains(amount)) else {
            return Reply::refusal("", "Refund amount is greater than unrefunded amount on charge");
        };
        let refund = Refund {
            id: self.id("re"),
            intent: intent.to_owned(),
            amount,
            state: self.first_state,
            metadata: params.under("metadata"),
            charge: payment.charge,
            currency: payment.currency,
            created: self.now,
        };
        let shown = refund.json();
        self.refunds.push(refund);
        self.emit("refund.created", &shown);
        self.tell_of_refunded(intent);
        Reply::ok(shown)
    }

    pub(super) fn get_refund(&self, id: &str) -> Reply {
        let refund = self.refunds.iter().find(|refund| refund.id == id).map(Refund::json);
        refund.map_or_else(|| Reply::missing("refund", id), Reply::ok)
    }

    pub(super) fn list_refunds(&self, params: &Params) -> Reply {
        listed(params, &["payment_intent", "charge"], self.refunds.iter().map(Refund::json))
    }

    /// Gives money back as the provider's dashboard does; the ID of the event `charge.refunded`.
    pub fn refund_by_hand(&mut self, intent: &str, amount: i64) -> Option<String> {
        let form = [("payment_intent", intent.to_owned()), ("amount", amount.to_string())];
        let form = Params(form.map(|(name, value)| (name.to_owned(), value)).into());
        let is_done = self.make_refund(&form).status == 200;
        if is_done { self.last_event("charge.refunded") } else { None }
    }

    /// Decides what becomes of a refund; the ID of the event `refund.updated`, or `refund.failed`. `None` if it is over, or
    /// stands so.
    pub fn settle_refund(&mut self, id: &str, state: RefundState) -> Option<String> {
        let refund = self.refunds.iter_mut().find(|refund| refund.id == id)?;
        if refund.state == state || !refund.state.counts() || state == RefundState::Pending {
            return None;
        }
        refund.state = state;
        let shown = refund.json();
        self.emit("charge.refund.updated", &shown);
        let updated = self.emit("refund.updated", &shown);
        Some(if state == RefundState::Failed { self.emit("refund.failed", &shown) } else { updated })
    }

    /// Tells how much of a payment was given back in all; the ID of the event `charge.refunded`.
    pub fn tell_of_refunded(&mut self, intent: &str) -> Option<String> {
        let charge = self.charge(intent)?;
        Some(self.emit("charge.refunded", &charge))
    }
}
