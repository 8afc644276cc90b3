//! `/dashboard/prove`: somebody proves who they are, once more or with what their sign-in lacks.

use actix_web::http::StatusCode;
use actix_web::http::header::RETRY_AFTER;
use aedile_accounts::Password;
use aedile_accounts::second_factor::GivenProof;
use aedile_dashboard::own_page;
use aedile_kernel::{Error, LackingProof, MissingFactor, Result, Timestamp};

use super::{Dashboard, PROVE, SECOND_FACTOR, form_token, html, is_ours, sent_away, session, to, to_then};
use crate::call::{Answer, AuthenticatedRequest};
use crate::refusal::Refusal;

type Request = AuthenticatedRequest<Dashboard>;

/// Leads to where the proof is given that an error asks for, and back; other errors are answered as they are.
pub(super) fn ask(request: &Request, error: Error) -> Answer {
    match error {
        Error::ProofNeeded(LackingProof::Factor(MissingFactor::SetUp)) => Ok(to(SECOND_FACTOR)),
        Error::ProofNeeded(LackingProof::Factor(MissingFactor::AtProvider)) => Err(error.into()),
        Error::ProofNeeded(_) => to_then(PROVE, &request.target()),
        error => Err(error.into()),
    }
}

pub(super) async fn show(request: Request) -> Answer {
    let session::Asked { to: target } = request.query()?;
    if let Some(away) = sent_away(&request, own_page(&target)) {
        return away;
    }
    page(&request, None, &target).await
}

pub(super) async fn prove(mut request: Request) -> Answer {
    let form: Vec<(String, String)> = request.form().await?;
    is_ours(&request, &form)?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
    let target = field("to").unwrap_or_default();
    let given = GivenProof { password: field("password").map(Password::new), code: field("code") };
    match given_by(&request, given).await {
        Ok(_) => go_on(&request, &target).await,
        Err(error) => page(&request, Some(&error.into()), &target).await,
    }
}

/// Leads on, under another token: whoever put the former one into this browser has nothing of the proof.
async fn go_on(request: &Request, target: &str) -> Answer {
    let mut response = to(own_page(target));
    if request.identity.session_id.is_some() {
        let renewed = request.app.dependencies.sign_in.renew(&request.caller()).await?;
        let cookie = session::kept(&request.app, renewed.token, renewed.expires_at)?;
        response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    }
    Ok(response)
}

async fn given_by(request: &Request, given: GivenProof) -> Result<Timestamp> {
    request.app.dependencies.second_factors.prove(&request.caller(), given, &request.client()).await
}

/// The page, with what was wrong before.
async fn page(request: &Request, refusal: Option<&Refusal>, target: &str) -> Answer {
    let user = request.identity.principal.as_ref().map(|principal| principal.id.clone());
    let user = user.ok_or_else(|| Error::unauthenticated("your session is over; sign in again"))?;
    let wants_code = request.app.dependencies.second_factors.has_second_factor(&user).await?;
    let token = form_token::token(&request.app, &request.identity);
    let problem = refusal.map(Refusal::message);
    let body = aedile_dashboard::prove(problem.as_deref(), wants_code, target, &token)?;
    let mut response = html(refusal.map_or(StatusCode::OK, Refusal::status), body);
    if let Some(seconds) = refusal.and_then(Refusal::retry_after_seconds) {
        response.headers_mut().insert(RETRY_AFTER, seconds.into());
    }
    Ok(response)
}
