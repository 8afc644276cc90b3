//! The families of endpoints, each with its own shape of errors and its own idea of who may call.

pub(crate) mod agents;
pub(crate) mod control;
pub(crate) mod dashboard;
pub(crate) mod documents;
mod evaluation;
pub(crate) mod fields;
pub(crate) mod marketplace;
pub(crate) mod marketplace_admin;
pub(crate) mod ofrep;
pub(crate) mod operations;
pub(crate) mod pages;
pub(crate) mod paging;
pub(crate) mod panel;
pub(crate) mod plans;
mod problem;
mod times;

use std::future::Future;

use actix_web::{HttpRequest, HttpResponse};
use aedile_kernel::{Authority, Result};

use crate::app::App;
use crate::identity::Identity;
use crate::openapi::Family;
use crate::refusal::Refusal;

/// A family of endpoints.
pub(crate) trait Dialect: 'static {
    /// What documents say of the family.
    const FAMILY: &'static Family;

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
