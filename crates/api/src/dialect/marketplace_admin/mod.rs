//! Family A, the marketplace's admin area: `/v1/admin`, for users with the `is_admin` flag. Refusals are problem details.

mod abuse;
mod admins;
mod campaigns;
mod categories;
mod claims;
mod deletions;
mod ledger;
mod mail;
mod refunds;
mod sales;
mod skills;
mod users;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::{PermissionSet, Timestamp};

use super::{Dialect, problem};
use crate::identity::Identity;
use crate::limits::RateClass::Admin;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Family A.
pub(crate) struct MarketplaceAdmin;

/// A call in this family.
type Call<O> = crate::call::Call<O, MarketplaceAdmin>;

impl Dialect for MarketplaceAdmin {
    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        identity.flag_permissions()
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<MarketplaceAdmin> {
    Routes::new()
        .on(Admin, Method::GET, "/v1/admin/users", users::list)
        .on(Admin, Method::GET, "/v1/admin/users/{user_id}", users::get)
        .on(Admin, Method::GET, "/v1/admin/admins", admins::list)
        .on(Admin, Method::POST, "/v1/admin/admins/{user_id}", admins::promote)
        .on(Admin, Method::DELETE, "/v1/admin/admins/{user_id}", admins::demote)
        .on(Admin, Method::GET, "/v1/admin/check", admins::check)
        .on(Admin, Method::GET, "/v1/admin/pending-deletions", deletions::list)
        .on(Admin, Method::POST, "/v1/admin/cancel-deletion/{user_id}", deletions::cancel)
        .on(Admin, Method::GET, "/v1/admin/claims/sandbox", claims::list_sandbox)
        .on(Admin, Method::GET, "/v1/admin/claims/{id}", claims::get)
        .on(Admin, Method::POST, "/v1/admin/claims/{id}/approve", claims::approve)
        .on(Admin, Method::POST, "/v1/admin/claims/{id}/reject", claims::reject)
        .on(Admin, Method::GET, "/v1/admin/abuse/flagged", abuse::list)
        .on(Admin, Method::GET, "/v1/admin/abuse/flagged/{id}", abuse::get)
        .on(Admin, Method::POST, "/v1/admin/abuse/{id}/resolve", abuse::resolve)
        .on(Admin, Method::POST, "/v1/admin/abuse/hold-account/{user_id}", abuse::hold)
        .on(Admin, Method::POST, "/v1/admin/abuse/release-account/{user_id}", abuse::release)
        .on(Admin, Method::GET, "/v1/admin/categories", categories::list)
        .on(Admin, Method::POST, "/v1/admin/categories", categories::create)
        .on(Admin, Method::PUT, "/v1/admin/categories/{slug}", categories::update)
        .on(Admin, Method::DELETE, "/v1/admin/categories/{slug}", categories::delete)
        .on(Admin, Method::GET, "/v1/admin/sales", sales::list)
        .on(Admin, Method::POST, "/v1/admin/refunds/{id}", refunds::issue)
        .on(Admin, Method::GET, "/v1/admin/ledger", ledger::list)
        .on(Admin, Method::POST, "/v1/admin/marketing-email", campaigns::send)
        .on(Admin, Method::POST, "/v1/admin/marketing-email/test", campaigns::test)
        .on(Admin, Method::GET, "/v1/admin/marketing-email/{id}", campaigns::show)
        .on(Admin, Method::GET, "/v1/admin/campaigns", campaigns::list)
        .on(Admin, Method::GET, "/v1/admin/mail", mail::list)
        .on(Admin, Method::POST, "/v1/admin/mail/{id}/retry", mail::retry)
        .on(Admin, Method::POST, "/v1/admin/skills/import", skills::import)
}
