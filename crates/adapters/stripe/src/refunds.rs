//! Refunds. Of the answers only the ID and the status are read, and by what we attached to it a refund is found again, so that
//! nothing else in them can make money's fate unclear.

use std::collections::HashMap;

use aedile_billing::payments::{ProviderRefund, ProviderRefundStatus, RefundOrder};
use bytes::Bytes;
use serde::Deserialize;
use stripe_client_core::StripeRequest;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};

use crate::call_error::CallError;
use crate::client::Client;

/// <https://docs.stripe.com/api/refunds/object>
#[derive(Deserialize)]
struct Refund {
    id: String,
    status: String,
    #[serde(default)]
    amount: i64,
    #[serde(default)]
    metadata: HashMap<String, String>,
}

/// <https://docs.stripe.com/api/pagination>
#[derive(Deserialize)]
struct RefundPage {
    data: Vec<Refund>,
    has_more: bool,
}

pub(crate) async fn make(client: &Client, order: &RefundOrder) -> Result<ProviderRefund, CallError> {
    let create = CreateRefund::new()
        .payment_intent(&order.payment_intent)
        .amount(order.amount_cents)
        .reverse_transfer(true)
        .refund_application_fee(true)
        .metadata(client.metadata(&order.reference))
        .build();
    let key = client.key("refund", &order.reference, &create)?;
    read(&client.call(create, Some(key)).await?).map(told)
}

/// `None` when there is no such refund.
pub(crate) async fn get(client: &Client, id: &str) -> Result<Option<ProviderRefund>, CallError> {
    match client.call(RetrieveRefund::new(id).build(), None).await {
        Ok(body) => read(&body).map(told).map(Some),
        Err(error) if error.status == Some(404) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Looks through all refunds of the payment.
pub(crate) async fn find(client: &Client, order: &RefundOrder) -> Result<Option<ProviderRefund>, CallError> {
    let mut list = ListRefund::new().payment_intent(&order.payment_intent).limit(100);
    loop {
        let page: RefundPage = read(&client.call(list.build(), None).await?)?;
        let last = page.data.last().map(|last| last.id.clone());
        if let Some(found) = page.data.into_iter().find(|refund| refund.is_of(order)) {
            return Ok(Some(told(found)));
        }
        match last.filter(|_| page.has_more) {
            Some(last) => list = list.starting_after(last),
            None => return Ok(None),
        }
    }
}

impl Refund {
    /// Refunds of earlier versions carry the purchase's number, which is then also the order's reference.
    fn is_of(&self, order: &RefundOrder) -> bool {
        let is_told = |name| self.metadata.get(name).is_some_and(|told| told == order.reference.as_str());
        is_told("reference") || (is_told("purchase_id") && self.amount == order.amount_cents)
    }
}

fn told(refund: Refund) -> ProviderRefund {
    ProviderRefund { id: refund.id, status: ProviderRefundStatus::of(&refund.status) }
}

fn read<T: serde::de::DeserializeOwned>(body: &Bytes) -> Result<T, CallError> {
    serde_json::from_slice(body).map_err(CallError::unreadable)
}
