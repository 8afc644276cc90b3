//! Family B, the marketplace: `/v1`. Refusals are problem details.

mod announcements;
pub(super) mod categories;
pub(super) mod claims;
mod cli_tokens;
mod download;
mod earnings;
mod flags;
mod installations;
mod payment_events;
mod profile;
mod provider_events;
mod publish;
mod purchases;
mod reviews;
mod search;
mod sellers;
pub(super) mod skill_body;
mod skills;
mod unsubscribe;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::{PermissionSet, Timestamp};

use super::{Dialect, problem};
use crate::identity::Identity;
use crate::limits::RateClass::{AuthenticatedRead, PublicRead, SignIn, Webhook, Write};
use crate::refusal::Refusal;
use crate::routes::Routes;

const DOWNLOAD: &str = "/v1/skills/{slug}/download";

/// Family B.
pub(crate) struct Marketplace;

/// A call in this family.
type Call<O> = crate::call::Call<O, Marketplace>;

impl Dialect for Marketplace {
    const IS_TIGHTENED: bool = true;

    fn permissions(identity: &Identity, _: Timestamp) -> PermissionSet {
        identity.flag_permissions()
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<Marketplace> {
    Routes::new()
        .open(PublicRead, Method::GET, "/v1/flags", flags::list)
        .open(PublicRead, Method::GET, "/v1/announcements", announcements::list)
        .on(PublicRead, Method::GET, "/v1/skills", skills::list)
        .on(Write, Method::POST, "/v1/skills", publish::publish)
        .on(PublicRead, Method::GET, "/v1/skills/{slug}", skills::get)
        .on(PublicRead, Method::GET, DOWNLOAD, download::download)
        .on(PublicRead, Method::HEAD, DOWNLOAD, download::download)
        .on(PublicRead, Method::GET, "/v1/skills/{slug}/reviews", reviews::list)
        .on(Write, Method::POST, "/v1/skills/{slug}/reviews", reviews::write)
        .on(Write, Method::POST, "/v1/skills/{slug}/claim", claims::create)
        .on(PublicRead, Method::GET, "/v1/detail/{slug}", skills::detail)
        .on(PublicRead, Method::GET, "/v1/search", search::search)
        .on(PublicRead, Method::GET, "/v1/categories", categories::list)
        .on(Write, Method::POST, "/v1/installations", installations::record)
        .open(PublicRead, Method::GET, "/v1/unsubscribe/{token}", unsubscribe::ask)
        .on(Write, Method::POST, "/v1/unsubscribe/{token}", unsubscribe::unsubscribe)
        .on(Write, Method::POST, "/v1/checkout", purchases::checkout)
        .on(AuthenticatedRead, Method::GET, "/v1/purchases", purchases::list)
        .on(AuthenticatedRead, Method::GET, "/v1/purchases/confirm", purchases::confirm)
        .open(Webhook, Method::POST, "/v1/webhooks/stripe", payment_events::take)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/status", sellers::status)
        .on(Write, Method::POST, "/v1/sellers/connect", sellers::connect)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/earnings", earnings::earnings)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/skills", earnings::skills)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/sales", earnings::sales)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/revenue", earnings::revenue)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/revenue/breakdown", earnings::breakdown)
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/activity", earnings::activity)
        .on(PublicRead, Method::GET, "/v1/sellers/{slug}", sellers::get)
        .on(PublicRead, Method::GET, "/v1/sellers/{slug}/skills", sellers::skills)
        .on(AuthenticatedRead, Method::GET, "/v1/users/profile", profile::get)
        .on(Write, Method::PATCH, "/v1/users/profile", profile::update)
        .on(Write, Method::DELETE, "/v1/users/profile", profile::request_deletion)
        .on(Write, Method::POST, "/v1/users/profile/cancel-deletion", profile::cancel_deletion)
        .on(Write, Method::POST, "/v1/auth/cli-tokens", cli_tokens::create)
        .on(AuthenticatedRead, Method::GET, "/v1/auth/cli-tokens/current", cli_tokens::show)
        .on(Write, Method::DELETE, "/v1/auth/cli-tokens/current", cli_tokens::revoke)
        .open(SignIn, Method::POST, "/v1/auth/cli-tokens/exchange", cli_tokens::exchange)
        .open(Webhook, Method::POST, "/v1/webhooks/clerk", provider_events::take)
}
