//! `/v1/webhooks/stripe`: what the payment provider tells.

use actix_web::HttpResponse;
use aedile_billing::payments::take_payment_event;
use aedile_kernel::{Caller, Error};

use super::V1;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::fields::Fields;

pub(super) async fn take(mut request: AuthenticatedRequest<V1>) -> Answer {
    const UNSET: Error = Error::Unavailable { what: "the payment provider's webhook", source: None };
    let reader = request.app.dependencies.payment_event_reader.clone().ok_or(UNSET)?;
    let body = request.bytes().await?;
    let mut signatures = request.headers().get_all("stripe-signature");
    let signature = signatures.next().filter(|_| signatures.next().is_none()).and_then(|value| value.to_str().ok());
    let missing = || Error::unauthenticated("the header Stripe-Signature is needed, once");
    let event = reader.read(signature.ok_or_else(missing)?, &body, request.app.now())?;
    let caller = Caller { request: request.caller().request, ..Caller::system() };
    take_payment_event(&request.app.dependencies.operations, &caller, event).await?;
    Ok(HttpResponse::Ok().json(Fields::of("received", true)))
}
