//! `/docs`: the public API, to be read by people.

mod book;

use std::sync::LazyLock;

use actix_web::http::StatusCode;
use aedile_kernel::Error;
use askama::Template;

use self::book::Book;
use super::Pages;
use super::page::{html, source_of};
use crate::call::{Answer, Visit};
use crate::openapi;

const STYLE: &str = include_str!("../../../../templates/docs.css");
static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| source_of(STYLE));

#[derive(Template)]
#[template(path = "docs.html")]
struct DocsPage<'a> {
    book: Book<'a>,
}

impl DocsPage<'_> {
    const STYLE: &'static str = STYLE;
}

pub(super) async fn show(_: Visit<Pages>) -> Answer {
    static PAGE: LazyLock<askama::Result<String>> =
        LazyLock::new(|| DocsPage { book: Book::of(openapi::public()) }.render());
    let page = PAGE.as_ref().map_err(|error| Error::internal(error.to_string()))?;
    Ok(html(StatusCode::OK, &STYLE_SOURCE, "'none'", page.clone()))
}
