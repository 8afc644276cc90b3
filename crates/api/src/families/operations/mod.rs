//! `/v1/admin/operations`: every operation of the admin area by its name, in one shape, and the document that describes them.
//! Refusals are problem details.

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::{Authority, Effect, Error, Permission};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::fields::Fields;
use super::problem;
use crate::api_family::ApiFamily;
use crate::call::{Answer, AuthenticatedRequest};
use crate::limits::RateClass::Admin;
use crate::openapi::{self, Audience, Document, FamilyDescription, KEY, OPERATOR, USER, of};
use crate::refusal::Refusal;
use crate::routes::Routes;

/// Where each operation is run.
pub(crate) const RUN: &str = "/v1/admin/operations/{name}";

/// Operations by name; behind it, each asks for its own permission.
pub(crate) struct ByName;

/// How the documents describe the family.
pub(crate) static FAMILY: FamilyDescription = FamilyDescription {
    name: "Operations by name",
    about: "Every operation of the admin area by its name, in one shape.",
    audience: Audience::Admins,
    credentials: &[USER, KEY, OPERATOR],
    refused: &problem::REFUSED,
};

impl ApiFamily for ByName {
    const FAMILY: &'static FamilyDescription = &FAMILY;
    const AUTHORITIES: &'static [Authority] = &[];

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the family.
pub(crate) fn routes() -> Routes<ByName> {
    Routes::new()
        .open(Admin, Method::GET, "/v1/admin/openapi.json", describe)
        .tells("Every endpoint, and the operations that the caller may run, as an OpenAPI 3.1 document.")
        .answers(of::<Document>())
        .open(Admin, Method::GET, "/v1/admin/operations", list)
        .tells("The operations that the caller may run.")
        .answers(openapi::list::<OperationBody<'_>>("operations"))
        .open(Admin, Method::POST, RUN, run)
        .tells("Runs an operation by its name.")
        .query::<Asked>()
        .takes::<Map<String, Value>>()
        .answers(of::<Value>())
}

async fn describe(request: AuthenticatedRequest<ByName>) -> Answer {
    signed_in(&request)?;
    let named = request.named_operations();
    if !named.operations().any(|operation| operation.effect == Effect::Read && operation.permission.is_grantable()) {
        return Err(Error::Denied(Permission::AdminRead).into());
    }
    Ok(HttpResponse::Ok().json(request.app.documents.full(named.operations())))
}

async fn list(request: AuthenticatedRequest<ByName>) -> Answer {
    signed_in(&request)?;
    let operations = request.named_operations();
    let operations: Vec<OperationBody<'_>> = operations.operations().map(OperationBody::from).collect();
    Ok(HttpResponse::Ok().json(Fields::of("operations", operations)))
}

async fn run(mut request: AuthenticatedRequest<ByName>) -> Answer {
    signed_in(&request)?;
    let (Asked { dry_run }, name) = (request.query()?, request.segment("name")?);
    let (input, key) = request.identified_json::<Value>().await?;
    let mode = if dry_run { Mode::Preview } else { Mode::Commit };
    let done = request.named_operations().run(&name, input, mode, key.filter(|_| !dry_run)).await?;
    let mut response = HttpResponse::Ok();
    if done.replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(response.json(done.output))
}

fn signed_in(request: &AuthenticatedRequest<ByName>) -> Result<(), Error> {
    match request.identity.credential {
        aedile_kernel::Credential::Anonymous => Err(Error::unauthenticated("sign in to run operations")),
        _ => Ok(()),
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Asked {
    /// Show what would change, and change nothing.
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize, JsonSchema)]
struct OperationBody<'a> {
    name: &'a str,
    summary: &'a str,
    permission: Permission,
    effect: Effect,
    resource: &'a str,
    takes_idempotency_key: bool,
    /// Whether doing it again with the same input changes nothing more.
    idempotent: bool,
    /// Whether it reaches people or services beyond the server.
    reaches_out: bool,
    /// The fields whose product is how many US dollars it gives away.
    gives_away: &'a [&'a str],
    input: &'a schemars::Schema,
    output: &'a schemars::Schema,
}

impl<'a> From<&'a Description> for OperationBody<'a> {
    fn from(operation: &'a Description) -> Self {
        Self {
            name: operation.name,
            summary: operation.summary(),
            permission: operation.permission,
            effect: operation.effect,
            resource: operation.resource,
            takes_idempotency_key: operation.takes_idempotency_key,
            idempotent: operation.idempotent,
            reaches_out: operation.reaches_out,
            gives_away: operation.gives_away,
            input: &operation.input,
            output: &operation.output,
        }
    }
}
