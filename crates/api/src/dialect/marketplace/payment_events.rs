//! `/v1/webhooks/stripe`: what the payment provider tells.

use actix_web::HttpResponse;
use aedile_billing::payments::take_payment_event;
use aedile_kernel::{Caller, Error};

use super::Marketplace;
use crate::call::{Answer, Visit};
use crate::dialect::fields::Fields;

pub(super) async fn take(mut visit: Visit<Marketplace>) -> Answer {
    const UNSET: Error = Error::Unavailable { what: "the payment provider's webhook", source: None };
    let reader = visit.app.parts.payment_event_reader.clone().ok_or(UNSET)?;
    let body = visit.bytes().await?;
    let mut signatures = visit.headers().get_all("stripe-signature");
    let signature = signatures.next().filter(|_| signatures.next().is_none()).and_then(|value| value.to_str().ok());
    let missing = || Error::unauthenticated("the header Stripe-Signature is needed, once");
    let event = reader.read(signature.ok_or_else(missing)?, &body, visit.app.now())?;
    let caller = Caller { request: visit.caller().request, ..Caller::system() };
    take_payment_event(&visit.app.parts.operations, &caller, event).await?;
    Ok(HttpResponse::Ok().json(Fields::of("received", true)))
}
