//! `/openapi.json`: the public API, for everybody. Refusals are problem details.

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::Authority;

use super::problem;
use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest};
use crate::limits::RateClass::PublicRead;
use crate::openapi::{self, Audience, Document, FamilyDescription, USER};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The documents that everybody may read.
pub(crate) struct Documents;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Documents",
    about: "What the API is.",
    audience: Audience::Everybody,
    credentials: &[USER],
    refused: &problem::REFUSED,
};

impl ApiFamily for Documents {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[];

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// The one route.
pub(crate) fn routes() -> Routes<Documents> {
    Routes::new()
        .open(PublicRead, Method::GET, "/openapi.json", show)
        .tells("The public API as an OpenAPI 3.1 document.")
        .answers(openapi::of::<Document>())
}

async fn show(request: AuthenticatedRequest<Documents>) -> Answer {
    Ok(HttpResponse::Ok().json(request.app.documents.public()))
}
