//! `/dashboard/sign-in` and `/dashboard/sign-out`: a local sign-in is kept in a cookie that no script gets, and that comes along
//! from other sites only when somebody follows a link.

use actix_web::HttpResponse;
use actix_web::cookie::time::{Duration, OffsetDateTime};
use actix_web::cookie::{Cookie, Expiration, SameSite};
use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use aedile_accounts::sessions::SignOut;
use aedile_accounts::{Password, SignedIn};
use aedile_dashboard::own_page;
use aedile_kernel::{Admits, Effect, Error, Result, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Dashboard, SIGN_IN, html, impersonation, is_ours, to};
use crate::app::App;
use crate::call::{Answer, AuthenticatedRequest};
use crate::cookies::DASHBOARD_SESSION;
use crate::families::auth::session::comes_from_here;
use crate::identity::Identity;
use crate::refusal::Refusal;

pub(super) async fn show(request: AuthenticatedRequest<Dashboard>) -> Answer {
    let Asked { to: target } = request.query()?;
    if request.identity.principal.is_some() {
        return Ok(to(own_page(&target)));
    }
    Ok(html(StatusCode::OK, aedile_dashboard::sign_in(None, "", &target)?))
}

pub(super) async fn sign_in(mut request: AuthenticatedRequest<Dashboard>) -> Answer {
    let Form { identifier, password, to: target } = request.form().await?;
    match signed_in(&request, &identifier, password).await {
        Ok(signed_in) => {
            let mut response = to(own_page(&target));
            response
                .add_cookie(&kept(&request.app, signed_in.token, signed_in.expires_at)?)
                .map_err(|error| Error::internal(error.to_string()))?;
            Ok(response)
        }
        Err(error) => again(&error.into(), &identifier, &target),
    }
}

/// Ends the session and forgets it; the identity provider's own is its own matter.
pub(super) async fn sign_out(mut request: AuthenticatedRequest<Dashboard>) -> Answer {
    let form: Vec<(String, String)> = request.form().await?;
    is_ours(&request, &form)?;
    impersonation::ended(&request).await?;
    let person = Identity::of_browser_person(&request.app, request.http()).await?;
    if let Some(session_id) = person.session_id.clone() {
        let caller = request.caller_of(&person);
        request.app.dependencies.operations.run(&caller, SignOut { session_id }).await?;
    }
    let mut over = cookie(&request.app, DASHBOARD_SESSION, String::new());
    over.make_removal();
    let mut response = to(SIGN_IN);
    response.add_cookie(&over).map_err(|error| Error::internal(error.to_string()))?;
    impersonation::forget(&request, &mut response)?;
    Ok(response)
}

async fn signed_in(
    request: &AuthenticatedRequest<Dashboard>,
    identifier: &str,
    password: Password,
) -> Result<SignedIn> {
    if !comes_from_here(request.headers()) {
        return Err(Error::forbidden("sign in on this page itself; open it anew"));
    }
    let (app, address) = (&request.app, request.identity.address);
    let signed_in = app.dependencies.sign_in.sign_in(identifier, password, request.client()).await?;
    Identity::of_local_user(app, &signed_in.user.id, address).await?.admitted(Admits::InUse, Effect::Read)?;
    Ok(signed_in)
}

/// The cookie that keeps a session's token until the session ends.
pub(super) fn kept(app: &App, token: String, expires_at: Timestamp) -> Result<Cookie<'static>> {
    kept_as(app, DASHBOARD_SESSION, token, expires_at)
}

/// A cookie that keeps a token until it ends.
pub(super) fn kept_as(app: &App, name: &'static str, token: String, expires_at: Timestamp) -> Result<Cookie<'static>> {
    let mut cookie = cookie(app, name, token);
    let ends = OffsetDateTime::from_unix_timestamp(expires_at.as_seconds()).map_err(Error::internal)?;
    cookie.set_expires(Expiration::from(ends));
    cookie.set_max_age(Duration::seconds(expires_at.as_seconds() - app.now().as_seconds()));
    Ok(cookie)
}

/// `Lax`, so that a link from a mail or another site leads to the page it names. No other site can have a form sent with it,
/// and each form proves by itself where it comes from.
pub(super) fn cookie(app: &App, name: &'static str, value: String) -> Cookie<'static> {
    Cookie::build(name, value)
        .path("/")
        .http_only(true)
        .secure(app.dependencies.is_behind_https)
        .same_site(SameSite::Lax)
        .finish()
}

/// The page once more, with what was wrong.
fn again(refusal: &Refusal, identifier: &str, target: &str) -> Answer {
    let page = aedile_dashboard::sign_in(Some(&refusal.message()), identifier, target)?;
    let mut response: HttpResponse = html(refusal.status(), page);
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    #[serde(default)]
    pub(super) to: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Form {
    identifier: String,
    password: Password,
    #[serde(default)]
    to: String,
}
