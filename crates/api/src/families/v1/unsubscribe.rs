//! `/v1/unsubscribe/{token}`: off the list of marketing mail, by one click in a mail (RFC 8058).

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use aedile_messaging::mail::{MailId, Unsubscribe, UnsubscribeKey};

use super::Call;
use super::V1;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::fields::Fields;
use crate::limits::{self, RateClass};
use crate::refusal::Refusal;

/// A page that asks. Looking at it changes nothing: mail programs look at links by themselves.
const PAGE: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" \
     content=\"width=device-width\"><title>Unsubscribe</title><h1>No more marketing mail?</h1><form method=\"post\">\
     <button>Unsubscribe</button></form></html>";

pub(super) async fn ask(request: AuthenticatedRequest<V1>) -> Answer {
    mail(&request)?;
    Ok(HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; form-action 'self'; frame-ancestors 'none'"))
        .body(PAGE))
}

pub(super) async fn unsubscribe(call: Call<Unsubscribe>) -> Answer {
    let operation = Unsubscribe { mail: mail(&call)? };
    // One who knows a good link can't keep the store busy with it.
    let parts = &call.app.dependencies;
    limits::count(parts.limiter.as_ref(), &parts.rates, RateClass::Write, || format!("mail:{}", operation.mail))
        .await?;
    call.answer(operation, |()| (HttpResponse::Ok(), Fields::of("unsubscribed", true))).await
}

/// The mail that the token in the path stands for.
fn mail(request: &AuthenticatedRequest<V1>) -> Result<MailId, Refusal> {
    let key = UnsubscribeKey::new(request.app.dependencies.installation_key.clone());
    Ok(key.open(&request.segment("token")?)?)
}
