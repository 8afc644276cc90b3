//! Roles, tiers, scopes, endpoint overrides, feature flags, the audit log, announcements, local users and usage: `/admin`.
//! `/auth` and `/gateway` answer in the same shapes.
//!
//! Answers are wrapped as `{"success": true, …}`, refusals as `{"success": false, "error", "code"}`.

mod announcements;
mod assignments;
mod audit;
mod context;
mod endpoints;
mod flags;
mod invitations;
pub(super) mod local_users;
mod roles;
mod scopes;
mod tiers;
mod usage;
pub(super) mod wire;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_accounts::invitations::WantedInvitation;
use aedile_audit::chain::Verification;
use aedile_kernel::{Authority, InstallationKey, Page, PageRequest, UserId};
use aedile_rbac::assignments::AssignRole;
use aedile_rbac::gateway::TestEndpoint;
use aedile_rbac::principal::PermissionDescription;
use aedile_rbac::roles::CreateRole;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use self::invitations::InvitationBody;
use self::local_users::LocalUserBody;
use self::wire::Succeeded;
use super::fields::{self, Fields};
use super::paging::Paging;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::Admin;
use crate::openapi::{Audience, FamilyDescription, RefusalShape, Shape, USER, Yes, field, list, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The family under `/admin`.
pub(crate) struct AdminSystem;

/// A call in this family.
pub(super) type Call<O> = crate::call::AuthorizedCall<O, AdminSystem>;

/// How this family wraps what it answers: `{"success": true, NAME: …}`.
pub(super) struct Envelope;

impl Envelope {
    pub(super) fn of(name: &'static str, value: impl Serialize) -> Fields {
        Self::around(Fields::of(name, value))
    }

    pub(super) fn message(text: &str) -> Fields {
        Self::of("message", text)
    }

    pub(super) fn list<T, B: From<T> + Serialize>(name: &'static str, rows: Vec<T>) -> Fields {
        Self::around(Fields::list::<T, B>(name, rows))
    }

    pub(super) fn page<T, B>(name: &'static str, page: Page<T>, asked: &PageRequest, key: &InstallationKey) -> Fields
    where
        B: From<T> + Serialize,
    {
        Self::around(Fields::page::<T, B>(name, page, asked, key))
    }

    pub(super) fn around(fields: Fields) -> Fields {
        Fields::of("success", true).and(fields)
    }
}

/// What [`Envelope::around`] writes.
fn around(fields: Shape) -> Shape {
    field::<Yes>("success").and(fields)
}

/// What [`Envelope::of`] writes.
pub(super) fn one<B: JsonSchema>(name: &'static str) -> Shape {
    around(field::<B>(name))
}

/// What [`Envelope::list`] writes.
fn rows<B: JsonSchema>(name: &'static str) -> Shape {
    around(list::<B>(name))
}

/// What [`Envelope::page`] writes.
fn page<B: JsonSchema>(name: &'static str) -> Shape {
    around(fields::page::<B>(name))
}

/// What [`Envelope::message`] writes.
pub(super) fn message() -> Shape {
    one::<String>("message")
}

/// Why a request was refused.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Refused")]
struct RefusedBody {
    /// Always false.
    #[schemars(example = false)]
    success: bool,
    /// A sentence for people.
    error: String,
    /// A name for programs, which stays.
    #[schemars(example = &"not_found")]
    code: &'static str,
}

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Access control",
    about: "Who may do what and reach which endpoint, feature flags, announcements, usage and the audit log.",
    audience: Audience::Everybody,
    credentials: &[USER],
    refused: &RefusalShape {
        name: "Refused",
        about: "Refused, with a sentence that says why",
        media: "application/json",
        draw: Some(SchemaGenerator::subschema_for::<RefusedBody>),
    },
};

impl ApiFamily for AdminSystem {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];

    fn render(refusal: &Refusal) -> HttpResponse {
        let body = RefusedBody { success: false, error: refusal.message(), code: refusal.code() };
        HttpResponseBuilder::new(refusal.status()).json(body)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<AdminSystem> {
    Routes::new()
        .on(Admin, Method::GET, "/admin/system/roles", roles::list)
        .answers(rows::<roles::RoleBody>("roles"))
        .on(Admin, Method::POST, "/admin/system/roles", roles::create)
        .takes::<CreateRole>()
        .creates(one::<roles::RoleBody>("role"))
        .on(Admin, Method::GET, "/admin/system/roles/assignments", assignments::list)
        .query::<assignments::Named>()
        .answers(rows::<assignments::AssignmentBody>("assignments"))
        .on(Admin, Method::POST, "/admin/system/roles/assign", assignments::assign)
        .takes::<AssignRole>()
        .answers(one::<assignments::AssignedBody>("assignment"))
        .on(Admin, Method::DELETE, "/admin/system/roles/revoke", assignments::revoke)
        .query::<assignments::Named>()
        .may_take::<assignments::Named>()
        .answers(message())
        .on(Admin, Method::PATCH, "/admin/system/roles/{id}", roles::update)
        .takes::<roles::Changes>()
        .answers(one::<roles::RoleBody>("role"))
        .on(Admin, Method::GET, "/admin/system/permissions", context::permissions)
        .answers(rows::<PermissionDescription>("permissions"))
        .on(Admin, Method::GET, "/admin/system/my-context", context::my_context)
        .tells("What the caller is and may do, and what shows and is on for them.")
        .answers(one::<context::ContextBody>("context"))
        .on(Admin, Method::GET, "/admin/system/my-permissions", context::my_permissions)
        .answers(rows::<String>("permissions"))
        .on(Admin, Method::GET, "/admin/system/tiers", tiers::list)
        .answers(rows::<tiers::TierBody>("tiers"))
        .on(Admin, Method::PUT, "/admin/system/tiers/{name}", tiers::update)
        .takes::<tiers::Changes>()
        .answers(one::<tiers::TierBody>("tier"))
        .creates(one::<tiers::TierBody>("tier"))
        .on(Admin, Method::DELETE, "/admin/system/tiers/{name}", tiers::delete)
        .answers(message())
        .on(Admin, Method::GET, "/admin/system/scopes", scopes::list)
        .answers(rows::<scopes::ScopeBody>("scopes"))
        .on(Admin, Method::PUT, "/admin/system/scopes/{name}", scopes::update)
        .takes::<scopes::Changes>()
        .answers(one::<scopes::ScopeBody>("scope"))
        .creates(one::<scopes::ScopeBody>("scope"))
        .on(Admin, Method::DELETE, "/admin/system/scopes/{name}", scopes::delete)
        .answers(message())
        .on(Admin, Method::GET, "/admin/system/endpoints", endpoints::list)
        .answers(rows::<endpoints::EndpointBody>("endpoints"))
        .on(Admin, Method::POST, "/admin/system/endpoints", endpoints::create)
        .takes::<endpoints::New>()
        .creates(one::<endpoints::EndpointBody>("endpoint"))
        .on(Admin, Method::GET, "/admin/system/endpoints/test", endpoints::test)
        .query::<TestEndpoint>()
        .answers(one::<endpoints::TestBody>("test"))
        .on(Admin, Method::PUT, "/admin/system/endpoints/{id}", endpoints::update)
        .takes::<endpoints::Changes>()
        .answers(one::<endpoints::EndpointBody>("endpoint"))
        .on(Admin, Method::DELETE, "/admin/system/endpoints/{id}", endpoints::delete)
        .answers(message())
        .on(Admin, Method::GET, "/admin/system/flags", flags::list)
        .query::<Paging>()
        .answers(flags::listed())
        .on(Admin, Method::POST, "/admin/system/flags", flags::create)
        .takes::<flags::New>()
        .creates(one::<flags::FlagBody>("flag"))
        .on(Admin, Method::GET, "/admin/system/flags/{id}/reach", flags::reach)
        .query::<flags::Imagined>()
        .answers(one::<flags::ReachBody>("reach"))
        .on(Admin, Method::GET, "/admin/system/flags/{id}", flags::get)
        .answers(one::<flags::FlagBody>("flag"))
        .on(Admin, Method::PATCH, "/admin/system/flags/{id}", flags::update)
        .takes::<flags::Changes>()
        .answers(one::<flags::FlagBody>("flag"))
        .on(Admin, Method::DELETE, "/admin/system/flags/{id}", flags::delete)
        .answers(message())
        .on(Admin, Method::GET, "/admin/system/audit", audit::list)
        .query::<audit::Filter>()
        .answers(page::<audit::LogBody>("logs"))
        .on(Admin, Method::GET, "/admin/system/audit/head", audit::head)
        .answers(one::<Option<audit::SealBody>>("seal"))
        .on(Admin, Method::GET, "/admin/system/audit/verify", audit::verify)
        .query::<audit::Kept>()
        .answers(one::<Verification>("verification"))
        .on(Admin, Method::GET, "/admin/system/announcements", announcements::list)
        .query::<Paging>()
        .answers(page::<announcements::AnnouncementBody>("announcements"))
        .on(Admin, Method::POST, "/admin/system/announcements", announcements::create)
        .takes::<announcements::New>()
        .creates(one::<announcements::AnnouncementBody>("announcement"))
        .on(Admin, Method::GET, "/admin/system/announcements/{id}", announcements::get)
        .answers(one::<announcements::AnnouncementBody>("announcement"))
        .on(Admin, Method::PATCH, "/admin/system/announcements/{id}", announcements::update)
        .takes::<announcements::Changes>()
        .answers(one::<announcements::AnnouncementBody>("announcement"))
        .on(Admin, Method::DELETE, "/admin/system/announcements/{id}", announcements::delete)
        .answers(message())
        .on(Admin, Method::GET, "/admin/local-users", local_users::list)
        .query::<Paging>()
        .answers(page::<LocalUserBody>("users"))
        .on(Admin, Method::POST, "/admin/local-users", local_users::create)
        .takes::<local_users::New>()
        .creates(one::<LocalUserBody>("user"))
        .on(Admin, Method::GET, "/admin/local-users/{id}", local_users::get)
        .at::<UserId>()
        .answers(one::<LocalUserBody>("user"))
        .on(Admin, Method::PATCH, "/admin/local-users/{id}", local_users::update)
        .at::<UserId>()
        .takes::<local_users::Changes>()
        .answers(one::<LocalUserBody>("user"))
        .on(Admin, Method::POST, "/admin/local-users/{id}/password-reset", local_users::reset_password)
        .at::<UserId>()
        .may_take::<local_users::LinkWanted>()
        .answers(local_users::linked())
        .on(Admin, Method::DELETE, "/admin/local-users/{id}/second-factor", local_users::reset_second_factor)
        .at::<UserId>()
        .answers(message())
        .on(Admin, Method::DELETE, "/admin/local-users/{id}", local_users::delete)
        .at::<UserId>()
        .answers(message())
        .on(Admin, Method::GET, "/admin/invitations", invitations::list)
        .query::<invitations::Asked>()
        .answers(page::<InvitationBody>("invitations"))
        .on(Admin, Method::POST, "/admin/invitations", invitations::create)
        .takes::<WantedInvitation>()
        .creates(invitations::invited())
        .on(Admin, Method::POST, "/admin/invitations/{id}/resend", invitations::resend)
        .may_take::<invitations::Again>()
        .answers(invitations::invited())
        .on(Admin, Method::DELETE, "/admin/invitations/{id}", invitations::revoke)
        .answers(message())
        .on(Admin, Method::GET, "/admin/usage/{user_id}", usage::get)
        .query::<usage::Lookback>()
        .answers(of::<Succeeded<usage::ReportBody>>())
}
