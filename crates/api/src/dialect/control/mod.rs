//! Family E, access control and operations: `/admin`, `/auth` and `/gateway`.
//!
//! Answers are wrapped as `{"success": true, …}`, refusals as `{"success": false, "error", "code"}`.

mod announcements;
mod assignments;
mod audit;
mod context;
mod endpoints;
mod flags;
mod gateway;
mod local_users;
mod roles;
mod scopes;
mod sign_in;
mod tiers;
mod usage;
mod wire;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{CursorKey, Page, PageRequest, PermissionSet, Timestamp};
use serde::Serialize;
use serde_json::json;

use super::Dialect;
use super::fields::Fields;
use crate::identity::Identity;
use crate::limits::RateClass::{Admin, ByTier, SignIn};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Family E.
pub(crate) struct Control;

/// A call in this family.
type Call<O> = crate::call::Call<O, Control>;

/// How this family wraps what it answers: `{"success": true, NAME: …}`.
struct Envelope;

impl Envelope {
    fn of(name: &'static str, value: impl Serialize) -> Fields {
        Self::around(Fields::of(name, value))
    }

    fn message(text: &str) -> Fields {
        Self::of("message", text)
    }

    fn list<T, B: From<T> + Serialize>(name: &'static str, rows: Vec<T>) -> Fields {
        Self::around(Fields::list::<T, B>(name, rows))
    }

    fn page<T, B>(name: &'static str, page: Page<T>, asked: &PageRequest, key: &CursorKey) -> Fields
    where
        B: From<T> + Serialize,
    {
        Self::around(Fields::page::<T, B>(name, page, asked, key))
    }

    fn around(fields: Fields) -> Fields {
        Fields::of("success", true).and(fields)
    }
}

impl Dialect for Control {
    fn permissions(identity: &Identity, now: Timestamp) -> PermissionSet {
        identity
            .principal
            .as_ref()
            .map_or(PermissionSet::ANONYMOUS, |principal| principal.permissions(now, identity.has_admin_claim))
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        HttpResponseBuilder::new(refusal.status())
            .json(json!({ "success": false, "error": refusal.message(), "code": refusal.code() }))
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<Control> {
    let routes = Routes::new()
        .on(Admin, Method::GET, "/admin/system/roles", roles::list)
        .on(Admin, Method::POST, "/admin/system/roles", roles::create)
        .on(Admin, Method::GET, "/admin/system/roles/assignments", assignments::list)
        .on(Admin, Method::POST, "/admin/system/roles/assign", assignments::assign)
        .on(Admin, Method::DELETE, "/admin/system/roles/revoke", assignments::revoke)
        .on(Admin, Method::PATCH, "/admin/system/roles/{id}", roles::update)
        .on(Admin, Method::GET, "/admin/system/my-context", context::my_context)
        .on(Admin, Method::GET, "/admin/system/my-permissions", context::my_permissions)
        .on(Admin, Method::GET, "/admin/system/tiers", tiers::list)
        .on(Admin, Method::PUT, "/admin/system/tiers/{name}", tiers::update)
        .on(Admin, Method::DELETE, "/admin/system/tiers/{name}", tiers::delete)
        .on(Admin, Method::GET, "/admin/system/scopes", scopes::list)
        .on(Admin, Method::PUT, "/admin/system/scopes/{name}", scopes::update)
        .on(Admin, Method::DELETE, "/admin/system/scopes/{name}", scopes::delete)
        .on(Admin, Method::GET, "/admin/system/endpoints", endpoints::list)
        .on(Admin, Method::POST, "/admin/system/endpoints", endpoints::create)
        .on(Admin, Method::GET, "/admin/system/endpoints/test", endpoints::test)
        .on(Admin, Method::PUT, "/admin/system/endpoints/{id}", endpoints::update)
        .on(Admin, Method::DELETE, "/admin/system/endpoints/{id}", endpoints::delete)
        .on(Admin, Method::GET, "/admin/system/flags", flags::list)
        .on(Admin, Method::POST, "/admin/system/flags", flags::create)
        .on(Admin, Method::GET, "/admin/system/flags/{id}/reach", flags::reach)
        .on(Admin, Method::PATCH, "/admin/system/flags/{id}", flags::update)
        .on(Admin, Method::DELETE, "/admin/system/flags/{id}", flags::delete)
        .on(Admin, Method::GET, "/admin/system/audit", audit::list)
        .on(Admin, Method::GET, "/admin/system/announcements", announcements::list)
        .on(Admin, Method::POST, "/admin/system/announcements", announcements::create)
        .on(Admin, Method::PATCH, "/admin/system/announcements/{id}", announcements::update)
        .on(Admin, Method::DELETE, "/admin/system/announcements/{id}", announcements::delete)
        .on(Admin, Method::GET, "/admin/local-users", local_users::list)
        .on(Admin, Method::POST, "/admin/local-users", local_users::create)
        .on(Admin, Method::GET, "/admin/local-users/{id}", local_users::get)
        .on(Admin, Method::PATCH, "/admin/local-users/{id}", local_users::update)
        .on(Admin, Method::DELETE, "/admin/local-users/{id}", local_users::delete)
        .on(Admin, Method::GET, "/admin/usage/{user_id}", usage::get)
        .open(SignIn, Method::POST, "/auth/login", sign_in::sign_in);
    // Some proxies ask with the method of the request they ask about.
    [Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::OPTIONS]
        .into_iter()
        .fold(routes, |routes, method| routes.open(ByTier, method, "/gateway/authorize", gateway::authorize))
}
