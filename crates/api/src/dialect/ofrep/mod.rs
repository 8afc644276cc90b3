//! OpenFeature's remote evaluation protocol, version 0.3.

mod answers;
mod context;
mod evaluate;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{PermissionSet, Timestamp};

use self::answers::{Failure, GENERAL};
use super::Dialect;
use super::control::Control;
use crate::identity::Identity;
use crate::limits::RateClass::PublicRead;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The protocol.
pub(crate) struct Ofrep;

impl Dialect for Ofrep {
    fn permissions(identity: &Identity, now: Timestamp) -> PermissionSet {
        Control::permissions(identity, now)
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        let failure = Failure { key: None, error_code: GENERAL, error_details: refusal.message() };
        HttpResponseBuilder::new(refusal.status()).json(failure)
    }
}

/// Every route of the protocol.
pub(crate) fn routes() -> Routes<Ofrep> {
    Routes::new().open(PublicRead, Method::POST, "/ofrep/v1/evaluate/flags", evaluate::all).open(
        PublicRead,
        Method::POST,
        "/ofrep/v1/evaluate/flags/{key}",
        evaluate::one,
    )
}
