//! What events tell.

use aedile_billing::payments::{News, PaymentEvent};
use aedile_billing::purchases::PurchaseId;
use aedile_kernel::{Error, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

/// The kinds that are read.
pub(crate) const KINDS: [&str; 4] =
    ["checkout.session.completed", "checkout.session.async_payment_succeeded", "charge.refunded", "account.updated"];

/// An event as Stripe writes it.
#[derive(Deserialize)]
pub(crate) struct Event {
    id: String,
    /// In seconds since 1970.
    created: i64,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

impl Event {
    /// What it tells, in our words.
    pub(crate) fn read(self) -> Result<PaymentEvent> {
        if self.id.is_empty() || self.id.len() > 255 {
            return Err(Error::invalid("id", "must have 1 to 255 characters"));
        }
        let created_at = Timestamp::from_seconds(self.created);
        let news = news(&self.kind, &self.data.object).unwrap_or(News::Other);
        Ok(PaymentEvent { id: self.id, created_at, news })
    }
}

#[derive(Deserialize)]
struct Data {
    object: Value,
}

fn news(kind: &str, object: &Value) -> Option<News> {
    let text = |pointer: &str| object.pointer(pointer).and_then(Value::as_str);
    let number = |text: &str| text.parse().ok().filter(|number| *number > 0).map(PurchaseId);
    match kind {
        "checkout.session.completed" | "checkout.session.async_payment_succeeded" => {
            (text("/payment_status") == Some("paid")).then_some(())?;
            let payment_intent = text("/payment_intent").map(str::to_owned);
            Some(News::Paid { purchase: number(text("/client_reference_id")?)?, payment_intent })
        }
        "charge.refunded" => Some(News::Refunded {
            purchase: text("/metadata/purchase_id").and_then(number),
            payment_intent: text("/payment_intent")?.to_owned(),
            refunded_cents: object.get("amount_refunded")?.as_i64()?,
        }),
        "account.updated" => {
            let may = |what: &str| object.get(what).and_then(Value::as_bool).unwrap_or(false);
            let payments_enabled = may("charges_enabled") && may("payouts_enabled");
            Some(News::Account { account: text("/id")?.to_owned(), payments_enabled })
        }
        _ => None,
    }
}
