//! `/dashboard/second-factor`: somebody's own second factor.

use actix_web::http::StatusCode;
use aedile_accounts::second_factor::{RecoveryCodes, SecondFactorState, ShowSecondFactor};
use aedile_dashboard::SecondFactorStep;
use aedile_kernel::{Error, ProofNeeded};

use super::{Dashboard, SECOND_FACTOR, form_token, html, is_ours, proof, sent_away};
use crate::call::{Answer, AuthenticatedRequest};
use crate::refusal::Refusal;

type Request = AuthenticatedRequest<Dashboard>;

pub(super) async fn show(request: Request) -> Answer {
    if let Some(away) = sent_away(&request, SECOND_FACTOR) {
        return away;
    }
    if let Err(error) = request.proved(ProofNeeded::RecentToSetUp) {
        return proof::ask(&request, error);
    }
    let state: SecondFactorState =
        request.app.dependencies.operations.run(&request.caller(), ShowSecondFactor {}).await?.output;
    let step = match state.set_up_at {
        Some(since) => SecondFactorStep::set_up(since, state.recovery_codes_left),
        None => SecondFactorStep::NotSetUp,
    };
    page(&request, None, &step)
}

pub(super) async fn take(mut request: Request) -> Answer {
    let form: Vec<(String, String)> = request.form().await?;
    is_ours(&request, &form)?;
    let field = |name: &str| form.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    let second_factors = &request.app.dependencies.second_factors;
    let caller = request.caller();
    match field("step") {
        "begin" => {
            let enrolment = second_factors.begin(&caller).await?;
            // Within a page an image has no declaration of its own.
            let qr_svg = enrolment.qr_svg.find("<svg").and_then(|at| enrolment.qr_svg.get(at..)).unwrap_or_default();
            page(&request, None, &SecondFactorStep::Enrolling { secret: &enrolment.secret, qr_svg })
        }
        "confirm" => match second_factors.confirm(&caller, field("code"), &request.client()).await {
            Ok(codes) => shown(&request, &codes),
            Err(error @ (Error::Unauthenticated(_) | Error::RateLimited { .. })) => {
                page(&request, Some(&error.into()), &SecondFactorStep::Confirming)
            }
            Err(error) => Err(error.into()),
        },
        "renew" => shown(&request, &second_factors.renew_recovery_codes(&caller).await?),
        _ => Err(Error::invalid("step", "must be begin, confirm or renew").into()),
    }
}

fn shown(request: &Request, codes: &RecoveryCodes) -> Answer {
    page(request, None, &SecondFactorStep::Codes { codes: &codes.recovery_codes })
}

fn page(request: &Request, refusal: Option<&Refusal>, step: &SecondFactorStep<'_>) -> Answer {
    let token = form_token::token(&request.app, &request.identity);
    let problem = refusal.map(Refusal::message);
    let body = aedile_dashboard::second_factor(problem.as_deref(), step, &token)?;
    Ok(html(refusal.map_or(StatusCode::OK, Refusal::status), body))
}
