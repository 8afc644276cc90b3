//! Pages for people in a browser: `/auth/cli`. Refusals are pages, too.

mod cli;
mod page;
pub(crate) mod session;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::{PermissionSet, Timestamp};

use super::Dialect;
use crate::identity::Identity;
use crate::limits::RateClass::{PublicRead, SignIn};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The pages.
pub(crate) struct Pages;

impl Dialect for Pages {
    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        identity.flag_permissions()
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        page::refusal(refusal)
    }
}

/// Every page.
pub(crate) fn routes() -> Routes<Pages> {
    Routes::new().open(PublicRead, Method::GET, "/auth/cli", cli::show).open(
        SignIn,
        Method::POST,
        "/auth/cli",
        cli::sign_in,
    )
}
