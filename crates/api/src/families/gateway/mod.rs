//! `/gateway/authorize`: whether a request that a reverse proxy received may pass.

mod forwarded;

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{HeaderName, HeaderValue};
use aedile_kernel::rate::{Allowance, Rate};
use aedile_kernel::{Authority, Credential, Error, Permission, Timestamp};
use aedile_rbac::gateway::{is_safe, normalise};

use self::forwarded::Forwarded;
use super::admin_system::AdminSystem;
use crate::call::{Answer, AuthenticatedRequest};
use crate::identity::Identity;
use crate::limits::{self, RateClass};
use crate::refusal::Refusal;
use crate::routes::{Routes, refuse};

static USER: HeaderName = HeaderName::from_static("x-auth-user");
static ROLE: HeaderName = HeaderName::from_static("x-auth-role");
static TIER: HeaderName = HeaderName::from_static("x-auth-tier");

/// What the headers say where nobody is signed in.
const NOBODY: &str = "anonymous";

/// What a proxy says of the request, in its own words.
const HEADERS: &[(&str, &str)] = &[
    ("X-Forwarded-Method", "The method of the request that is asked about (Traefik, Caddy)"),
    ("X-Forwarded-Uri", "Its path and query (Traefik, Caddy)"),
    ("X-Original-Method", "Its method (nginx)"),
    ("X-Original-URI", "Its path and query (nginx)"),
    ("X-Original-URL", "Its URL (nginx's ingress)"),
];

/// `/gateway/authorize` under every method: some proxies ask with the method of the request they ask about.
pub(crate) fn routes() -> Routes<AdminSystem> {
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .into_iter()
        .fold(Routes::new(), |routes, method| {
            routes
                .open(RateClass::ByTier, method, "/gateway/authorize", authorize)
                .tells("Whether a request that a reverse proxy received may pass. Who asks is told in X-Auth-User, -Role and -Tier.")
                .reads(HEADERS)
                // Caddy asks with the query of the request it asks about.
                .ignores_query()
                .answers_nothing(200)
        })
}

/// Counts the request against the rate of the caller's tier, decides, and counts the decision in the caller's usage.
/// This runs once for each request of every service behind the gateway: it reads cached facts only.
async fn authorize(request: AuthenticatedRequest<AdminSystem>) -> Answer {
    let (app, identity, now) = (&request.app, &request.identity, request.app.now());
    let rules = app.rules().await?;
    let tier = rules.effective_tier_name(identity.tier());
    let allowance = count(&request, rules.rate_of(tier)).await?;
    let forwarded = Forwarded::read(request.headers())?;
    let path = normalise(forwarded.target)?;
    if let Some(principal) = &identity.principal
        && identity.impersonation.is_none()
    {
        app.dependencies.usage.record(&principal.id, path.as_str(), now);
    }
    let decision = rules.decide(forwarded.method, &path, identity.gateway_caller()).into_result();
    let mut response = match decision.and_then(|()| may_call(identity, forwarded.method, now)) {
        Ok(()) => pass(identity, tier, now)?,
        Err(error) => refuse::<AdminSystem>(&error.into()),
    };
    if let Some(allowance) = allowance {
        limits::announce(response.headers_mut(), &allowance);
    }
    Ok(response)
}

/// `None` where the tier has no limit.
async fn count(request: &AuthenticatedRequest<AdminSystem>, rate: Rate) -> Result<Option<Allowance>, Refusal> {
    if rate == Rate::UNLIMITED {
        return Ok(None);
    }
    let key = format!("tier:{}", request.identity.bucket());
    let allowance = limits::check(request.app.dependencies.limiter.as_ref(), &key, rate).await;
    if allowance.allowed { Ok(Some(allowance)) } else { Err(Refusal::OverLimit(allowance)) }
}

/// An account that is about to be deleted may only read, behind the gateway too, and so may a key without a scope that
/// writes, and an admin who acts as a user.
fn may_call(identity: &Identity, method: &str, now: Timestamp) -> Result<(), Error> {
    let is_key = matches!(identity.credential, Credential::ApiKey(_));
    if is_key && !is_safe(method) && !identity.permissions(&[Authority::ApiKey], now).contains(Permission::UserWrite) {
        return Err(Error::Denied(Permission::UserWrite));
    }
    if identity.impersonation.is_some() && !is_safe(method) {
        return Err(Error::forbidden("an admin who acts as a user only reads behind the gateway"));
    }
    identity.assurance.complete()?;
    identity.principal.as_ref().map_or(Ok(()), |principal| principal.may_pass(method))
}

/// Tells the service behind the gateway who is calling. None of the three is ever missing or empty: a proxy may take that for
/// nothing to say, and leave what the client sent under the same name.
fn pass(identity: &Identity, tier: &str, now: Timestamp) -> Result<HttpResponse, Error> {
    let user = identity.principal.as_ref().map_or(NOBODY, |principal| principal.id.as_str());
    let mut response = HttpResponse::Ok().finish();
    for (name, value) in [(&USER, user), (&ROLE, role(identity, now)), (&TIER, tier)] {
        response.headers_mut().insert(name.clone(), HeaderValue::from_str(value).map_err(Error::internal)?);
    }
    Ok(response)
}

/// The role that counts. A role without the admin claim gives nothing here, so no service is told of it.
fn role(identity: &Identity, now: Timestamp) -> &str {
    let Some(principal) = &identity.principal else { return NOBODY };
    let role = principal.active_role(now).filter(|_| identity.has_admin_claim);
    role.map_or("user", |role| role.role_name.as_str())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::{Assurance, PermissionSet, UserId};
    use aedile_rbac::principal::{AccountStatus, AssignedRole, Principal};

    use super::*;

    fn now() -> Timestamp {
        Timestamp::from_seconds(1_768_473_000)
    }

    fn anonymous() -> Identity {
        Identity {
            principal: None,
            credential: Credential::Anonymous,
            has_admin_claim: false,
            secret: None,
            session_id: None,
            scopes: PermissionSet::ANONYMOUS,
            rate_of_key: Rate::UNLIMITED,
            assurance: Assurance::NotAsked,
            acted_by: None,
            impersonation: None,
            expires_at: None,
            address: None,
        }
    }

    fn user(status: AccountStatus, has_admin_claim: bool, expires_at: Option<Timestamp>) -> Identity {
        let role = AssignedRole {
            role_name: "editor".into(),
            permissions: PermissionSet::USER,
            is_active: true,
            requires_second_factor: false,
            expires_at,
        };
        let principal = Principal {
            id: UserId::parse("user_a").unwrap(),
            email: None,
            display_name: None,
            is_admin: false,
            status,
            api_disabled: false,
            tier: None,
            local_role: None,
            assignment: Some(role),
            has_second_factor: false,
        };
        Identity { principal: Some(Arc::new(principal)), has_admin_claim, ..anonymous() }
    }

    #[test]
    fn a_service_is_told_who_calls() {
        let shown = |identity: &Identity, tier| {
            let response = pass(identity, tier, now()).unwrap();
            ["x-auth-user", "x-auth-role", "x-auth-tier"]
                .map(|name| response.headers().get(name).unwrap().to_str().unwrap().to_owned())
        };
        assert_eq!(shown(&anonymous(), "anonymous"), ["anonymous"; 3]);
        assert_eq!(shown(&user(AccountStatus::Active, true, None), "admin"), ["user_a", "editor", "admin"]);
        assert_eq!(shown(&user(AccountStatus::Active, false, None), "free"), ["user_a", "user", "free"]);
        assert_eq!(shown(&user(AccountStatus::Active, true, Some(now())), "admin"), ["user_a", "user", "admin"]);
    }

    #[test]
    fn an_account_about_to_be_deleted_only_reads() {
        let leaving = user(AccountStatus::PendingDeletion, false, None);
        assert!(may_call(&leaving, "GET", now()).is_ok() && may_call(&leaving, "HEAD", now()).is_ok());
        for method in ["POST", "DELETE", "PATCH", "get", "BREW"] {
            assert!(may_call(&leaving, method, now()).is_err(), "{method}");
        }
        assert!(may_call(&user(AccountStatus::Active, false, None), "POST", now()).is_ok());
        assert!(may_call(&anonymous(), "POST", now()).is_ok());
    }
}
