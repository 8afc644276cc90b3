//! What the API is, as OpenAPI 3.1 documents (<https://spec.openapis.org/oas/v3.1.1.html>): made from the route table, the
//! wire types and the operations' own descriptions, so that there is no second list to keep.

mod by_name;
mod contract;
mod draft;
mod examples;
mod family;
mod parameters;
mod paths;
mod schemas;
mod shape;
mod words;

pub(crate) use contract::{Body, Contract, Media, Told};
pub(crate) use draft::{ByName, Document, Documents};
pub(crate) use family::{Audience, FamilyDescription, KEY, OPERATOR, RefusalShape, USER};
pub(crate) use shape::{Shape, Yes, field, list, of};

use crate::route_description::RouteDescription;

/// A route with all that documents say of it.
#[derive(Clone)]
pub(crate) struct Documented {
    pub(crate) route: RouteDescription,
    pub(crate) family: &'static FamilyDescription,
    pub(crate) contract: Contract,
}

impl Documented {
    /// Whether everybody may know of it: it is no admin's, by its family, its permission and its path.
    pub(crate) fn is_public(&self) -> bool {
        let is_below_admin = self.route.path.split('/').any(|segment| segment == "admin");
        self.family.audience != Audience::Admins && !self.route.permission.is_administrative() && !is_below_admin
    }
}
