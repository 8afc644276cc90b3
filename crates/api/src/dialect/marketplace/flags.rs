//! `/v1/flags`: all flags, evaluated for the caller.

use actix_web::HttpResponse;
use serde_json::json;

use super::Marketplace;
use crate::call::{Answer, Visit};
use crate::dialect::evaluation;

pub(super) async fn list(visit: Visit<Marketplace>) -> Answer {
    let (rules, flags) = (visit.app.rules().await?, visit.app.flags().await?);
    let visitor = evaluation::visitor(&visit.identity, &rules);
    Ok(HttpResponse::Ok().json(json!({ "flags": evaluation::all(&flags, visitor) })))
}
