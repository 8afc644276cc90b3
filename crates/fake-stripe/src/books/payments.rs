//! Payments: the intent and its charge.

use serde_json::{Value, json};

use super::Books;
use crate::request::{Metadata, Reply};

/// Where a payment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaymentState {
    /// It takes days.
    Processing,
    /// The money is there.
    Succeeded,
    /// The money never came.
    Failed,
}

/// A payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// The payment intent's ID.
    pub intent: String,
    /// The charge's ID.
    pub charge: String,
    /// Where it stands.
    pub state: PaymentState,
    /// The session it was made on.
    pub session: String,
    /// What the caller calls the session.
    pub reference: Option<String>,
    /// What was paid, in the currency's smallest unit.
    pub amount: i64,
    /// The currency, in lower case.
    pub currency: String,
    /// What was attached to the payment.
    pub metadata: Metadata,
    /// Whether it was disputed, however that ended.
    pub is_disputed: bool,
    pub(super) destination: Option<String>,
    pub(super) fee: i64,
    pub(super) created: i64,
}

impl Payment {
    /// Whether `name` is an ID of it, its session's reference, or something that was attached to it.
    #[must_use]
    pub fn is_called(&self, name: &str) -> bool {
        let of_its_own = [Some(&self.intent), Some(&self.charge), Some(&self.session), self.reference.as_ref()];
        of_its_own.into_iter().flatten().chain(self.metadata.values()).any(|known| known == name)
    }

    fn intent_json(&self) -> Value {
        let status = match self.state {
            PaymentState::Processing => "processing",
            PaymentState::Succeeded => "succeeded",
            PaymentState::Failed => "requires_payment_method",
        };
        let received = if self.state == PaymentState::Succeeded { self.amount } else { 0 };
        json!({
            "id": self.intent, "object": "payment_intent", "amount": self.amount, "amount_received": received,
            "currency": self.currency, "status": status, "latest_charge": self.charge, "metadata": self.metadata,
            "application_fee_amount": self.fee, "transfer_data": { "destination": self.destination },
            "created": self.created, "livemode": false,
        })
    }

    /// Without the list of refunds, which current versions leave out.
    fn charge_json(&self, refunded: i64) -> Value {
        let status = match self.state {
            PaymentState::Processing => "pending",
            PaymentState::Succeeded => "succeeded",
            PaymentState::Failed => "failed",
        };
        json!({
            "id": self.charge, "object": "charge", "amount": self.amount, "amount_captured": self.amount,
            "amount_refunded": refunded, "refunded": refunded == self.amount, "captured": true,
            "currency": self.currency, "paid": self.state == PaymentState::Succeeded, "status": status,
            "disputed": self.is_disputed, "payment_intent": self.intent, "metadata": self.metadata,
            "application_fee_amount": self.fee, "transfer_data": { "destination": self.destination, "amount": null },
            "created": self.created, "livemode": false, "failure_code": null, "failure_message": null,
        })
    }
}

impl Books {
    /// Every payment, in the order they were made.
    #[must_use]
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// The payment of this intent.
    #[must_use]
    pub fn payment(&self, intent: &str) -> Option<&Payment> {
        self.payments.iter().find(|payment| payment.intent == intent)
    }

    /// The latest payment that is called so: see [`Payment::is_called`].
    #[must_use]
    pub fn payment_called(&self, name: &str) -> Option<&Payment> {
        self.payments.iter().rev().find(|payment| payment.is_called(name))
    }

    /// The charge of a payment, as the API shows it.
    #[must_use]
    pub fn charge(&self, intent: &str) -> Option<Value> {
        self.payment(intent).map(|payment| payment.charge_json(self.refunded(intent)))
    }

    /// The payment intent, as the API shows it.
    pub(super) fn intent(&self, intent: &str) -> Option<Value> {
        self.payment(intent).map(Payment::intent_json)
    }

    pub(super) fn get_payment(&self, intent: &str) -> Reply {
        self.intent(intent).map_or_else(|| Reply::missing("payment_intent", intent), Reply::ok)
    }

    pub(super) fn get_charge(&self, id: &str) -> Reply {
        let payment = self.payments.iter().find(|payment| payment.charge == id);
        let charge = payment.and_then(|payment| self.charge(&payment.intent));
        charge.map_or_else(|| Reply::missing("charge", id), Reply::ok)
    }

    pub(super) fn add_payment(&mut self, payment: Payment) {
        let (intent, state) = (payment.intent.clone(), payment.state);
        self.payments.push(payment);
        self.tell_of_payment(&intent, state);
    }

    /// Ends a payment that takes days; `None` if it is over.
    pub(super) fn settle_intent(&mut self, intent: &str, succeeds: bool) -> Option<()> {
        let state = if succeeds { PaymentState::Succeeded } else { PaymentState::Failed };
        let payment = self.payments.iter_mut().find(|payment| payment.intent == intent)?;
        if payment.state != PaymentState::Processing {
            return None;
        }
        payment.state = state;
        self.tell_of_payment(intent, state);
        Some(())
    }

    fn tell_of_payment(&mut self, intent: &str, state: PaymentState) {
        let end = match state {
            PaymentState::Processing => "processing",
            PaymentState::Succeeded => "succeeded",
            PaymentState::Failed => "payment_failed",
        };
        let shown = self.intent(intent).unwrap_or_default();
        self.emit(&format!("payment_intent.{end}"), &shown);
    }
}
