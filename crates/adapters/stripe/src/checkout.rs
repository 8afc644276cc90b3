//! Pages where purchases are paid. Their answers are read by the reader of events, so that the two never
//! disagree about a session.

use aedile_billing::payments::{CheckoutOrder, CheckoutSession};
use bytes::Bytes;
use stripe_checkout::checkout_session::{
    CreateCheckoutSession, CreateCheckoutSessionLineItems, CreateCheckoutSessionLineItemsPriceData,
    CreateCheckoutSessionPaymentIntentData, CreateCheckoutSessionPaymentIntentDataTransferData, ProductData,
    RetrieveCheckoutSession,
};
use stripe_client_core::StripeRequest;
use stripe_shared::CheckoutSessionMode;
use stripe_types::Currency;

use crate::call_error::CallError;
use crate::client::Client;
use crate::events;

pub(crate) async fn open(
    client: &Client,
    order: &CheckoutOrder,
    public_url: &str,
) -> Result<CheckoutSession, CallError> {
    let page = format!("{public_url}/dashboard/purchases");
    let create = CreateCheckoutSession::new()
        .mode(CheckoutSessionMode::Payment)
        .client_reference_id(order.reference.as_str())
        .success_url(page.clone())
        .cancel_url(page)
        .line_items([line_item(order)])
        .payment_intent_data(payment(client, order))
        .build();
    let key = client.key("checkout", &order.reference, &create)?;
    session(&client.call(create, Some(key)).await?)
}

/// The payment comes with it: it says whether one that takes days has failed.
pub(crate) async fn find(client: &Client, id: &str) -> Result<CheckoutSession, CallError> {
    let retrieve = RetrieveCheckoutSession::new(id).expand(["payment_intent".to_owned()]);
    session(&client.call(retrieve.build(), None).await?)
}

fn line_item(order: &CheckoutOrder) -> CreateCheckoutSessionLineItems {
    let mut price = CreateCheckoutSessionLineItemsPriceData::new(Currency::USD);
    price.unit_amount = Some(order.amount_cents);
    price.product_data = Some(ProductData::new(&order.name));
    let mut item = CreateCheckoutSessionLineItems::new();
    item.quantity = Some(1);
    item.price_data = Some(price);
    item
}

/// The seller is paid what the marketplace does not keep.
fn payment(client: &Client, order: &CheckoutOrder) -> CreateCheckoutSessionPaymentIntentData {
    let mut payment = CreateCheckoutSessionPaymentIntentData::new();
    payment.application_fee_amount = Some(order.fee_cents);
    payment.transfer_data = Some(CreateCheckoutSessionPaymentIntentDataTransferData::new(&order.destination));
    payment.metadata = Some(client.metadata(&order.reference).into());
    payment
}

fn session(body: &Bytes) -> Result<CheckoutSession, CallError> {
    let object = serde_json::from_slice(body).map_err(CallError::unreadable)?;
    events::session(&object).ok_or_else(|| CallError::unreadable("an answer that is no checkout session"))
}
