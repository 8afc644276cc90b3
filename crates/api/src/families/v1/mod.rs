//! The marketplace: `/v1`. Refusals are problem details.

mod announcements;
pub(super) mod categories;
pub(super) mod claims;
mod cli_tokens;
mod download;
mod earnings;
mod flags;
mod installations;
mod password;
mod payment_events;
mod profile;
mod provider_events;
mod publish;
mod purchases;
mod reviews;
mod search;
mod second_factor;
mod sellers;
pub(super) mod sessions;
pub(super) mod skill_body;
mod skills;
mod unsubscribe;

use std::collections::BTreeMap;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_accounts::deletion::Standing;
use aedile_accounts::profile::UpdateProfile;
use aedile_accounts::second_factor::{Enrolment, RecoveryCodes};
use aedile_accounts::sessions::EndedSessions;
use aedile_billing::earnings::BreakdownBy;
use aedile_catalog::installations::RecordInstallation;
use aedile_catalog::sellers::RegisterSeller;
use aedile_kernel::Authority;

use self::skill_body::SkillBody;
use super::fields::page;
use super::paging::Paging;
use super::problem;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::{AuthenticatedRead, PublicRead, SignIn, SignedLink, Webhook, Write};
use crate::openapi::{Audience, FamilyDescription, Media, USER, field, list, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

const DOWNLOAD: &str = "/v1/skills/{slug}/download";

/// The family under `/v1`.
pub(crate) struct V1;

/// A call in this family.
type Call<O> = crate::call::AuthorizedCall<O, V1>;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Marketplace",
    about: "Skills, their sellers, reviews and purchases; one's own profile; flags and announcements.",
    audience: Audience::Everybody,
    credentials: &[USER],
    refused: &problem::REFUSED,
};

impl ApiFamily for V1 {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const IS_TIGHTENED: bool = true;

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<V1> {
    Routes::new()
        .open(PublicRead, Method::GET, "/v1/flags", flags::list)
        .tells("Every feature flag, evaluated for the caller.")
        .answers(field::<BTreeMap<String, bool>>("flags"))
        .open(PublicRead, Method::GET, "/v1/announcements", announcements::list)
        .tells("The announcements that show now.")
        .answers(list::<announcements::NoticeBody>("announcements").with::<u64>("total"))
        .on(PublicRead, Method::GET, "/v1/skills", skills::list)
        .query::<skills::Filter>()
        .answers(skill_body::listed())
        .on(Write, Method::POST, "/v1/skills", publish::publish)
        .tells("Publishes a skill, or a new version of one's own.")
        .takes_media(Media::Multipart(of::<publish::Form>()))
        .creates(of::<SkillBody>())
        .on(PublicRead, Method::GET, "/v1/skills/{slug}", skills::get)
        .answers(of::<SkillBody>())
        .on(PublicRead, Method::GET, DOWNLOAD, download::download)
        .query::<download::Versioned>()
        .reads(download::HEADERS)
        .answers_with(200, Media::Other("application/zip"))
        .answers_with(206, Media::Other("application/zip"))
        .answers_nothing(304)
        .on(PublicRead, Method::HEAD, DOWNLOAD, download::download)
        .query::<download::Versioned>()
        .reads(download::HEADERS)
        .answers_with(200, Media::Other("application/zip"))
        .answers_with(206, Media::Other("application/zip"))
        .answers_nothing(304)
        .on(PublicRead, Method::GET, "/v1/skills/{slug}/reviews", reviews::list)
        .query::<Paging>()
        .answers(page::<reviews::ReviewBody>("reviews"))
        .on(Write, Method::POST, "/v1/skills/{slug}/reviews", reviews::write)
        .takes::<reviews::Said>()
        .answers(of::<reviews::ReviewBody>())
        .creates(of::<reviews::ReviewBody>())
        .on(Write, Method::POST, "/v1/skills/{slug}/claim", claims::create)
        .may_take::<claims::Said>()
        .creates(of::<claims::ClaimBody>())
        .on(PublicRead, Method::GET, "/v1/detail/{slug}", skills::detail)
        .answers(of::<skills::DetailBody>())
        .on(PublicRead, Method::GET, "/v1/search", search::search)
        .query::<search::Asked>()
        .answers(skill_body::listed())
        .on(PublicRead, Method::GET, "/v1/categories", categories::list)
        .answers(categories::listed())
        .on(Write, Method::POST, "/v1/installations", installations::record)
        .takes::<RecordInstallation>()
        .creates(of::<installations::RecordedBody>())
        .open(SignedLink, Method::GET, "/v1/unsubscribe/{token}", unsubscribe::ask)
        .tells("A page that asks whether marketing mail shall end.")
        .answers_with(200, Media::Other("text/html"))
        .on(SignedLink, Method::POST, "/v1/unsubscribe/{token}", unsubscribe::unsubscribe)
        .answers(field::<bool>("unsubscribed"))
        .on(Write, Method::POST, "/v1/checkout", purchases::checkout)
        .takes::<purchases::Wanted>()
        .creates(of::<purchases::CheckoutBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/purchases", purchases::list)
        .query::<Paging>()
        .answers(page::<purchases::PurchaseBody>("purchases"))
        .on(AuthenticatedRead, Method::GET, "/v1/purchases/confirm", purchases::confirm)
        .query::<purchases::Asked>()
        .answers(of::<purchases::PurchaseBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/purchases/{id}", purchases::get)
        .answers(of::<purchases::PurchaseBody>())
        .open(Webhook, Method::POST, "/v1/webhooks/stripe", payment_events::take)
        .tells("Takes an event of the payment provider, which is signed.")
        .reads(&[("Stripe-Signature", "The time, and the signatures of time and body")])
        .takes_media(Media::Other("application/json"))
        .answers(field::<bool>("received"))
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/status", sellers::status)
        .answers(of::<sellers::StatusBody>())
        .on(Write, Method::POST, "/v1/sellers/connect", sellers::connect)
        .takes::<RegisterSeller>()
        .answers(of::<sellers::ConnectedBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/earnings", earnings::earnings)
        .answers(of::<earnings::SumsBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/skills", earnings::skills)
        .query::<Paging>()
        .answers(page::<earnings::SkillBody>("skills"))
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/sales", earnings::sales)
        .query::<Paging>()
        .answers(page::<earnings::SaleBody>("sales"))
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/revenue", earnings::revenue)
        .query::<earnings::Time>()
        .answers(of::<earnings::RevenueBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/revenue/breakdown", earnings::breakdown)
        .query::<earnings::Parts>()
        .answers(list::<earnings::RowBody>("breakdown").with::<BreakdownBy>("by"))
        .on(AuthenticatedRead, Method::GET, "/v1/sellers/activity", earnings::activity)
        .query::<Paging>()
        .answers(page::<earnings::ActivityBody>("activity"))
        .on(PublicRead, Method::GET, "/v1/sellers/{slug}", sellers::get)
        .answers(of::<sellers::PageBody>())
        .on(PublicRead, Method::GET, "/v1/sellers/{slug}/skills", sellers::skills)
        .query::<Paging>()
        .answers(skill_body::listed())
        .on(AuthenticatedRead, Method::GET, "/v1/users/profile", profile::get)
        .answers(of::<profile::ProfileBody>())
        .on(Write, Method::PATCH, "/v1/users/profile", profile::update)
        .takes::<UpdateProfile>()
        .answers(of::<profile::ProfileBody>())
        .on(Write, Method::DELETE, "/v1/users/profile", profile::request_deletion)
        .answers_with(202, Media::Json(of::<profile::LeavingBody>()))
        .on(Write, Method::POST, "/v1/users/profile/cancel-deletion", profile::cancel_deletion)
        .answers(of::<Standing>())
        .on(SignIn, Method::POST, "/v1/users/password", password::change)
        .takes::<password::Wanted>()
        .answers(of::<password::SignedInBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/users/second-factor", second_factor::show)
        .answers(of::<second_factor::SecondFactorBody>())
        .on(SignIn, Method::POST, "/v1/users/second-factor", second_factor::begin)
        .creates(of::<Enrolment>())
        .on(SignIn, Method::POST, "/v1/users/second-factor/confirm", second_factor::confirm)
        .takes::<second_factor::FirstCode>()
        .answers(of::<RecoveryCodes>())
        .on(SignIn, Method::POST, "/v1/users/second-factor/recovery-codes", second_factor::renew_recovery_codes)
        .creates(of::<RecoveryCodes>())
        .on(Write, Method::DELETE, "/v1/users/second-factor", second_factor::remove)
        .answers_nothing(204)
        .on(AuthenticatedRead, Method::GET, "/v1/users/sessions", sessions::list)
        .query::<Paging>()
        .answers(page::<sessions::SessionBody>("sessions"))
        .on(Write, Method::DELETE, "/v1/users/sessions", sessions::end_all)
        .query::<sessions::Ended>()
        .answers(of::<EndedSessions>())
        .on(Write, Method::DELETE, "/v1/users/sessions/{id}", sessions::end)
        .answers_nothing(204)
        .on(Write, Method::POST, "/v1/auth/cli-tokens", cli_tokens::create)
        .may_take::<cli_tokens::Nothing>()
        .creates(of::<cli_tokens::MintedBody>())
        .on(AuthenticatedRead, Method::GET, "/v1/auth/cli-tokens/current", cli_tokens::show)
        .answers(of::<cli_tokens::CliTokenBody>())
        .on(Write, Method::DELETE, "/v1/auth/cli-tokens/current", cli_tokens::revoke)
        .answers_nothing(204)
        .open(SignIn, Method::POST, "/v1/auth/cli-tokens/exchange", cli_tokens::exchange)
        .tells("Makes a token of the command line out of the code that a browser was sent back with.")
        .takes::<cli_tokens::Exchange>()
        .creates(of::<cli_tokens::MintedBody>())
        .open(Webhook, Method::POST, "/v1/webhooks/clerk", provider_events::take)
        .tells("Takes an event of the identity provider, which is signed.")
        .reads(provider_events::HEADERS)
        .takes_media(Media::Other("application/json"))
        .answers(field::<bool>("received"))
}
