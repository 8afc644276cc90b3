//! `/dashboard/act-as/{user_id}` and `/dashboard/stop-acting`: an admin acts as a user, to see what the user sees.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use aedile_accounts::impersonation::{BeginImpersonation, EndImpersonation, Impersonation};
use aedile_dashboard::ActAs;
use aedile_kernel::{Error, Operation, ProofNeeded, Result, UserId};

use super::{Dashboard, form_token, html, is_ours, proof, sent_away, session, to};
use crate::call::{Answer, AuthenticatedRequest};
use crate::cookies::IMPERSONATION;
use crate::families::auth::session::comes_from_here;
use crate::identity::Identity;
use crate::refusal::Refusal;

type Request = AuthenticatedRequest<Dashboard>;

pub(super) async fn show(request: Request) -> Answer {
    if let Some(away) = sent_away(&request, &request.target()) {
        return away;
    }
    if let Err(error) = request.proved(BeginImpersonation::PROOF) {
        return proof::ask(&request, error);
    }
    let user_id = UserId::parse(&request.segment("user_id")?)?;
    page(&request, &ActAs { user_id: user_id.as_str(), problem: None, reason: "", minutes: "" }, StatusCode::OK)
}

pub(super) async fn begin(mut request: Request) -> Answer {
    request.proved(ProofNeeded::Complete)?;
    let form: Vec<(String, String)> = request.form().await?;
    is_ours(&request, &form)?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.trim());
    let (reason, minutes, segment) = (field("reason"), field("minutes"), request.segment("user_id")?);
    match begun(&request, &segment, reason, minutes).await {
        Ok(response) => Ok(response),
        Err(error @ (Error::ProofNeeded(_) | Error::Unauthenticated(_))) => proof::ask(&request, error),
        Err(error) => {
            let refusal = Refusal::from(error);
            let problem = refusal.message();
            let form = ActAs { user_id: &segment, problem: Some(&problem), reason, minutes };
            page(&request, &form, refusal.status())
        }
    }
}

async fn begun(request: &Request, user_id: &str, reason: &str, minutes: &str) -> Result<HttpResponse> {
    let minutes = Some(minutes).filter(|minutes| !minutes.is_empty()).map(str::parse).transpose();
    let minutes = minutes.map_err(|_| Error::invalid("minutes", "must be a whole number"))?;
    let wanted = BeginImpersonation { user_id: UserId::parse(user_id)?, reason: reason.to_owned(), minutes };
    let caller = request.named_operations().caller(BeginImpersonation::NAME);
    let started = request.app.dependencies.impersonations.begin(&caller, wanted).await?;
    let cookie = session::kept_as(&request.app, IMPERSONATION, started.token, started.impersonation.expires_at)?;
    let mut response = to("/dashboard");
    response.add_cookie(&cookie).map_err(|error| Error::internal(error.to_string()))?;
    Ok(response)
}

/// Ends the impersonation of this browser and leads back to the user's page. One that is over by itself leaves its banner on
/// the page that shows it, whose form is the admin's no more; so it counts that the form was sent from our own page.
pub(super) async fn stop(request: Request) -> Answer {
    if !comes_from_here(request.headers()) {
        return Err(Error::forbidden("this form was not sent from here; nothing was done. Open the page anew").into());
    }
    let user = ended(&request).await?;
    let mut response = to(&user.map_or_else(|| "/dashboard".into(), |user| format!("/dashboard/users/{user}")));
    forget(&request, &mut response)?;
    Ok(response)
}

/// Ends the impersonation of this browser, and answers who was acted as; `None` when it was over already.
pub(super) async fn ended(request: &Request) -> Result<Option<UserId>> {
    let Some(Impersonation { id, user_id, .. }) = request.identity.impersonation.clone() else { return Ok(None) };
    let admin = Identity::of_browser_person(&request.app, request.http()).await?;
    let caller = request.named_operations_of(admin).caller(EndImpersonation::NAME);
    match request.app.dependencies.operations.run(&caller, EndImpersonation { id }).await {
        Ok(_) | Err(Error::NotFound(_)) => Ok(Some(user_id)),
        Err(error) => Err(error),
    }
}

/// Has the browser forget its impersonation.
pub(super) fn forget(request: &Request, response: &mut HttpResponse) -> Result<()> {
    let mut over = session::cookie(&request.app, IMPERSONATION, String::new());
    over.make_removal();
    response.add_cookie(&over).map_err(|error| Error::internal(error.to_string()))
}

fn page(request: &Request, form: &ActAs<'_>, status: StatusCode) -> Answer {
    let token = form_token::token(&request.app, &request.identity);
    Ok(html(status, aedile_dashboard::act_as(form, &token)?))
}
