//! Pages for people in a browser: `/auth/cli` and `/docs`. Refusals are pages, too.

mod cli;
mod docs;
mod page;
pub(crate) mod session;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::Authority;

use super::Dialect;
use crate::limits::RateClass::{PublicRead, SignIn};
use crate::openapi::{Door, Family, Media, Refused, USER, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The pages.
pub(crate) struct Pages;

pub(crate) static FAMILY: Family = Family {
    name: "Pages",
    about: "Pages for people in a browser.",
    door: Door::Everybody,
    credentials: &[USER],
    refused: &Refused { name: "Page", about: "A page that says why", media: "text/html", draw: None },
};

impl Dialect for Pages {
    const FAMILY: &'static Family = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];

    fn render(refusal: &Refusal) -> HttpResponse {
        page::refusal(refusal)
    }
}

/// Every page.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .open(PublicRead, Method::GET, "/docs", docs::show)
        .tells("The public API as a page to read.")
        .answers_with(200, Media::Other("text/html"))
        .open(PublicRead, Method::GET, "/auth/cli", cli::show)
        .tells("The page where somebody signs in for their command line.")
        .query::<cli::Asked>()
        .answers_with(200, Media::Other("text/html"))
        .open(SignIn, Method::POST, "/auth/cli", cli::sign_in)
        .tells("Signs in for a command line, and sends the browser back to it with a code.")
        .takes_media(Media::Form(of::<cli::Form>()))
        .answers_nothing(303)
}
