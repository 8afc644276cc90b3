//! For whoever runs the server: is it alive, is it ready, how is it doing.

use actix_web::{HttpResponse, web};
use serde_json::json;

use crate::app::App;

/// The process answers.
pub(crate) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({ "status": "live" }))
}

/// The store answers too.
pub(crate) async fn ready(app: web::Data<App>) -> HttpResponse {
    match app.dependencies.readiness.check().await {
        Ok(()) => HttpResponse::Ok().json(json!({ "status": "ready" })),
        Err(error) => {
            tracing::warn!(error = %aedile_kernel::runner::Chain(&error), "not ready");
            HttpResponse::ServiceUnavailable().json(json!({ "status": "unavailable", "error": error.to_string() }))
        }
    }
}

/// Prometheus text format.
pub(crate) async fn metrics(app: web::Data<App>) -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(app.dependencies.metrics.render())
}
