//! `/v1/admin/operations`: every operation of the admin area by its name, in one shape, and the document that describes them.
//! Refusals are problem details.

mod openapi;

use actix_web::HttpResponse;
use actix_web::http::Method;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::{Effect, Error, Permission, PermissionSet, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Dialect, problem};
use crate::call::{Answer, Visit};
use crate::identity::Identity;
use crate::limits::RateClass::Admin;
use crate::refusal::Refusal;
use crate::routes::Routes;

/// The door to operations by name, behind which each asks for its own permission.
pub(crate) struct ByName;

impl Dialect for ByName {
    fn permissions(_: &Identity, _: Timestamp) -> PermissionSet {
        PermissionSet::ANONYMOUS
    }

    fn render(refusal: &Refusal) -> HttpResponse {
        problem::render(refusal)
    }
}

/// Every route of the door.
pub(crate) fn routes() -> Routes<ByName> {
    Routes::new()
        .open(Admin, Method::GET, "/v1/admin/openapi.json", describe)
        .open(Admin, Method::GET, "/v1/admin/operations", list)
        .open(Admin, Method::POST, "/v1/admin/operations/{name}", run)
}

async fn describe(visit: Visit<ByName>) -> Answer {
    signed_in(&visit)?;
    let desk = visit.desk();
    if desk.operations().next().is_none() {
        return Err(Error::forbidden("there is no operation that you may run").into());
    }
    Ok(HttpResponse::Ok().json(openapi::document(desk.operations())))
}

async fn list(visit: Visit<ByName>) -> Answer {
    signed_in(&visit)?;
    let desk = visit.desk();
    let operations: Vec<OperationBody<'_>> = desk.operations().map(OperationBody::from).collect();
    Ok(HttpResponse::Ok().json(json!({ "operations": operations })))
}

async fn run(mut visit: Visit<ByName>) -> Answer {
    signed_in(&visit)?;
    let (Asked { dry_run }, name) = (visit.query()?, visit.segment("name")?);
    let (input, key) = visit.identified_json::<Value>().await?;
    let mode = if dry_run { Mode::Preview } else { Mode::Commit };
    let done = visit.desk().run(&name, input, mode, key.filter(|_| !dry_run)).await?;
    let mut response = HttpResponse::Ok();
    if done.replayed {
        response.insert_header(("Idempotent-Replayed", "true"));
    }
    Ok(response.json(done.output))
}

fn signed_in(visit: &Visit<ByName>) -> Result<(), Error> {
    match visit.identity.credential {
        aedile_kernel::Credential::Anonymous => Err(Error::unauthenticated("sign in to run operations")),
        _ => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    #[serde(default)]
    dry_run: bool,
}

#[derive(Serialize)]
struct OperationBody<'a> {
    name: &'a str,
    summary: &'a str,
    permission: Permission,
    effect: Effect,
    resource: &'a str,
    takes_idempotency_key: bool,
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
            input: &operation.input,
            output: &operation.output,
        }
    }
}
