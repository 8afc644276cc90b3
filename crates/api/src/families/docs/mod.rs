//! `/docs`: the public API, to be read by people.

mod book;

use std::sync::LazyLock;

use actix_web::http::{Method, StatusCode};
use aedile_kernel::Error;
use askama::Template;

use self::book::Book;
use super::pages::Pages;
use super::pages::page::{html, source_of};
use crate::call::{Answer, AuthenticatedRequest};
use crate::limits::RateClass::PublicRead;
use crate::openapi::{self, Media};
use crate::routes::Routes;

const STYLE: &str = include_str!("../../../templates/docs.css");
static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| source_of(STYLE));

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    book: Book<'a>,
}

impl DocsPage<'_> {
    const STYLE: &'static str = STYLE;
}

/// The page.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new()
        .open(PublicRead, Method::GET, "/docs", show)
        .tells("The public API as a page to read.")
        .answers_with(200, Media::Other("text/html"))
}

async fn show(_: AuthenticatedRequest<Pages>) -> Answer {
    static PAGE: LazyLock<askama::Result<String>> =
        LazyLock::new(|| DocsPage { book: Book::of(openapi::public()) }.render());
    let page = PAGE.as_ref().map_err(|error| Error::internal(error.to_string()))?;
    Ok(html(StatusCode::OK, &STYLE_SOURCE, "'none'", page.clone()))
}
