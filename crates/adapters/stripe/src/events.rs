//! What events tell.

use aedile_billing::payments::{
    ChargeReport, CheckoutSession, DisputeReport, DisputeStatus, News, PaymentEvent, PaymentState,
    ProviderRefundStatus, RefundReport, SessionState,
};
use aedile_kernel::{Error, Reference, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// The kinds that are read.
pub(crate) const KINDS: [&str; 13] = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "checkout.session.async_payment_failed",
    "checkout.session.expired",
    "charge.refunded",
    "refund.created",
    "refund.updated",
    "refund.failed",
    "charge.dispute.created",
    "charge.dispute.updated",
    "charge.dispute.closed",
    "account.updated",
    "account.application.deauthorized",
];

/// An event as Stripe writes it. A thin one has neither `data` nor its time in seconds.
#[derive(Deserialize)]
pub(crate) struct Event {
    id: String,
    /// In seconds since 1970.
    created: Value,
    #[serde(rename = "type")]
    kind: String,
    /// The connected account it comes from.
    #[serde(default)]
    account: Option<String>,
    #[serde(default)]
    object: String,
    #[serde(default)]
    data: Option<Data>,
}

impl Event {
    /// What it tells, in our words.
    pub(crate) fn read(self) -> Result<PaymentEvent> {
        if self.id.is_empty() || self.id.len() > 255 {
            return Err(Error::invalid("id", "must have 1 to 255 characters"));
        }
        if self.object == THIN {
            return Ok(PaymentEvent { id: self.id, created_at: Timestamp::from_seconds(0), news: News::Other });
        }
        let seconds = self.created.as_i64().ok_or_else(|| Error::invalid("created", "must be seconds since 1970"))?;
        let data = self.data.ok_or_else(|| Error::invalid("data", "is missing"))?;
        let news = news(&self.kind, self.account, &data.object).unwrap_or(News::Other);
        Ok(PaymentEvent { id: self.id, created_at: Timestamp::from_seconds(seconds), news })
    }
}

/// What a thin event says it is (<https://docs.stripe.com/event-destinations#events-overview>).
const THIN: &str = "v2.core.event";

#[derive(Deserialize)]
struct Data {
    object: Value,
}

fn news(kind: &str, account: Option<String>, object: &Value) -> Option<News> {
    match kind {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" | "checkout.session.expired" => {
            session(object).map(News::Checkout)
        }
        "checkout.session.async_payment_failed" => {
            session(object).map(|session| News::Checkout(CheckoutSession { payment: PaymentState::Failed, ..session }))
        }
        "charge.refunded" => charge(object).map(News::Charge),
        "refund.created" | "refund.updated" | "refund.failed" => refund(object).map(News::Refund),
        "charge.dispute.created" | "charge.dispute.updated" | "charge.dispute.closed" => {
            dispute(object).map(News::Dispute)
        }
        "account.updated" => {
            let may = |what: &str| object.get(what).and_then(Value::as_bool).unwrap_or(false);
            let payments_enabled = may("charges_enabled") && may("payouts_enabled");
            Some(News::Account { account: text(object, "/id")?, payments_enabled })
        }
        "account.application.deauthorized" => account.map(|account| News::AccountGone { account }),
        _ => None,
    }
}

/// A checkout session, in an event or an answer. A newer version may leave fields out that we don't need to go on asking.
pub(crate) fn session(object: &Value) -> Option<CheckoutSession> {
    let payment_status = text(object, "/payment_status");
    let is_paid = payment_status.as_deref() == Some("paid");
    let state = match text(object, "/status").as_deref() {
        Some("expired") => SessionState::Expired,
        Some("complete") => SessionState::Complete,
        Some(_) => SessionState::Open,
        None if is_paid => SessionState::Complete,
        None => SessionState::Open,
    };
    // The payment behind a session that takes days says whether it has failed, where the answer holds it.
    let intent = text(object, "/payment_intent/status");
    let has_failed =
        state == SessionState::Complete && matches!(intent.as_deref(), Some("requires_payment_method" | "canceled"));
    Some(CheckoutSession {
        id: text(object, "/id")?,
        url: text(object, "/url"),
        payment_intent: id(object, "payment_intent"),
        state,
        payment: match (is_paid, has_failed) {
            (true, _) => PaymentState::Paid,
            (false, true) => PaymentState::Failed,
            (false, false) => PaymentState::Unpaid,
        },
        amount: number(object, "/amount_total"),
        currency: text(object, "/currency"),
        reference: reference(object, "/client_reference_id"),
    })
}

fn charge(object: &Value) -> Option<ChargeReport> {
    let listed = object.pointer("/refunds/data").and_then(Value::as_array);
    Some(ChargeReport {
        payment_intent: id(object, "payment_intent")?,
        reference: reference(object, "/metadata/reference"),
        amount: number(object, "/amount"),
        currency: text(object, "/currency"),
        refunded: number(object, "/amount_refunded")?,
        refunds: listed.into_iter().flatten().filter_map(refund).collect(),
    })
}

fn refund(object: &Value) -> Option<RefundReport> {
    Some(RefundReport {
        id: text(object, "/id")?,
        payment_intent: id(object, "payment_intent"),
        reference: reference(object, "/metadata/reference"),
        amount: number(object, "/amount")?,
        status: ProviderRefundStatus::of(&text(object, "/status")?),
    })
}

fn dispute(object: &Value) -> Option<DisputeReport> {
    let due_by = number(object, "/evidence_details/due_by").filter(|seconds| *seconds > 0);
    Some(DisputeReport {
        id: text(object, "/id")?,
        payment_intent: id(object, "payment_intent"),
        amount: number(object, "/amount")?,
        reason: text(object, "/reason").unwrap_or_default(),
        status: DisputeStatus::of(&text(object, "/status")?),
        due_by: due_by.map(Timestamp::from_seconds),
    })
}

/// The id of another object, which may stand there whole.
fn id(object: &Value, name: &str) -> Option<String> {
    text(object, &format!("/{name}")).or_else(|| text(object, &format!("/{name}/id")))
}

fn text(object: &Value, pointer: &str) -> Option<String> {
    object.pointer(pointer).and_then(Value::as_str).map(str::to_owned)
}

fn number(object: &Value, pointer: &str) -> Option<i64> {
    object.pointer(pointer).and_then(Value::as_i64)
}

/// A reference of ours; whatever else stands there is somebody else's.
fn reference(object: &Value, pointer: &str) -> Option<Reference> {
    Reference::parse(&text(object, pointer)?).ok()
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;
