//! The pages that people are sent to.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, web};
use serde_json::Value;

use crate::server::State;

/// Where they are.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/pay/{session}", web::get().to(ask_for_money))
        .route("/pay/{session}", web::post().to(pay))
        .route("/onboarding/{account}", web::get().to(ask_who_they_are))
        .route("/onboarding/{account}", web::post().to(onboard));
}

async fn ask_for_money(session: Path<String>, state: Data<State>) -> HttpResponse {
    let (status, session) = state.books().session(&session);
    let is_paid = session.get("payment_status").is_some_and(|status| status == "paid");
    match session.get("amount_total").and_then(Value::as_i64).filter(|_| status == 200) {
        Some(_) if is_paid => said("This was paid."),
        Some(cents) => asked(&format!("Pay {}.{:02} dollars? No money moves.", cents / 100, cents % 100), "Pay"),
        None => unknown(),
    }
}

async fn pay(session: Path<String>, state: Data<State>) -> HttpResponse {
    let Some(event) = state.pay(&session) else { return unknown() };
    told(state.deliver(event).await, "It is paid, and the server knows. This page may be closed.")
}

async fn ask_who_they_are(account: Path<String>, state: Data<State>) -> HttpResponse {
    match state.books().onboard(&account) {
        Some(_) => asked("Here a seller would say who they are and how to be paid.", "Say so"),
        None => unknown(),
    }
}

async fn onboard(account: Path<String>, state: Data<State>) -> HttpResponse {
    let Some(event) = state.onboard(&account) else { return unknown() };
    told(state.deliver(event).await, "The seller can be paid, and the server knows. This page may be closed.")
}

fn told(is_delivered: bool, text: &str) -> HttpResponse {
    if is_delivered {
        said(text)
    } else {
        said("It is done, but the server could not be told: aedile stripe replay tells it.")
    }
}

fn unknown() -> HttpResponse {
    HttpResponse::NotFound().content_type("text/html; charset=utf-8").body(page("There is no such page.", ""))
}

fn said(text: &str) -> HttpResponse {
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page(text, ""))
}

fn asked(text: &str, button: &str) -> HttpResponse {
    let form = format!("<form method=\"post\"><button>{button}</button></form>");
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page(text, &form))
}

/// Nothing that others wrote is in it.
fn page(text: &str, form: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>A pretended Stripe</title><style>body{{font:1.1rem/1.5 system-ui;max-width:32rem;margin:15vh auto;\
         padding:0 1rem}}button{{font:inherit;padding:.5rem 1.5rem}}</style>\
         <h1>A pretended Stripe</h1><p>{text}</p>{form}</html>"
    )
}
