//! The dashboard: pages of the dashboard crate, for whoever is signed in with their browser.

mod backend;
mod form_token;
mod health;
mod impersonation;
mod proof;
mod second_factor;
mod session;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, LOCATION, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use aedile_dashboard::{Asked, DashboardBackend as _, PAGES, POLICY, Place};
use aedile_kernel::{Authority, Error, ProofNeeded, Result};

use super::auth::session::comes_from_here;
use super::pages;
use crate::api_family::ApiFamily;
use crate::app::App;
use crate::call::{Answer, AuthenticatedRequest};
use crate::identity::Identity;
use crate::limits::RateClass::{Admin, PublicRead, SignIn};
use crate::openapi::FamilyDescription;
use crate::refusal::Refusal;
use crate::routes::Routes;
use backend::ServerBackend;

const SIGN_IN: &str = "/dashboard/sign-in";
const PROVE: &str = "/dashboard/prove";
const SECOND_FACTOR: &str = "/dashboard/second-factor";
const ACT_AS: &str = "/dashboard/act-as/{user_id}";

/// The dashboard, behind which each operation asks for its own permission.
pub(crate) struct Dashboard;

impl ApiFamily for Dashboard {
    const FAMILY: &'static FamilyDescription = &pages::FAMILY;
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
        .open_to_begun(PublicRead, Method::GET, SIGN_IN, session::show)
        .query::<session::Asked>()
        .open_to_begun(SignIn, Method::POST, SIGN_IN, session::sign_in)
        .open_to_begun(Admin, Method::POST, "/dashboard/sign-out", session::sign_out)
        .open_to_begun(Admin, Method::GET, PROVE, proof::show)
        .query::<session::Asked>()
        .open_to_begun(SignIn, Method::POST, PROVE, proof::prove)
        .open_to_begun(Admin, Method::GET, SECOND_FACTOR, second_factor::show)
        .open_to_begun(SignIn, Method::POST, SECOND_FACTOR, second_factor::take)
        .open_to_begun(Admin, Method::GET, ACT_AS, impersonation::show)
        .open_to_begun(Admin, Method::POST, ACT_AS, impersonation::begin)
        .open_to_begun(Admin, Method::POST, "/dashboard/stop-acting", impersonation::stop);
    PAGES.iter().fold(routes, |routes, place| {
        // Each page reads its own filters, and a link may fill in any field of a form.
        let routes = routes
            .open_to_begun(Admin, Method::GET, place.path, move |request| show(request, place))
            .query::<Vec<(String, String)>>();
        if place.takes_forms {
            routes.open_to_begun(Admin, Method::POST, place.path, move |request| take(request, place))
        } else {
            routes
        }
    })
}

async fn show(request: AuthenticatedRequest<Dashboard>, place: &'static Place) -> Answer {
    if request.identity.principal.is_none() {
        return to_then(SIGN_IN, &request.target());
    }
    if let Err(error) = request.proved(ProofNeeded::Complete) {
        return proof::ask(&request, error);
    }
    let asked = Asked { form: None, ..asked(&request)? };
    answer(request, place, asked).await
}

async fn take(mut request: AuthenticatedRequest<Dashboard>, place: &'static Place) -> Answer {
    if request.identity.principal.is_none() {
        return Err(Error::unauthenticated("your session is over, and nothing was done; sign in again").into());
    }
    request.proved(ProofNeeded::Complete)?;
    let form: Vec<(String, String)> = request.form().await?;
    is_ours(&request, &form)?;
    let asked = Asked { form: Some(form), ..asked(&request)? };
    answer(request, place, asked).await
}

/// Where whoever has no business on a page about one's own sign-in is sent: to sign in, or, while they act as a user, back to
/// the pages that say so. The password that such a page asks for would be the user's.
fn sent_away(request: &AuthenticatedRequest<Dashboard>, target: &str) -> Option<Answer> {
    match &request.identity.principal {
        None => Some(to_then(SIGN_IN, target)),
        Some(_) => request.identity.impersonation.as_ref().map(|_| Ok(to("/dashboard"))),
    }
}

fn asked(request: &AuthenticatedRequest<Dashboard>) -> Result<Asked, Refusal> {
    let (path, name) = (request.path().to_owned(), request.segment("name")?);
    Ok(Asked { path, name, query: request.query()?, form: None })
}

async fn answer(request: AuthenticatedRequest<Dashboard>, place: &Place, asked: Asked) -> Answer {
    let backend = ServerBackend::of(&request).await?;
    // Who opens a form proves who they are first, and does not lose what they typed.
    let opened = backend.description(&asked.name).filter(|_| place.takes_forms && asked.form.is_none());
    if let Some(error) = opened.and_then(|operation| request.proved(operation.proof).err()) {
        return proof::ask(&request, error);
    }
    let page = place.show(&backend, &asked).await?;
    let mut response = html(page.refused.map_or(StatusCode::OK, |error| Refusal::from(error).status()), page.html);
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(page.policy));
    Ok(response)
}

/// Whether a form was made here, for this person, and sent from our own page.
fn is_ours(request: &AuthenticatedRequest<Dashboard>, form: &[(String, String)]) -> Result<(), Error> {
    let sent = form.iter().find(|(name, _)| name == "form_token").map(|(_, token)| token.as_str());
    if comes_from_here(request.headers())
        && form_token::is_good(&request.app, &request.identity, sent.unwrap_or_default())
    {
        return Ok(());
    }
    Err(Error::forbidden("this form is too old, or was not sent from here; nothing was done. Open the page anew"))
}

/// The way to a page that leads on to another.
fn to_then(address: &str, target: &str) -> Answer {
    let query = serde_urlencoded::to_string([("to", target)]).map_err(Error::internal)?;
    Ok(to(&format!("{address}?{query}")))
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
