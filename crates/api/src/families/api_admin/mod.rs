//! Plans and their credits, under `/api/admin/users`, for whoever has the operator's key. Everybody else is
//! refused with 403, and refusals are `{"error": "…"}`.

mod events;
mod plan;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_kernel::{Authority, UserId};

use super::api_v1;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::Admin;
use crate::openapi::{Audience, FamilyDescription, OPERATOR, Yes, list, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The family under `/api/admin/users`.
pub(crate) struct ApiAdmin;

/// A call in this family.
type Call<O> = crate::call::AuthorizedCall<O, ApiAdmin>;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Plans",
    about: "Plans and their credits, for whoever has the operator's key.",
    audience: Audience::Admins,
    credentials: &[OPERATOR],
    refused: &api_v1::REFUSED,
};

impl ApiFamily for ApiAdmin {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::OperatorKey];

    fn render(refusal: &Refusal) -> HttpResponse {
        if refusal.status() == StatusCode::UNAUTHORIZED {
            let error = "the X-Admin-Key header is missing or wrong".to_owned();
            return HttpResponseBuilder::new(StatusCode::FORBIDDEN).json(api_v1::ErrorBody { error });
        }
        api_v1::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<ApiAdmin> {
    Routes::new()
        .on(Admin, Method::GET, "/api/admin/users/{user_id}/plan", plan::get)
        .answers(of::<plan::ShownBody>())
        .on(Admin, Method::POST, "/api/admin/users/{user_id}/plan", plan::set)
        .takes::<plan::Wanted>()
        .answers(of::<plan::SetBody>())
        .on(Admin, Method::POST, "/api/admin/users/{user_id}/credits", plan::adjust)
        .takes::<plan::Adjusted>()
        .answers(of::<plan::AdjustedBody>())
        .on(Admin, Method::GET, "/api/admin/users/{user_id}/credit-events", events::list)
        .query::<events::Asked>()
        .answers(
            list::<events::EventBody>("events")
                .with::<Option<String>>("next_cursor")
                .with::<Yes>("ok")
                .with::<UserId>("userId"),
        )
}
