//! The marketplace's administration: `/v1/admin`, for users with the `is_admin` flag. Refusals are problem details.

mod abuse;
mod admins;
mod campaigns;
mod categories;
mod claims;
mod deletions;
mod disputes;
mod impersonations;
mod ledger;
mod mail;
mod overview;
mod plans;
mod refunds;
mod sales;
mod sessions;
mod skills;
mod takedowns;
mod users;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_accounts::admins::{AdminCheck, AdminProfile, AdminStatus};
use aedile_accounts::deletion::Standing;
use aedile_accounts::sessions::EndedSessions;
use aedile_catalog::categories::CreateCategory;
use aedile_catalog::skills::ImportSkill;
use aedile_kernel::Authority;
use aedile_messaging::campaigns::{SendMarketingEmail, TestMail, TestMarketingEmail};
use aedile_reporting::overview::Overview;

use super::fields::page;
use super::paging::Paging;
use super::problem;
use super::v1::categories::{CategoryBody, listed};
use super::v1::claims::ClaimBody;
use super::v1::sessions::SessionBody;
use super::v1::skill_body::SkillBody;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::Admin;
use crate::openapi::{Audience, FamilyDescription, USER, field, list, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The family under `/v1/admin`.
pub(crate) struct V1Admin;

/// A call in this family.
type Call<O> = crate::call::AuthorizedCall<O, V1Admin>;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Marketplace admin",
    about: "The marketplace's admin area, for users with the `is_admin` flag.",
    audience: Audience::Admins,
    credentials: &[USER],
    refused: &problem::REFUSED,
};

impl ApiFamily for V1Admin {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<V1Admin> {
    Routes::new()
        .on(Admin, Method::GET, "/v1/admin/overview", overview::get)
        .answers(of::<Overview>())
        .on(Admin, Method::GET, "/v1/admin/users", users::list)
        .query::<users::Asked>()
        .answers(page::<users::UserBody>("users"))
        .on(Admin, Method::GET, "/v1/admin/users/{user_id}", users::get)
        .answers(of::<users::DetailBody>())
        .on(Admin, Method::GET, "/v1/admin/users/{user_id}/plan", plans::get)
        .answers(of::<plans::PlanBody>())
        .on(Admin, Method::POST, "/v1/admin/users/{user_id}/plan", plans::set)
        .takes::<plans::Wanted>()
        .answers(of::<plans::PlanBody>())
        .on(Admin, Method::POST, "/v1/admin/users/{user_id}/plan/credits", plans::adjust)
        .takes::<plans::Adjusted>()
        .answers(of::<plans::AdjustedBody>())
        .on(Admin, Method::GET, "/v1/admin/users/{user_id}/plan/events", plans::events)
        .query::<Paging>()
        .answers(page::<plans::EventBody>("events"))
        .on(Admin, Method::GET, "/v1/admin/users/{user_id}/sessions", sessions::list)
        .query::<Paging>()
        .answers(page::<SessionBody>("sessions"))
        .on(Admin, Method::DELETE, "/v1/admin/users/{user_id}/sessions", sessions::end_all)
        .answers(of::<EndedSessions>())
        .on(Admin, Method::DELETE, "/v1/admin/users/{user_id}/sessions/{id}", sessions::end)
        .answers_nothing(204)
        .on(Admin, Method::POST, "/v1/admin/users/{user_id}/impersonate", impersonations::begin)
        .takes::<impersonations::Wanted>()
        .creates(of::<impersonations::StartedBody>())
        .on(Admin, Method::GET, "/v1/admin/impersonations", impersonations::list)
        .query::<impersonations::Asked>()
        .answers(page::<impersonations::ImpersonationBody>("impersonations"))
        .on(Admin, Method::DELETE, "/v1/admin/impersonations/{id}", impersonations::end)
        .answers_nothing(204)
        .on(Admin, Method::GET, "/v1/admin/admins", admins::list)
        .answers(list::<AdminProfile>("admins"))
        .on(Admin, Method::POST, "/v1/admin/admins/{user_id}", admins::promote)
        .answers(of::<AdminStatus>())
        .on(Admin, Method::DELETE, "/v1/admin/admins/{user_id}", admins::demote)
        .answers(of::<AdminStatus>())
        .on(Admin, Method::GET, "/v1/admin/check", admins::check)
        .answers(of::<AdminCheck>())
        .on(Admin, Method::GET, "/v1/admin/pending-deletions", deletions::list)
        .query::<Paging>()
        .answers(page::<deletions::PendingBody>("users"))
        .on(Admin, Method::POST, "/v1/admin/cancel-deletion/{user_id}", deletions::cancel)
        .answers(of::<Standing>())
        .on(Admin, Method::GET, "/v1/admin/claims/sandbox", claims::list_sandbox)
        .query::<Paging>()
        .answers(page::<ClaimBody>("claims"))
        .on(Admin, Method::GET, "/v1/admin/claims/{id}", claims::get)
        .answers(field::<ClaimBody>("claim").with::<Vec<ClaimBody>>("rivals"))
        .on(Admin, Method::POST, "/v1/admin/claims/{id}/approve", claims::approve)
        .answers(of::<ClaimBody>())
        .on(Admin, Method::POST, "/v1/admin/claims/{id}/reject", claims::reject)
        .may_take::<claims::Why>()
        .answers(of::<ClaimBody>())
        .on(Admin, Method::GET, "/v1/admin/abuse/flagged", abuse::list)
        .query::<abuse::Asked>()
        .answers(page::<abuse::FlagBody>("flags"))
        .on(Admin, Method::GET, "/v1/admin/abuse/flagged/{id}", abuse::get)
        .answers(of::<abuse::FlagBody>())
        .on(Admin, Method::POST, "/v1/admin/abuse/{id}/resolve", abuse::resolve)
        .takes::<abuse::Decision>()
        .answers(of::<abuse::FlagBody>())
        .on(Admin, Method::POST, "/v1/admin/abuse/hold-account/{user_id}", abuse::hold)
        .takes::<abuse::Why>()
        .answers(of::<Standing>())
        .on(Admin, Method::POST, "/v1/admin/abuse/release-account/{user_id}", abuse::release)
        .answers(of::<Standing>())
        .on(Admin, Method::GET, "/v1/admin/categories", categories::list)
        .answers(listed())
        .on(Admin, Method::POST, "/v1/admin/categories", categories::create)
        .takes::<CreateCategory>()
        .creates(of::<CategoryBody>())
        .on(Admin, Method::PUT, "/v1/admin/categories/{slug}", categories::update)
        .takes::<categories::Changes>()
        .answers(of::<categories::ChangedBody>())
        .on(Admin, Method::DELETE, "/v1/admin/categories/{slug}", categories::delete)
        .answers_nothing(204)
        .on(Admin, Method::GET, "/v1/admin/sales", sales::list)
        .query::<sales::Asked>()
        .answers(page::<sales::SaleBody>("sales"))
        .on(Admin, Method::GET, "/v1/admin/refunds/{id}", refunds::list)
        .answers(list::<refunds::MadeBody>("refunds"))
        .on(Admin, Method::POST, "/v1/admin/refunds/{id}", refunds::issue)
        .may_take::<refunds::Wanted>()
        .answers(of::<refunds::RefundBody>())
        .on(Admin, Method::GET, "/v1/admin/disputes", disputes::list)
        .query::<disputes::Asked>()
        .answers(page::<disputes::DisputeBody>("disputes"))
        .on(Admin, Method::GET, "/v1/admin/ledger", ledger::list)
        .query::<Paging>()
        .answers(page::<ledger::PostingBody>("postings"))
        .on(Admin, Method::POST, "/v1/admin/marketing-email", campaigns::send)
        .takes::<SendMarketingEmail>()
        .creates(of::<campaigns::BegunBody>())
        .on(Admin, Method::POST, "/v1/admin/marketing-email/test", campaigns::test)
        .takes::<TestMarketingEmail>()
        .creates(of::<TestMail>())
        .on(Admin, Method::GET, "/v1/admin/marketing-email/{id}", campaigns::show)
        .answers(of::<campaigns::CampaignBody>())
        .on(Admin, Method::GET, "/v1/admin/campaigns", campaigns::list)
        .query::<Paging>()
        .answers(page::<campaigns::CampaignBody>("campaigns"))
        .on(Admin, Method::GET, "/v1/admin/mail", mail::list)
        .query::<mail::Asked>()
        .answers(page::<mail::MailBody>("mail"))
        .on(Admin, Method::POST, "/v1/admin/mail/{id}/retry", mail::retry)
        .answers(of::<mail::MailBody>())
        .on(Admin, Method::POST, "/v1/admin/skills/import", skills::import)
        .takes::<ImportSkill>()
        .creates(of::<SkillBody>())
        .on(Admin, Method::GET, "/v1/admin/skills/withdrawn", takedowns::list_withdrawn)
        .query::<Paging>()
        .answers(page::<takedowns::SkillStateBody>("skills"))
        .on(Admin, Method::POST, "/v1/admin/skills/{slug}/withdraw", takedowns::withdraw)
        .takes::<takedowns::Why>()
        .answers(of::<takedowns::SkillStateBody>())
        .on(Admin, Method::POST, "/v1/admin/skills/{slug}/restore", takedowns::restore)
        .may_take::<takedowns::Perhaps>()
        .answers(of::<takedowns::SkillStateBody>())
        .on(Admin, Method::GET, "/v1/admin/reviews/removed", takedowns::list_removed)
        .query::<Paging>()
        .answers(page::<takedowns::ReviewStateBody>("reviews"))
        .on(Admin, Method::POST, "/v1/admin/reviews/{id}/remove", takedowns::remove_review)
        .takes::<takedowns::Why>()
        .answers(of::<takedowns::ReviewStateBody>())
        .on(Admin, Method::POST, "/v1/admin/reviews/{id}/restore", takedowns::restore_review)
        .may_take::<takedowns::Perhaps>()
        .answers(of::<takedowns::ReviewStateBody>())
}
