//! `/admin/system/permissions`, the catalogue; `/my-context` and `/my-permissions`, what the caller is and may do, which need
//! the admin claim and no role.

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use aedile_kernel::{Caller, Error, Permission, PermissionSet, Timestamp, UserId};
use aedile_platform::announcements::Announcement;
use aedile_rbac::principal::{ListPermissions, ShowOwnPermissions};
use aedile_rbac::scopes::{ListScopes, Scope};
use aedile_rbac::tiers::{ListTiers, Tier};
use schemars::JsonSchema;
use serde::Serialize;

use super::announcements::AnnouncementBody;
use super::scopes::ScopeBody;
use super::tiers::TierBody;
use super::{Call, Envelope};
use crate::call::Answer;
use crate::families::evaluation;
use crate::families::times::Zoneless;

/// Whoever may see their permissions may see this; the facts come from where they are kept for every request.
pub(super) async fn my_context(call: Call<ShowOwnPermissions>) -> Answer {
    let principal = call.identity.principal.as_ref().ok_or_else(|| Error::unauthenticated("a credential is needed"))?;
    let (app, now) = (&call.app, call.app.now());
    let (rules, flags, announcements) = (app.rules().await?, app.flags().await?, app.announcements().await?);
    let (tiers, scopes) = definitions(&call).await?;
    let visitor = evaluation::subject(&call.identity, &rules);
    let role = principal.active_role(now);
    let context = ContextBody {
        clerk_user_id: &principal.id,
        role_name: role.map(|role| role.role_name.as_str()),
        permissions: names(call.caller().permissions),
        expires_at: role.and_then(|role| role.expires_at).map(Zoneless::from),
        tier: visitor.tier,
        tiers: tiers.into_iter().map(TierBody::from).collect(),
        scopes: scopes.into_iter().map(ScopeBody::from).collect(),
        flags: evaluation::all(&flags, visitor),
        announcements: showing(&announcements, now),
    };
    Ok(HttpResponse::Ok().json(Envelope::of("context", context)))
}

pub(super) async fn permissions(call: Call<ListPermissions>) -> Answer {
    call.answer(ListPermissions {}, |all| (HttpResponse::Ok(), Envelope::of("permissions", all))).await
}

pub(super) async fn my_permissions(call: Call<ShowOwnPermissions>) -> Answer {
    call.answer(ShowOwnPermissions {}, |names| (HttpResponse::Ok(), Envelope::of("permissions", names))).await
}

/// The tiers and scopes there are. Their names and texts are what the dashboard is drawn from, so whoever may enter it
/// reads them here, with a role or without.
async fn definitions(call: &Call<ShowOwnPermissions>) -> Result<(Vec<Tier>, Vec<Scope>), Error> {
    let caller = call.caller();
    let permissions = caller.permissions.union([Permission::AdminRead].into_iter().collect());
    let reader = Caller { permissions, ..caller.clone() };
    let operations = &call.app.dependencies.operations;
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
    showing.cloned().map(AnnouncementBody::from).collect()
}

#[derive(Serialize, JsonSchema)]
pub(super) struct ContextBody<'a> {
    clerk_user_id: &'a UserId,
    role_name: Option<&'a str>,
    permissions: Vec<&'static str>,
    expires_at: Option<Zoneless>,
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
