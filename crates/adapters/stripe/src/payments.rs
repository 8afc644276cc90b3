//! Accounts, checkout pages and refunds.

use aedile_billing::payments::{
    Account, AccountOrder, CheckoutOrder, CheckoutSession, PaymentError, PaymentEvent, Payments, ProviderRefund,
    ProviderRefundStatus, RefundOrder,
};
use aedile_kernel::digest::{FieldDigest, hex};
use aedile_kernel::{Error, Reference, Result, Timestamp};
use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::client::{Form, StripeClient};
use crate::events::{Event, KINDS, session};

/// How Stripe is reached, and where it sends people back to.
#[derive(Debug, Clone)]
pub struct StripeConfig {
    /// The secret key.
    pub secret_key: SecretString,
    /// The API's base URL, without `/v1`.
    pub api_base: String,
    /// Our own address, for people who come back.
    pub public_url: String,
}

/// Payments by way of Stripe.
pub struct StripePayments {
    client: StripeClient,
    public_url: String,
}

impl StripePayments {
    /// A client; nothing is asked of Stripe yet.
    ///
    /// # Errors
    /// `Internal` when TLS can't be set up.
    pub fn new(config: StripeConfig) -> Result<Self> {
        let client = StripeClient::new(&config.api_base, config.secret_key).map_err(Error::internal)?;
        Ok(Self { client, public_url: config.public_url.trim_end_matches('/').to_owned() })
    }
}

#[async_trait]
impl Payments for StripePayments {
    async fn open_account(&self, order: &AccountOrder) -> Result<Account, PaymentError> {
        let mut form: Form<'_> = vec![
            ("type", "express".to_owned()),
            ("metadata[user_id]", order.seller.to_string()),
            ("metadata[reference]", order.reference.to_string()),
        ];
        form.extend(order.email.clone().map(|email| ("email", email)));
        let account = self.client.post("accounts", &key("account", &order.reference, &form), &form).await?;
        Ok(Account { id: text(&account, "id")? })
    }

    async fn onboarding_url(&self, account: &str) -> Result<String, PaymentError> {
        let page = format!("{}/dashboard/earnings", self.public_url);
        let form: Form<'_> = vec![
            ("account", account.to_owned()),
            ("type", "account_onboarding".to_owned()),
            ("return_url", page.clone()),
            ("refresh_url", page),
        ];
        let link = self.client.post_anew("account_links", &form).await?;
        text(&link, "url")
    }

    async fn open_checkout(&self, order: &CheckoutOrder) -> Result<CheckoutSession, PaymentError> {
        let reference = order.reference.to_string();
        let page = format!("{}/dashboard/purchases", self.public_url);
        let form: Form<'_> = vec![
            ("mode", "payment".to_owned()),
            ("client_reference_id", reference.clone()),
            ("success_url", page.clone()),
            ("cancel_url", page),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", "usd".to_owned()),
            ("line_items[0][price_data][unit_amount]", order.amount_cents.to_string()),
            ("line_items[0][price_data][product_data][name]", order.name.clone()),
            ("payment_intent_data[application_fee_amount]", order.fee_cents.to_string()),
            ("payment_intent_data[transfer_data][destination]", order.destination.clone()),
            ("payment_intent_data[metadata][reference]", reference),
        ];
        let key = key("checkout", &order.reference, &form);
        session(&self.client.post("checkout/sessions", &key, &form).await?).ok_or_else(no_session)
    }

    async fn find_checkout(&self, id: &str) -> Result<CheckoutSession, PaymentError> {
        let path = format!("checkout/sessions/{id}?expand[]=payment_intent");
        session(&self.client.get(&path).await?).ok_or_else(no_session)
    }

    async fn refund(&self, order: &RefundOrder) -> Result<ProviderRefund, PaymentError> {
        let form: Form<'_> = vec![
            ("payment_intent", order.payment_intent.clone()),
            ("amount", order.amount_cents.to_string()),
            ("reverse_transfer", "true".to_owned()),
            ("refund_application_fee", "true".to_owned()),
            ("metadata[reference]", order.reference.to_string()),
        ];
        refund(&self.client.post("refunds", &key("refund", &order.reference, &form), &form).await?)
    }

    async fn find_refund<'a>(
        &self,
        order: &RefundOrder,
        provider_id: Option<&'a str>,
    ) -> Result<Option<ProviderRefund>, PaymentError> {
        if let Some(id) = provider_id {
            return refund(&self.client.get(&format!("refunds/{id}")).await?).map(Some);
        }
        let mut after = None;
        loop {
            let page = self.client.get(&format!("refunds?{}", refunds_query(order, after.as_deref())?)).await?;
            let page: Page<Value> = serde_json::from_value(page).map_err(unreadable)?;
            if let Some(found) = page.data.iter().find(|refund| is_of(refund, order)) {
                return refund(found).map(Some);
            }
            after = page.data.last().map(|last| text(last, "id")).transpose()?;
            if !page.has_more || after.is_none() {
                return Ok(None);
            }
        }
    }

    async fn list_events(&self, since: Timestamp) -> Result<Vec<PaymentEvent>, PaymentError> {
        let mut events = Vec::new();
        let mut after = None;
        loop {
            let page = self.client.get(&format!("events?{}", events_query(since, after.as_deref())?)).await?;
            let page: Page<Event> = serde_json::from_value(page).map_err(unreadable)?;
            let read: Result<Vec<PaymentEvent>> = page.data.into_iter().map(Event::read).collect();
            events.extend(read.map_err(unreadable)?);
            after = events.last().map(|last| last.id.clone());
            if !page.has_more || after.is_none() {
                // Stripe lists the latest first.
                events.reverse();
                return Ok(events);
            }
        }
    }
}

/// <https://docs.stripe.com/api/pagination>
#[derive(Deserialize)]
struct Page<T> {
    data: Vec<T>,
    has_more: bool,
}

/// What makes a request one that was made before: the same thing, in the same words.
fn key(what: &str, reference: &Reference, form: &Form<'_>) -> String {
    let digest = form
        .iter()
        .fold(FieldDigest::default(), |digest, (name, value)| digest.field(name.as_bytes()).field(value.as_bytes()));
    format!("{what}-{reference}-{}", hex(&digest.finish()).get(..32).unwrap_or_default())
}

/// Refunds of earlier versions carry the purchase's number, which is then also the order's reference.
fn is_of(refund: &Value, order: &RefundOrder) -> bool {
    let told = |pointer: &str| refund.pointer(pointer).and_then(Value::as_str) == Some(order.reference.as_str());
    told("/metadata/reference")
        || (told("/metadata/purchase_id") && refund.get("amount").and_then(Value::as_i64) == Some(order.amount_cents))
}

fn refunds_query(order: &RefundOrder, after: Option<&str>) -> Result<String, PaymentError> {
    let mut query: Form<'_> = vec![("limit", "100".to_owned()), ("payment_intent", order.payment_intent.clone())];
    query.extend(after.map(|id| ("starting_after", id.to_owned())));
    serde_urlencoded::to_string(query).map_err(|error| PaymentError::NotReached(error.into()))
}

fn events_query(since: Timestamp, after: Option<&str>) -> Result<String, PaymentError> {
    let mut query: Form<'_> = vec![("limit", "100".to_owned()), ("created[gte]", since.as_seconds().to_string())];
    query.extend(KINDS.map(|kind| ("types[]", kind.to_owned())));
    query.extend(after.map(|id| ("starting_after", id.to_owned())));
    serde_urlencoded::to_string(query).map_err(|error| PaymentError::NotReached(error.into()))
}

fn unreadable(error: impl Into<aedile_kernel::error::Cause>) -> PaymentError {
    PaymentError::Uncertain(error.into())
}

fn no_session() -> PaymentError {
    PaymentError::Uncertain("an answer that is no checkout session".into())
}

/// Only what is needed of a refund is read, so that one of a newer version is no trouble.
fn refund(refund: &Value) -> Result<ProviderRefund, PaymentError> {
    Ok(ProviderRefund { id: text(refund, "id")?, status: ProviderRefundStatus::of(&text(refund, "status")?) })
}

fn text(object: &Value, name: &'static str) -> Result<String, PaymentError> {
    let found = object.get(name).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| PaymentError::Uncertain(format!("an answer without {name}").into()))
}
