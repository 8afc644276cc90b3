//! `/ofrep/v1/evaluate/flags`: one flag, or all.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETag, EntityTag, IfNoneMatch};
use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::{Error, UserId};
use aedile_platform::flags::FlagSubject;
use aedile_rbac::gateway::GatewayRules;
use serde_json::Value;

use super::Ofrep;
use super::answers::{Bulk, FLAG_NOT_FOUND, Failure, PARSE_ERROR, Success};
use super::context::{EvaluationContext, Problem};
use crate::call::{Answer, AuthenticatedRequest};
use crate::families::evaluation;

pub(super) async fn one(mut request: AuthenticatedRequest<Ofrep>) -> Answer {
    let key = request.segment("key")?;
    let subject = match Subject::of(&mut request).await {
        Ok(subject) => subject,
        Err(problem) => return answer(problem, Some(&key)),
    };
    let flags = request.app.flags().await?;
    Ok(match flags.evaluate(&key, subject.subject()) {
        Some(evaluation) => HttpResponse::Ok().json(Success::new(&key, evaluation)),
        None => HttpResponse::NotFound().json(Failure {
            key: Some(&key),
            error_code: FLAG_NOT_FOUND,
            error_details: "there is no flag of this key".to_owned(),
        }),
    })
}

pub(super) async fn all(mut request: AuthenticatedRequest<Ofrep>) -> Answer {
    let subject = match Subject::of(&mut request).await {
        Ok(subject) => subject,
        Err(problem) => return answer(problem, None),
    };
    let flags = request.app.flags().await?;
    let evaluations = flags.evaluate_all(subject.subject());
    let bulk = Bulk { flags: evaluations.map(|(key, evaluation)| Success::new(key, evaluation)).collect() };
    let body = serde_json::to_vec(&bulk).map_err(Error::internal)?;
    let tag = EntityTag::new_strong(hex(&sha256(&body)));
    let is_known = request.header::<IfNoneMatch>().is_some_and(|known| is_among(&tag, &known));
    let mut response = HttpResponse::build(if is_known { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    // The answer is the caller's own, and may be kept as long as it is asked about before each use.
    response.insert_header((CACHE_CONTROL, "private, no-cache")).insert_header(ETag(tag));
    Ok(if is_known { response.finish() } else { response.content_type("application/json").body(body) })
}

fn is_among(tag: &EntityTag, known: &IfNoneMatch) -> bool {
    match known {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|known| tag.weak_eq(known)),
    }
}

fn answer(problem: Problem, key: Option<&str>) -> Answer {
    match problem {
        Problem::Fault { code, details } => {
            Ok(HttpResponse::BadRequest().json(Failure { key, error_code: code, error_details: details }))
        }
        Problem::Refused(refusal) => Err(refusal),
    }
}

/// For whom flags are evaluated.
struct Subject {
    user: Option<String>,
    tier: String,
}

impl Subject {
    async fn of(request: &mut AuthenticatedRequest<Ofrep>) -> Result<Self, Problem> {
        let body: Value = request.json().await.map_err(|refusal| match refusal.status() {
            StatusCode::BAD_REQUEST => Problem::Fault { code: PARSE_ERROR, details: refusal.message() },
            _ => Problem::Refused(refusal),
        })?;
        let caller = request.caller();
        let context = EvaluationContext::read(&body, &caller)?;
        let rules = request.app.rules().await?;
        let subject = match context.other_than(&caller)? {
            Some(key) => Self::other(request, key, &rules).await?,
            None => {
                let FlagSubject { user, tier } = evaluation::subject(&request.identity, &rules);
                Self { user: user.map(str::to_owned), tier: tier.to_owned() }
            }
        };
        Ok(Self { tier: context.tier.unwrap_or(subject.tier), ..subject })
    }

    /// Somebody else: the tier of a user who is known, else `free`. Whether a user of the identity provider is an admin
    /// is told by their token alone, so here only local admins count as such.
    async fn other(request: &AuthenticatedRequest<Ofrep>, key: &str, rules: &GatewayRules) -> Result<Self, Error> {
        let principal = match UserId::parse(key) {
            Ok(user) => request.app.principal(&user).await?,
            Err(_) => None,
        };
        let tier = principal.as_ref().map_or("free", |principal| principal.effective_tier(principal.is_local_admin()));
        Ok(Self { user: Some(key.to_owned()), tier: rules.effective_tier_name(tier).to_owned() })
    }

    fn subject(&self) -> FlagSubject<'_> {
        FlagSubject { user: self.user.as_deref(), tier: &self.tier }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_known_in_either_strength() {
        let tag = EntityTag::new_strong("abc".to_owned());
        let items = |tags: &[&str]| IfNoneMatch::Items(tags.iter().map(|tag| tag.parse().unwrap()).collect());
        assert!(is_among(&tag, &IfNoneMatch::Any));
        assert!(is_among(&tag, &items(&["\"x\"", "\"abc\""])) && is_among(&tag, &items(&["W/\"abc\""])));
        assert!(!is_among(&tag, &items(&["\"x\""])));
    }
}
