//! Family C: prepaid dollars, vouchers and API keys, under `/api/v1` and `/api/admin/api-keys`. Refusals are
//! `{"error": "…"}`.

mod api_keys;
mod credits;
mod users;
mod vouchers;
mod wire;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{Credential, Permission, PermissionSet, Timestamp};
use serde_json::json;

use super::Dialect;
use crate::identity::Identity;
use crate::limits::RateClass::Admin;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The panel: keys within their scopes, admins, and users for themselves.
pub(crate) struct Panel;
/// The keys of the panel: admins, and whoever has the operator's key.
pub(crate) struct Keys;

/// A call in this family.
type Call<O> = crate::call::Call<O, Panel>;
/// A call about keys.
type KeysCall<O> = crate::call::Call<O, Keys>;

impl Dialect for Panel {
    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        match identity.credential {
            Credential::ApiKey(_) => {
                PermissionSet::USER.union(identity.scopes.intersection(identity.owner_permissions()))
            }
            _ => identity.flag_permissions(),
        }
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        render(refusal)
    }
}

impl Dialect for Keys {
    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        match identity.credential {
            Credential::AdminKey => operator(),
            _ => identity.flag_permissions(),
        }
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        render(refusal)
    }
}

/// What the operator's key gives.
pub(crate) fn operator() -> PermissionSet {
    PermissionSet::ANONYMOUS.union([Permission::AdminRead, Permission::AdminWrite].into_iter().collect())
}

/// The body of a refusal in families C and D.
pub(super) fn render(refusal: &Refusal) -> HttpResponse {
    HttpResponseBuilder::new(refusal.status()).json(json!({ "error": refusal.message() }))
}

/// Every route of the panel.
pub(crate) fn routes() -> Routes<Panel> {
    Routes::new()
        .on(Admin, Method::GET, "/api/v1/admin/users", users::list)
        .on(Admin, Method::POST, "/api/v1/admin/credits/grant", credits::grant)
        .on(Admin, Method::POST, "/api/v1/admin/credits/freeze", credits::freeze)
        .on(Admin, Method::GET, "/api/v1/admin/vouchers", vouchers::list)
        .on(Admin, Method::POST, "/api/v1/admin/vouchers", vouchers::mint)
        .on(Admin, Method::DELETE, "/api/v1/admin/vouchers/{id}", vouchers::withdraw)
        .on(Admin, Method::GET, "/api/v1/me", users::me)
        .on(Admin, Method::GET, "/api/v1/credits", credits::get)
        .on(Admin, Method::GET, "/api/v1/credits/ledger", credits::ledger)
        .on(Admin, Method::POST, "/api/v1/credits/spend", credits::spend)
        .on(Admin, Method::POST, "/api/v1/vouchers/redeem", vouchers::redeem)
}

/// Every route about keys.
pub(crate) fn key_routes() -> Routes<Keys> {
    Routes::new()
        .on(Admin, Method::GET, "/api/admin/api-keys", api_keys::list)
        .on(Admin, Method::POST, "/api/admin/api-keys", api_keys::mint)
        .on(Admin, Method::DELETE, "/api/admin/api-keys/{id}", api_keys::revoke)
}
