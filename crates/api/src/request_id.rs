//! The ID of a request.

use actix_web::dev::ServiceRequest;
use actix_web::http::header::HeaderName;
use actix_web::{HttpMessage, HttpRequest};
use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;

use crate::app::App;

pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request: the caller's own if it is 1 to 128 visible ASCII characters, else a random one.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestId {
    pub(crate) fn of(request: &HttpRequest) -> Option<String> {
        request.extensions().get::<Self>().map(|id| id.0.clone())
    }

    pub(crate) fn choose(app: &App, request: &ServiceRequest) -> Self {
        let sent = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
        let is_kept = |id: &&str| (1..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic());
        let random = || hex(&random_bytes::<16>(app.dependencies.entropy.as_ref()));
        Self(sent.filter(is_kept).map_or_else(random, str::to_owned))
    }
}
