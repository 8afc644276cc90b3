//! `/admin/system/my-context` and `/my-permissions`: what the caller is and may do. They need the admin claim and no
//! permission.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::HttpResponse;
use aedile_kernel::{Caller, Error, Permission, PermissionSet, Timestamp, UserId};
use aedile_platform::announcements::Announcement;
use aedile_rbac::principal::Principal;
use aedile_rbac::scopes::{ListScopes, Scope};
use aedile_rbac::tiers::{ListTiers, Tier};
use serde::Serialize;

use super::announcements::AnnouncementBody;
use super::scopes::ScopeBody;
use super::tiers::TierBody;
use super::{Control, Envelope};
use crate::call::{Answer, Visit};
use crate::dialect::evaluation;

/// The most announcements shown, as to the public.
const MOST_ANNOUNCEMENTS: usize = 100;

pub(super) async fn my_context(visit: Visit<Control>) -> Answer {
    let (principal, caller) = admin(&visit)?;
    let (app, now) = (&visit.app, visit.app.now());
    let (rules, flags, announcements) = (app.rules().await?, app.flags().await?, app.announcements().await?);
    let (tiers, scopes) = definitions(&visit, &caller).await?;
    let visitor = evaluation::visitor(&visit.identity, &rules);
    let role = principal.active_role(now);
    let context = ContextBody {
        clerk_user_id: &principal.id,
        role_name: role.map(|role| role.role_name.as_str()),
        permissions: names(caller.permissions),
        expires_at: role.and_then(|role| role.expires_at).map(Timestamp::to_zoneless),
        tier: visitor.tier,
        tiers: tiers.into_iter().map(TierBody::from).collect(),
        scopes: scopes.into_iter().map(ScopeBody::from).collect(),
        flags: evaluation::all(&flags, visitor),
        announcements: showing(&announcements, now),
    };
    Ok(HttpResponse::Ok().json(Envelope::of("context", context)))
}

pub(super) async fn my_permissions(visit: Visit<Control>) -> Answer {
    let (_, caller) = admin(&visit)?;
    Ok(HttpResponse::Ok().json(Envelope::of("permissions", names(caller.permissions))))
}

/// The caller, who must have the admin claim.
fn admin(visit: &Visit<Control>) -> Result<(Arc<Principal>, Caller), Error> {
    let principal = visit.identity.principal.clone();
    let principal = principal.ok_or_else(|| Error::unauthenticated("a credential is needed"))?;
    if visit.identity.has_admin_claim {
        Ok((principal, visit.caller()))
    } else {
        Err(Error::forbidden("this needs the admin role of the sign-in"))
    }
}

/// The tiers and scopes there are. Their names and texts are what the dashboard is drawn from, so whoever may enter it
/// reads them here, with a role or without.
async fn definitions(visit: &Visit<Control>, caller: &Caller) -> Result<(Vec<Tier>, Vec<Scope>), Error> {
    let permissions = caller.permissions.union([Permission::AdminRead].into_iter().collect());
    let reader = Caller { permissions, ..caller.clone() };
    let operations = &visit.app.parts.operations;
    let tiers = operations.run(&reader, ListTiers {}).await?.output;
    let scopes = operations.run(&reader, ListScopes {}).await?.output;
    Ok((tiers, scopes))
}

/// The permissions that a role can give; those that everybody has are no news.
fn names(permissions: PermissionSet) -> Vec<&'static str> {
    permissions.iter().filter(|permission| permission.is_grantable()).map(Permission::as_str).collect()
}

fn showing(announcements: &[Announcement], now: Timestamp) -> Vec<AnnouncementBody> {
    let showing = announcements.iter().filter(|announcement| announcement.is_showing(now));
    showing.take(MOST_ANNOUNCEMENTS).cloned().map(AnnouncementBody::from).collect()
}

#[derive(Serialize)]
struct ContextBody<'a> {
    clerk_user_id: &'a UserId,
    role_name: Option<&'a str>,
    permissions: Vec<&'static str>,
    expires_at: Option<String>,
    tier: &'a str,
    tiers: Vec<TierBody>,
    scopes: Vec<ScopeBody>,
    flags: BTreeMap<&'a str, bool>,
    announcements: Vec<AnnouncementBody>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_everybody_has_is_not_listed() {
        let editor = PermissionSet::USER.union([Permission::FlagsWrite, Permission::AdminRead].into_iter().collect());
        assert_eq!(names(editor), ["admin:read", "flags:write"]);
        assert!(names(PermissionSet::USER).is_empty());
    }
}
