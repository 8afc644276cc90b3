//! OpenFeature's remote evaluation protocol, version 0.3.

mod answers;
mod context;
mod evaluate;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::Authority;
use schemars::SchemaGenerator;

use self::answers::{Bulk, Failure, GENERAL, Success};
use self::context::EvaluationContext;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::PublicRead;
use crate::openapi::{Audience, FamilyDescription, RefusalShape, USER, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The protocol.
pub(crate) struct Ofrep;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "OpenFeature",
    about: "OpenFeature's remote evaluation protocol (OFREP), for feature flags.",
    audience: Audience::Everybody,
    credentials: &[USER],
    refused: &RefusalShape {
        name: "Failure",
        about: "Why no flag was evaluated, in the protocol's words",
        media: "application/json",
        draw: Some(SchemaGenerator::subschema_for::<Failure<'static>>),
    },
};

impl ApiFamily for Ofrep {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];

    fn render(refusal: &Refusal) -> HttpResponse {
        let failure = Failure { key: None, error_code: GENERAL, error_details: refusal.message() };
        HttpResponseBuilder::new(refusal.status()).json(failure)
    }
}

/// Every route of the protocol.
pub(crate) fn routes() -> Routes<Ofrep> {
    Routes::new()
        .open(PublicRead, Method::POST, "/ofrep/v1/evaluate/flags", evaluate::all)
        .tells("Evaluates every flag.")
        .reads(&[("If-None-Match", "The tag of the answer that is there already")])
        .takes::<EvaluationContext>()
        .answers(of::<Bulk<'_>>())
        .answers_nothing(304)
        .open(PublicRead, Method::POST, "/ofrep/v1/evaluate/flags/{key}", evaluate::one)
        .tells("Evaluates one flag.")
        .takes::<EvaluationContext>()
        .answers(of::<Success<'_>>())
}
