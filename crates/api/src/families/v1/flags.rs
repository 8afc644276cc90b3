//! `/v1/flags`: all flags, evaluated for the caller.

use super::V1;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::evaluation;
use crate::families::fields::Fields;
use actix_web::HttpResponse;

pub(super) async fn list(request: AuthenticatedRequest<V1>) -> Answer {
    let (rules, flags) = (request.app.rules().await?, request.app.flags().await?);
    let subject = evaluation::subject(&request.identity, &rules);
    Ok(HttpResponse::Ok().json(Fields::of("flags", evaluation::all(&flags, subject))))
}
