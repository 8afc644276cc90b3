//! Every page, and what a browser gets of it.

use std::future::Future;
use std::pin::Pin;

use aedile_kernel::{Error, Result};

use crate::backend::DashboardBackend;
pub use crate::view::Page;
use crate::view::{Frame, POLICY, POLICY_WITH_STYLES, Simple};
use crate::{change, nav, pages};

/// What a browser asks for.
#[derive(Debug, Default)]
pub struct Asked {
    /// The path.
    pub path: String,
    /// What stands in the path at the place of the name in braces.
    pub name: String,
    /// The query's pairs.
    pub query: Vec<(String, String)>,
    /// The pairs of a form that was sent; `None` when nothing was sent.
    pub form: Option<Vec<(String, String)>>,
}

impl Asked {
    /// A value of the query; `None` when it is empty.
    pub(crate) fn query(&self, name: &str) -> Option<&str> {
        value(&self.query, name)
    }
}

/// The first value of that name; `None` when it is empty.
pub(crate) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let found = pairs.iter().find(|(key, _)| key == name);
    found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
}

/// What a browser gets.
pub struct Rendered {
    /// The page.
    pub html: String,
    /// Its `Content-Security-Policy`.
    pub policy: &'static str,
    /// Why the page is not what was asked for; the server gives it its status.
    pub refused: Option<Error>,
}

type Made<'a> = Pin<Box<dyn Future<Output = Result<Page>> + Send + 'a>>;

/// A page and where it is.
pub struct Place {
    /// The path, with a name in braces.
    pub path: &'static str,
    /// Whether forms are sent to it.
    pub takes_forms: bool,
    make: for<'a> fn(&'a dyn DashboardBackend, &'a Asked) -> Made<'a>,
}

macro_rules! page {
    ($path:literal, $make:path) => {
        Place { path: $path, takes_forms: false, make: |backend, asked| Box::pin($make(backend, asked)) }
    };
}

/// Every page.
pub const PAGES: &[Place] = &[
    page!("/dashboard", pages::overview::show),
    page!("/dashboard/skills", pages::skills::show),
    page!("/dashboard/earnings", pages::earnings::show),
    page!("/dashboard/purchases", pages::purchases::show),
    page!("/dashboard/settings", pages::settings::show),
    page!("/dashboard/admin", pages::users::show),
    page!("/dashboard/users/{name}", pages::user::show),
    page!("/dashboard/moderation", pages::moderation::show),
    page!("/dashboard/moderation/flags/{name}", pages::moderation::flag::show),
    page!("/dashboard/moderation/claims/{name}", pages::moderation::claim::show),
    page!("/dashboard/catalog", pages::catalog::show),
    page!("/dashboard/catalog/{name}", pages::catalog::skill::show),
    page!("/dashboard/money", pages::money::show),
    page!("/dashboard/money/{name}", pages::money::part),
    page!("/dashboard/mail", pages::mail::show),
    page!("/dashboard/mail/campaigns/{name}", pages::mail::campaign::show),
    page!("/dashboard/access", pages::access::show),
    page!("/dashboard/access/test", pages::access::test),
    page!("/dashboard/flags", pages::flags::show),
    page!("/dashboard/flags/{name}", pages::flags::one),
    page!("/dashboard/announcements", pages::announcements::show),
    page!("/dashboard/announcements/{name}", pages::announcements::one),
    page!("/api-keys", pages::api_keys::show),
    page!("/dashboard/audit", pages::audit::show),
    page!("/dashboard/audit/verify", pages::audit::verify),
    page!("/dashboard/audit/{name}", pages::audit::one),
    page!("/dashboard/system", pages::system::show),
    Place {
        path: "/dashboard/do/{name}",
        takes_forms: true,
        make: |backend, asked| Box::pin(change::show(backend, asked)),
    },
];

impl Place {
    /// The page, for whoever is signed in.
    ///
    /// # Errors
    /// What the server should answer in its own way: above all `Unavailable` and `Internal`.
    pub async fn show(&self, backend: &dyn DashboardBackend, asked: &Asked) -> Result<Rendered> {
        let page = match (self.make)(backend, asked).await {
            Err(error @ (Error::Unavailable { .. } | Error::Internal(_))) => return Err(error),
            Err(error) => refusal(error),
            // Sections show to those who may see them only.
            Ok(page) if page.sections.is_empty() => refusal(Error::forbidden("there is nothing here for you")),
            Ok(page) => page,
        };
        let nav = nav::entries(backend, &asked.path);
        let frame = Frame { page: &page, person: backend.person(), nav: &nav, form_token: backend.form_token() };
        let policy = if page.shows_document() { POLICY_WITH_STYLES.as_str() } else { POLICY.as_str() };
        Ok(Rendered { html: frame.html()?, refused: page.refused, policy })
    }
}

/// A page that says why there is no other.
fn refusal(error: Error) -> Page {
    use crate::view::{Block, Section, Tone};
    let title = match error {
        Error::NotFound(_) => "Page not found",
        Error::Denied(_)
        | Error::AccountState(_)
        | Error::Forbidden(_)
        | Error::Unauthenticated(_)
        | Error::ProofNeeded(_) => "You don't have access to this page",
        _ => "This page can't be shown",
    };
    let notice = Block::Notice(Tone::Bad, crate::view::sentence(&error.to_string()));
    Page::new(title).section(Section::bare().block(notice)).refused(error)
}

/// A page for somebody who is not signed in, or whom the server refuses before any page is made.
///
/// # Errors
/// `Internal`, when it can't be made.
pub fn refused(title: &str, message: &str) -> Result<String> {
    Simple { title, message }.html()
}
