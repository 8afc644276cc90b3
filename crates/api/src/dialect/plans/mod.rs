//! Family D: plans and their credits, under `/api/admin/users`, for whoever has the operator's key. Everybody else is
//! refused with 403, and refusals are `{"error": "…"}`.

mod events;
mod plan;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{Credential, PermissionSet, Timestamp};
use serde_json::json;

use super::{Dialect, panel};
use crate::identity::Identity;
use crate::limits::RateClass::Admin;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Family D.
pub(crate) struct Plans;

/// A call in this family.
type Call<O> = crate::call::Call<O, Plans>;

impl Dialect for Plans {
    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        match identity.credential {
            Credential::AdminKey => panel::operator(),
            _ => PermissionSet::ANONYMOUS,
        }
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        if refusal.status() == StatusCode::UNAUTHORIZED {
            let error = "the X-Admin-Key header is missing or wrong";
            return HttpResponseBuilder::new(StatusCode::FORBIDDEN).json(json!({ "error": error }));
        }
        panel::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<Plans> {
    Routes::new()
        .on(Admin, Method::GET, "/api/admin/users/{user_id}/plan", plan::get)
        .on(Admin, Method::POST, "/api/admin/users/{user_id}/plan", plan::set)
        .on(Admin, Method::POST, "/api/admin/users/{user_id}/credits", plan::adjust)
        .on(Admin, Method::GET, "/api/admin/users/{user_id}/credit-events", events::list)
}
