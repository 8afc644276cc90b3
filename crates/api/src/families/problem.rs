//! Refusals as problem details (RFC 9457).

use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::FieldError;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use crate::openapi::RefusalShape;
use crate::refusal::Refusal;

const MEDIA: &str = "application/problem+json";

/// What documents say of it.
pub(crate) static REFUSED: RefusalShape = RefusalShape {
    name: "Problem",
    about: "Refused, in problem details (RFC 9457)",
    media: MEDIA,
    draw: Some(SchemaGenerator::subschema_for::<Problem<'static>>),
};

/// Why a request was refused.
#[derive(Serialize, JsonSchema)]
struct Problem<'a> {
    /// Always `about:blank`: the status says it all.
    #[serde(rename = "type")]
    #[schemars(example = &"about:blank")]
    kind: &'static str,
    /// The name of the status.
    #[schemars(example = &"Not Found")]
    title: &'a str,
    /// The status.
    status: u16,
    /// A sentence for people.
    detail: String,
    /// A name for programs, which stays.
    #[schemars(example = &"not_found")]
    code: &'static str,
    /// Which fields are wrong, if that is the trouble.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    errors: &'a [FieldError],
}

/// The body of a refusal, with its status.
pub(crate) fn render(refusal: &Refusal) -> HttpResponse {
    let status = refusal.status();
    let problem = Problem {
        kind: "about:blank",
        title: status.canonical_reason().unwrap_or("Error"),
        status: status.as_u16(),
        detail: refusal.message(),
        code: refusal.code(),
        errors: refusal.fields(),
    };
    HttpResponseBuilder::new(status).content_type(MEDIA).json(problem)
}
