//! `/auth/cli`: somebody signs in for their command line, which waits for the code on the same machine.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, LOCATION, REFERRER_POLICY, RETRY_AFTER, WWW_AUTHENTICATE};
use aedile_accounts::second_factor::GivenProof;
use aedile_accounts::{CliSignInRequest, Password};
use aedile_kernel::{Admits, Effect, Error, MissingFactor};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use schemars::JsonSchema;
use serde::Deserialize;

use super::session;
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::pages::Pages;
use crate::families::pages::page::SignInPage;
use crate::identity::Identity;
use crate::refusal::Refusal;

/// What RFC 3986 never escapes stays as it is.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) async fn show(request: AuthenticatedRequest<Pages>) -> Answer {
    let asked = request.query::<Asked>()?.request()?;
    let person = session::person(&request).await;
    let page = SignInPage { asked: &asked, person: person.as_deref(), problem: None, identifier: "" };
    page.answer(StatusCode::OK)
}

pub(super) async fn sign_in(mut request: AuthenticatedRequest<Pages>) -> Answer {
    let form: Form = request.form().await?;
    let (asked, way) = form.read()?;
    let identifier = way.identifier().to_owned();
    match signed_in(&request, way).await {
        Ok(identity) => send_code(&request, &identity, &asked).await,
        Err(error) => again(&asked, &identifier, &error.into()),
    }
}

async fn signed_in(request: &AuthenticatedRequest<Pages>, way: Way) -> Result<Identity, Error> {
    let identity = match way {
        Way::Session => session::identity(request).await?,
        Way::Password { identifier, password, code } => {
            let (app, address) = (&request.app, request.identity.address);
            let known = app.dependencies.sign_in.prove(&identifier, password, &request.client()).await?;
            with_code(request, Identity::of_local_user(app, &known.user.id, address).await?, code).await?
        }
    };
    identity.admitted(Admits::InUse, Effect::Write)?;
    Ok(identity)
}

/// The same with their second factor, for who has one.
async fn with_code(
    request: &AuthenticatedRequest<Pages>,
    identity: Identity,
    code: Option<String>,
) -> Result<Identity, Error> {
    if identity.assurance.person().and_then(|proof| proof.missing) != Some(MissingFactor::Code) {
        return Ok(identity);
    }
    let code = code.filter(|code| !code.trim().is_empty());
    let code = code.ok_or_else(|| Error::unauthenticated("enter your password again, and the code of your app"))?;
    let given = GivenProof { password: None, code: Some(code) };
    let second_factors = &request.app.dependencies.second_factors;
    second_factors.prove(&request.signed_in(&identity), given, &request.client()).await?;
    Ok(identity.with_second_factor(request.app.now()))
}

/// Sends the browser back to the program that asked, with the code.
async fn send_code(request: &AuthenticatedRequest<Pages>, identity: &Identity, asked: &CliSignInRequest) -> Answer {
    let code = request.app.dependencies.cli_sign_in.give_code(&request.signed_in(identity), asked).await?;
    let uri = &asked.redirect_uri;
    let state = utf8_percent_encode(&asked.state, RESERVED);
    let target = format!("{}{}code={}&state={state}", uri.as_str(), uri.query_joint(), code.expose());
    Ok(HttpResponse::SeeOther()
        .insert_header((LOCATION, target))
        .insert_header((REFERRER_POLICY, "no-referrer"))
        .finish())
}

/// The page once more, with what was wrong.
fn again(asked: &CliSignInRequest, identifier: &str, refusal: &Refusal) -> Answer {
    let message = refusal.message();
    let page = SignInPage { asked, person: None, problem: Some(&message), identifier };
    let mut response = page.answer(refusal.status())?;
    if let Some(seconds) = refusal.retry_after_seconds() {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    if response.status() == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    Ok(response)
}

/// What the command line put into the address it opened.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    redirect_uri: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
}

impl Asked {
    fn request(&self) -> Result<CliSignInRequest, Error> {
        CliSignInRequest::parse(&self.redirect_uri, &self.state, &self.code_challenge, &self.code_challenge_method)
    }
}

/// The page's form.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Form {
    redirect_uri: String,
    state: String,
    code_challenge: String,
    code_challenge_method: String,
    identifier: Option<String>,
    password: Option<Password>,
    code: Option<String>,
    #[serde(rename = "continue")]
    continues: Option<String>,
}

/// How somebody signs in.
enum Way {
    Session,
    Password { identifier: String, password: Password, code: Option<String> },
}

impl Way {
    fn identifier(&self) -> &str {
        match self {
            Self::Session => "",
            Self::Password { identifier, .. } => identifier,
        }
    }
}

impl Form {
    fn read(self) -> Result<(CliSignInRequest, Way), Error> {
        let Self { redirect_uri, state, code_challenge, code_challenge_method, .. } = self;
        let asked = Asked { redirect_uri, state, code_challenge, code_challenge_method }.request()?;
        let way = match (self.continues.as_deref(), self.identifier, self.password, self.code) {
            (Some("1"), None, None, None) => Way::Session,
            (None, Some(identifier), Some(password), code) => Way::Password { identifier, password, code },
            _ => return Err(Error::invalid("form", "must have identifier and password, or continue=1")),
        };
        Ok((asked, way))
    }
}
