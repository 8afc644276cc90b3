//! An API family: endpoints with one shape of errors and one set of accepted credentials.

use std::future::Future;

use actix_web::{HttpRequest, HttpResponse};
use aedile_kernel::{Authority, Result};

use crate::app::App;
use crate::identity::Identity;
use crate::openapi::FamilyDescription;
use crate::refusal::Refusal;

/// A family of endpoints.
pub(crate) trait ApiFamily: 'static {
    /// What documents say of the family.
    const FAMILY: &'static FamilyDescription;

    /// What gives permissions in the family. An operation of one of its routes is open by name to the same.
    const AUTHORITIES: &'static [Authority];

    /// Whether endpoint overrides may ask for more than the routes themselves do.
    const IS_TIGHTENED: bool = false;

    /// Who sent a request: by the credential in a header, unless the family knows its callers by something else.
    fn identify(app: &App, request: &HttpRequest) -> impl Future<Output = Result<Identity>> {
        Identity::of(app, request)
    }

    /// The body of a refusal, with its status.
    fn render(refusal: &Refusal) -> HttpResponse;
}
