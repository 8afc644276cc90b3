//! The part of family B that this server serves: evaluated flags and announcements under `/v1`.
//!
//! Refusals are problem details (RFC 9457).

mod announcements;
mod flags;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{PermissionSet, Timestamp};
use serde_json::json;

use super::Dialect;
use crate::identity::Identity;
use crate::limits::RateClass::PublicRead;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Family B.
pub(crate) struct Marketplace;

impl Dialect for Marketplace {
    const IS_TIGHTENED: bool = true;

    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        identity.principal.as_ref().map_or(PermissionSet::ANONYMOUS, |principal| principal.flag_permissions())
    }

    fn render(refusal: &Refusal) -> HttpResponse {
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
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<Marketplace> {
    Routes::new().open(PublicRead, Method::GET, "/v1/flags", flags::list).open(
        PublicRead,
        Method::GET,
        "/v1/announcements",
        announcements::list,
    )
}
