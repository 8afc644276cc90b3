//! The pages that people are sent to.

use actix_web::web::{Data, Path};
use actix_web::{HttpResponse, web};
use serde_json::Value;

use crate::state::State;

/// Where they are.
pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config
        .route("/pay/{session}", web::get().to(ask_for_money))
        .route("/pay/{session}", web::post().to(pay))
        .route("/onboarding/{account}", web::get().to(ask_who_they_are))
        .route("/onboarding/{account}", web::post().to(onboard));
}

async fn ask_for_money(session: Path<String>, state: Data<State>) -> HttpResponse {
    let Some(session) = state.books().session(&session) else { return unknown() };
    let is = |field: &str, value: &str| session.get(field).is_some_and(|found| found == value);
    match session.get("amount_total").and_then(Value::as_i64) {
        Some(_) if is("payment_status", "paid") => said("This was paid."),
        Some(_) if !is("status", "open") => said("This page has expired."),
        Some(cents) => asked(&format!("Pay {}.{:02} dollars? No money moves.", cents / 100, cents % 100), "Pay"),
        None => unknown(),
    }
}

async fn pay(session: Path<String>, state: Data<State>) -> HttpResponse {
    let is_paid = state.books().pay(&session).is_some();
    if !is_paid {
        return unknown();
    }
    told(state.deliver().await, "It is paid, and the server knows. This page may be closed.")
}

async fn ask_who_they_are(account: Path<String>, state: Data<State>) -> HttpResponse {
    let is_known = state.books().accounts().iter().any(|known| known.id == *account);
    if !is_known {
        return unknown();
    }
    asked("Here a seller would say who they are and how to be paid.", "Say so")
}

async fn onboard(account: Path<String>, state: Data<State>) -> HttpResponse {
    let is_known = state.books().onboard(&account).is_some();
    if !is_known {
        return unknown();
    }
    told(state.deliver().await, "The seller can be paid, and the server knows. This page may be closed.")
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
         <title>Simulated Stripe</title><style>body{{font:1.1rem/1.5 system-ui;max-width:32rem;margin:15vh auto;\
         padding:0 1rem}}button{{font:inherit;padding:.5rem 1.5rem}}</style>\
         <h1>Simulated Stripe</h1><p>{text}</p>{form}</html>"
    )
}
