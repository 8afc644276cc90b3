//! What `/auth/cli` and `/docs` share: HTML pages, whose refusals are pages, too.

pub(super) mod page;
pub(super) mod password_page;

use actix_web::HttpResponse;
use aedile_kernel::Authority;

use crate::api_family::ApiFamily;
use crate::openapi::{Audience, FamilyDescription, RefusalShape, USER};
use crate::refusal::Refusal;

/// The pages.
pub(crate) struct Pages;

pub(crate) static FAMILY: FamilyDescription = FamilyDescription {
    name: "Pages",
    about: "Pages for people in a browser.",
    audience: Audience::Everybody,
    credentials: &[USER],
    refused: &RefusalShape { name: "Page", about: "A page that says why", media: "text/html", draw: None },
};

impl ApiFamily for Pages {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];

    fn render(refusal: &Refusal) -> HttpResponse {
        page::refusal(refusal)
    }
}
