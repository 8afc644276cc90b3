//! Prepaid dollars, vouchers and API keys, under `/api/v1` and `/api/admin/api-keys`. Refusals are
//! `{"error": "…"}`.

mod api_keys;
mod credits;
mod users;
mod verify;
mod vouchers;
mod wire;

use actix_web::http::Method;
use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_accounts::api_keys::VerifyApiKey;
use aedile_billing::vouchers::RedeemVoucher;
use aedile_billing::wallets::FreezeCredits;
use aedile_kernel::Authority;
use schemars::{JsonSchema, SchemaGenerator};
use serde::Serialize;

use self::wire::{DoneBody, PostedBody};
use super::fields::page;
use super::paging::Paging;
use crate::api_family::ApiFamily;
use crate::limits::RateClass::Admin;
use crate::openapi::{Audience, FamilyDescription, KEY, OPERATOR, RefusalShape, USER, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The family under `/api/v1`: API keys within their scopes, admins, and users for themselves.
pub(crate) struct ApiV1;
/// The family under `/api/admin/api-keys`: admins, and whoever has the operator's key.
pub(crate) struct ApiKeys;

/// A call in this family.
type Call<O> = crate::call::AuthorizedCall<O, ApiV1>;
/// A call about keys.
type KeysCall<O> = crate::call::AuthorizedCall<O, ApiKeys>;

static FAMILY: FamilyDescription = FamilyDescription {
    name: "Credits and vouchers",
    about: "Prepaid dollars: users for themselves, admins and API keys for everybody.",
    audience: Audience::Everybody,
    credentials: &[USER, KEY],
    refused: &REFUSED,
};

static KEYS: FamilyDescription = FamilyDescription {
    name: "API keys",
    about: "Keys that act for their owners within their scopes.",
    audience: Audience::Admins,
    credentials: &[USER, OPERATOR],
    refused: &REFUSED,
};

impl ApiFamily for ApiV1 {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];

    fn render(refusal: &Refusal) -> HttpResponse {
        render(refusal)
    }
}

impl ApiFamily for ApiKeys {
    const FAMILY: &'static FamilyDescription = &KEYS;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::OperatorKey, Authority::Role];

    fn render(refusal: &Refusal) -> HttpResponse {
        render(refusal)
    }
}

/// What documents say of a refusal under `/api`.
pub(super) static REFUSED: RefusalShape = RefusalShape {
    name: "Error",
    about: "Refused, with a sentence that says why",
    media: "application/json",
    draw: Some(SchemaGenerator::subschema_for::<ErrorBody>),
};

/// Why a request was refused.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Error")]
pub(super) struct ErrorBody {
    /// A sentence for people.
    pub(super) error: String,
}

/// The body of a refusal under `/api`.
pub(super) fn render(refusal: &Refusal) -> HttpResponse {
    HttpResponseBuilder::new(refusal.status()).json(ErrorBody { error: refusal.message() })
}

/// Every route under `/api/v1`.
pub(crate) fn routes() -> Routes<ApiV1> {
    Routes::new()
        .on(Admin, Method::GET, "/api/v1/admin/users", users::list)
        .query::<users::Asked>()
        .answers(of::<Vec<users::UserBody>>())
        .on(Admin, Method::POST, "/api/v1/admin/credits/grant", credits::grant)
        .takes::<credits::Wanted>()
        .answers(of::<PostedBody>())
        .on(Admin, Method::POST, "/api/v1/admin/credits/freeze", credits::freeze)
        .takes::<FreezeCredits>()
        .answers(of::<credits::FrozenBody>())
        .on(Admin, Method::GET, "/api/v1/admin/vouchers", vouchers::list)
        .query::<Paging>()
        .answers(page::<vouchers::VoucherBody>("vouchers"))
        .on(Admin, Method::POST, "/api/v1/admin/vouchers", vouchers::mint)
        .takes::<vouchers::Wanted>()
        .answers(of::<vouchers::MintedBody>())
        .on(Admin, Method::DELETE, "/api/v1/admin/vouchers/{id}", vouchers::withdraw)
        .answers(of::<DoneBody>())
        .on(Admin, Method::GET, "/api/v1/me", users::me)
        .tells("The caller's account and wallet.")
        .answers(of::<users::UserBody>())
        .on(Admin, Method::GET, "/api/v1/credits", credits::get)
        .answers(of::<credits::BalanceBody>())
        .on(Admin, Method::GET, "/api/v1/credits/ledger", credits::ledger)
        .query::<Paging>()
        .answers(page::<credits::EntryBody>("entries"))
        .on(Admin, Method::POST, "/api/v1/credits/spend", credits::spend)
        .takes::<credits::Spent>()
        .answers(of::<PostedBody>())
        .on(Admin, Method::POST, "/api/v1/vouchers/redeem", vouchers::redeem)
        .takes::<RedeemVoucher>()
        .answers(of::<PostedBody>())
        .on(Admin, Method::POST, "/api/v1/keys/verify", verify::verify)
        .takes::<VerifyApiKey>()
        .answers(of::<verify::VerifiedBody>())
}

/// Every route about keys.
pub(crate) fn key_routes() -> Routes<ApiKeys> {
    Routes::new()
        .on(Admin, Method::GET, "/api/admin/api-keys", api_keys::list)
        .query::<Paging>()
        .answers(page::<api_keys::KeyBody>("keys"))
        .on(Admin, Method::POST, "/api/admin/api-keys", api_keys::mint)
        .takes::<api_keys::Wanted>()
        .creates(of::<api_keys::MintedBody>())
        .on(Admin, Method::POST, "/api/admin/api-keys/{id}/rotate", api_keys::rotate)
        .at::<String>()
        .may_take::<api_keys::Rotation>()
        .creates(of::<api_keys::MintedBody>())
        .on(Admin, Method::PATCH, "/api/admin/api-keys/{id}", api_keys::update)
        .at::<String>()
        .takes::<api_keys::Changes>()
        .answers(of::<api_keys::KeyBody>())
        .on(Admin, Method::DELETE, "/api/admin/api-keys/{id}", api_keys::revoke)
        .at::<String>()
        .answers(of::<DoneBody>())
}
