//! Refusals as problem details (RFC 9457).

use actix_web::{HttpResponse, HttpResponseBuilder};
use serde_json::json;

use crate::refusal::Refusal;

/// The body of a refusal, with its status.
pub(crate) fn render(refusal: &Refusal) -> HttpResponse {
    let status = refusal.status();
    let mut body = json!({
        "type": "about:blank",
        "title": status.canonical_reason().unwrap_or("Error"),
        "status": status.as_u16(),
        "detail": refusal.message(),
        "code": refusal.code(),
    });
    if let Some(fields) = body.as_object_mut().filter(|_| !refusal.fields().is_empty()) {
        fields.insert("errors".to_owned(), json!(refusal.fields()));
    }
    HttpResponseBuilder::new(status).content_type("application/problem+json").body(body.to_string())
}
