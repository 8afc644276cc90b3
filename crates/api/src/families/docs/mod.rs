//! `/docs`: the public API, to be read by people.

mod book;

use std::sync::{LazyLock, OnceLock};

use actix_web::http::{Method, StatusCode};
use aedile_kernel::Error;
use askama::Template;

use self::book::Book;
use super::pages::Pages;
use super::pages::page::{html, source_of};
use crate::call::{Answer, AuthenticatedRequest};
use crate::limits::RateClass::PublicRead;
use crate::openapi::Media;
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

async fn show(request: AuthenticatedRequest<Pages>) -> Answer {
    static PAGE: OnceLock<askama::Result<String>> = OnceLock::new();
    let page = PAGE.get_or_init(|| DocsPage { book: Book::of(request.app.documents.public()) }.render());
    let page = page.as_ref().map_err(|error| Error::internal(error.to_string()))?;
    Ok(html(StatusCode::OK, &STYLE_SOURCE, "'none'", page.clone()))
}
