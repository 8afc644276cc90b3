//! Family A, the marketplace's admin area: `/v1/admin`, for users with the `is_admin` flag. Refusals are problem details.

mod skills;

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
    Routes::new().on(Admin, Method::POST, "/v1/admin/skills/import", skills::import)
}
