//! Accounts, checkout pages and refunds.

use aedile_billing::payments::{
    Account, CheckoutOrder, CheckoutSession, PaymentError, PaymentEvent, Payments, ProviderRefund, RefundOrder,
};
use aedile_kernel::{Error, Result, Timestamp, UserId};
use async_trait::async_trait;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::client::{Form, StripeClient};
use crate::events::{Event, KINDS};

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
    async fn open_account(&self, seller: &UserId, email: Option<String>) -> Result<Account, PaymentError> {
        let mut form: Form<'_> = vec![("type", "express".to_owned()), ("metadata[user_id]", seller.to_string())];
        form.extend(email.map(|email| ("email", email)));
        let account = self.client.post("accounts", &format!("account-{seller}"), &form).await?;
        Ok(Account { id: text(&account, "id")? })
    }

    async fn onboarding_url(&self, account: &str) -> Result<String, PaymentError> {
        let page = format!("{}/v1/sellers/status", self.public_url);
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
        let purchase = order.purchase.to_string();
        let confirm = format!("{}/v1/purchases/confirm?session_id={{CHECKOUT_SESSION_ID}}", self.public_url);
        let form: Form<'_> = vec![
            ("mode", "payment".to_owned()),
            ("client_reference_id", purchase.clone()),
            ("success_url", confirm),
            ("cancel_url", format!("{}/v1/purchases", self.public_url)),
            ("line_items[0][quantity]", "1".to_owned()),
            ("line_items[0][price_data][currency]", "usd".to_owned()),
            ("line_items[0][price_data][unit_amount]", order.amount_cents.to_string()),
            ("line_items[0][price_data][product_data][name]", order.name.clone()),
            ("payment_intent_data[application_fee_amount]", order.fee_cents.to_string()),
            ("payment_intent_data[transfer_data][destination]", order.destination.clone()),
            ("payment_intent_data[metadata][purchase_id]", purchase),
        ];
        let key = format!("checkout-{}-{}", order.purchase, order.amount_cents);
        session(&self.client.post("checkout/sessions", &key, &form).await?)
    }

    async fn find_checkout(&self, id: &str) -> Result<CheckoutSession, PaymentError> {
        session(&self.client.get(&format!("checkout/sessions/{id}")).await?)
    }

    async fn refund(&self, order: &RefundOrder) -> Result<ProviderRefund, PaymentError> {
        let form: Form<'_> = vec![
            ("payment_intent", order.payment_intent.clone()),
            ("amount", order.amount_cents.to_string()),
            ("reverse_transfer", "true".to_owned()),
            ("refund_application_fee", "true".to_owned()),
            ("metadata[purchase_id]", order.purchase.to_string()),
        ];
        let key = format!("refund-{}-{}", order.purchase, order.ordinal);
        let refund = self.client.post("refunds", &key, &form).await?;
        Ok(ProviderRefund { id: text(&refund, "id")?, status: text(&refund, "status")? })
    }

    async fn list_events(&self, since: Timestamp) -> Result<Vec<PaymentEvent>, PaymentError> {
        let mut events = Vec::new();
        let mut after = None;
        loop {
            let page = self.client.get(&format!("events?{}", events_query(since, after.as_deref())?)).await?;
            let page: EventPage = serde_json::from_value(page).map_err(unreadable)?;
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

/// <https://docs.stripe.com/api/events/list>
#[derive(Deserialize)]
struct EventPage {
    data: Vec<Event>,
    has_more: bool,
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

fn session(session: &Value) -> Result<CheckoutSession, PaymentError> {
    let optional = |name: &str| session.get(name).and_then(Value::as_str).map(str::to_owned);
    Ok(CheckoutSession {
        id: text(session, "id")?,
        url: optional("url"),
        payment_intent: optional("payment_intent"),
        is_paid: optional("payment_status").as_deref() == Some("paid"),
    })
}

fn text(object: &Value, name: &'static str) -> Result<String, PaymentError> {
    let found = object.get(name).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| PaymentError::Uncertain(format!("an answer without {name}").into()))
}
