//! The families of endpoints, each with its own shape of errors and its own idea of who may call.

pub(crate) mod agents;
pub(crate) mod control;
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

use actix_web::HttpResponse;
use aedile_kernel::{PermissionSet, Timestamp};

use crate::identity::Identity;
use crate::openapi::Family;
use crate::refusal::Refusal;

/// A family of endpoints.
pub(crate) trait Dialect: 'static {
    /// What documents say of the family.
    const FAMILY: &'static Family;

    /// Whether endpoint overrides may ask for more than the routes themselves do.
    const IS_TIGHTENED: bool = false;

    /// What the caller may do in this family.
    fn permissions(identity: &Identity, now: Timestamp) -> PermissionSet;

    /// The body of a refusal, with its status.
    fn render(refusal: &Refusal) -> HttpResponse;
}
