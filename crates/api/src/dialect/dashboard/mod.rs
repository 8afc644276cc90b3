//! The dashboard: pages of the dashboard crate, for whoever is signed in with their browser.

mod desk;
mod form_token;
mod health;
mod session;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use aedile_dashboard::{Asked, PAGES, POLICY, Place};
use aedile_kernel::{Authority, Error, Result};

use super::Dialect;
use super::pages;
use super::pages::session::comes_from_here;
use crate::app::App;
use crate::call::{Answer, Visit};
use crate::identity::Identity;
use crate::limits::RateClass::{Admin, PublicRead, SignIn};
use crate::openapi::Family;
use crate::refusal::Refusal;
use crate::routes::Routes;
use desk::Here;

const SIGN_IN: &str = "/dashboard/sign-in";

/// The dashboard, behind which each operation asks for its own permission.
pub(crate) struct Dashboard;

impl Dialect for Dashboard {
    const FAMILY: &'static Family = &pages::FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];

    async fn identify(app: &App, request: &HttpRequest) -> Result<Identity> {
        Identity::of_browser(app, request).await
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        let status = refusal.status();
        let title = status.canonical_reason().unwrap_or("Error");
        let page = aedile_dashboard::refused(title, &refusal.message());
        html(status, page.unwrap_or_else(|_| title.to_owned()))
    }
}

/// Every page, and the way in and out.
pub(crate) fn routes() -> Routes<Dashboard> {
    let routes = Routes::new()
        .open(PublicRead, Method::GET, SIGN_IN, session::show)
        .query::<session::Asked>()
        .open(SignIn, Method::POST, SIGN_IN, session::sign_in)
        .open(Admin, Method::POST, "/dashboard/sign-out", session::sign_out);
    PAGES.iter().fold(routes, |routes, place| {
        // Each page reads its own filters, and a link may fill in any field of a form.
        let routes = routes
            .open(Admin, Method::GET, place.path, move |visit| show(visit, place))
            .query::<Vec<(String, String)>>();
        if place.takes_forms {
            routes.open(Admin, Method::POST, place.path, move |visit| take(visit, place))
        } else {
            routes
        }
    })
}

async fn show(visit: Visit<Dashboard>, place: &'static Place) -> Answer {
    if visit.identity.principal.is_none() {
        return Ok(to(&format!(
            "{SIGN_IN}?{}",
            serde_urlencoded::to_string([("to", visit.target())]).map_err(Error::internal)?
        )));
    }
    let asked = Asked { form: None, ..asked(&visit)? };
    answer(visit, place, asked).await
}

async fn take(mut visit: Visit<Dashboard>, place: &'static Place) -> Answer {
    if visit.identity.principal.is_none() {
        return Err(Error::unauthenticated("your session is over, and nothing was done; sign in again").into());
    }
    let form: Vec<(String, String)> = visit.form().await?;
    is_ours(&visit, &form)?;
    let asked = Asked { form: Some(form), ..asked(&visit)? };
    answer(visit, place, asked).await
}

fn asked(visit: &Visit<Dashboard>) -> Result<Asked, Refusal> {
    let (path, name) = (visit.path().to_owned(), visit.segment("name")?);
    Ok(Asked { path, name, query: visit.query()?, form: None })
}

async fn answer(visit: Visit<Dashboard>, place: &Place, asked: Asked) -> Answer {
    let page = place.show(&Here::of(&visit).await?, &asked).await?;
    let mut response = html(page.refused.map_or(StatusCode::OK, |error| Refusal::from(error).status()), page.html);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(page.policy));
    Ok(response)
}

/// Whether a form was made here, for this person, and sent from our own page.
fn is_ours(visit: &Visit<Dashboard>, form: &[(String, String)]) -> Result<(), Error> {
    let sent = form.iter().find(|(name, _)| name == "form_token").map(|(_, token)| token.as_str());
    if comes_from_here(visit.headers()) && form_token::is_good(&visit.app, &visit.identity, sent.unwrap_or_default()) {
        return Ok(());
    }
    Err(Error::forbidden("this form is too old, or was not sent from here; nothing was done. Open the page anew"))
}

fn to(address: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((LOCATION, address)).finish()
}

/// A page that no cache keeps and nobody frames.
fn html(status: StatusCode, body: String) -> HttpResponse {
    HttpResponseBuilder::new(status)
        .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
        .insert_header((X_FRAME_OPTIONS, "DENY"))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .insert_header((CACHE_CONTROL, "no-store"))
        .body(body)
}
