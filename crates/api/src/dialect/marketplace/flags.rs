//! `/v1/flags`: all flags, evaluated for the caller.

use super::Marketplace;
use crate::call::{Answer, Visit};
use crate::dialect::evaluation;
use crate::dialect::fields::Fields;
use actix_web::HttpResponse;

pub(super) async fn list(visit: Visit<Marketplace>) -> Answer {
    let (rules, flags) = (visit.app.rules().await?, visit.app.flags().await?);
    let visitor = evaluation::visitor(&visit.identity, &rules);
    Ok(HttpResponse::Ok().json(Fields::of("flags", evaluation::all(&flags, visitor))))
}
