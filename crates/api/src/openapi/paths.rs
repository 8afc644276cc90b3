//! A route as an operation of a document.

use aedile_kernel::Permission;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::contract::{Contract, Media};
use super::family::{Audience, FamilyDescription};
use super::schemas::Schemas;
use super::{Documented, examples, parameters};

/// The operation that a route is.
pub(super) fn of(documented: &Documented, schemas: &mut Schemas) -> Value {
    let Documented { route, family, contract } = documented;
    let id = id(&route.method, route.path);
    let about = about(contract);
    let mut operation = json!({
        "operationId": id,
        "tags": [family.name],
        "summary": summary(&about),
        "description": description(&about, route.permission),
        "security": security(family, route.permission),
        "responses": responses(&id, family, contract, schemas),
    });
    let parameters = parameters::of(route.path, contract, &id, schemas);
    let body = contract.body.as_ref().map(
        |body| json!({ "required": body.is_required, "content": content(&body.media, Side::Asked, &id, schemas) }),
    );
    if let Some(operation) = operation.as_object_mut() {
        if !parameters.is_empty() {
            operation.insert("parameters".to_owned(), parameters.into());
        }
        operation.extend(body.map(|body| ("requestBody".to_owned(), body)));
    }
    operation
}

/// `GET /v1/skills/{slug}` as `get_v1_skills_slug`.
fn id(method: &str, path: &str) -> String {
    let words = path.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.fold(method.to_lowercase(), |id, word| format!("{id}_{word}"))
}

fn about(contract: &Contract) -> String {
    if let Some(summary) = contract.summary {
        return summary.to_owned();
    }
    let mut generator =
        SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true).into_generator();
    let schema = contract.operation.map(|draw| draw(&mut generator).to_value());
    let description = schema.as_ref().and_then(|schema| schema.get("description")).and_then(Value::as_str);
    description.unwrap_or_default().to_owned()
}

/// The first sentence.
pub(super) fn summary(about: &str) -> &str {
    about.split(". ").next().unwrap_or_default().trim_end_matches('.')
}

pub(super) fn description(about: &str, permission: Permission) -> String {
    match permission {
        Permission::Public => about.to_owned(),
        Permission::Own => format!("{about}\n\nNeeds a signed-in user."),
        permission => format!("{about}\n\nRequires the permission `{permission}`."),
    }
}

/// Which credentials count; none is one of the choices where everybody may come.
pub(super) fn security(family: &FamilyDescription, permission: Permission) -> Value {
    let is_for_all = permission == Permission::Public && family.audience == Audience::Everybody;
    let none = is_for_all.then(|| json!({}));
    none.into_iter().chain(family.credentials.iter().map(|name| json!({ *name: [] }))).collect()
}

fn responses(id: &str, family: &FamilyDescription, contract: &Contract, schemas: &mut Schemas) -> Value {
    let refused = json!({ "$ref": format!("#/components/responses/{}", family.refused.name) });
    let mut responses = Map::new();
    for told in &contract.answers {
        let mut response = json!({ "description": meaning(told.status) });
        if let (Some(media), Some(response)) = (&told.media, response.as_object_mut()) {
            response.insert("content".to_owned(), content(media, Side::Answered, id, schemas));
        }
        responses.insert(told.status.to_string(), response);
    }
    responses.insert("4XX".to_owned(), refused.clone());
    responses.insert("503".to_owned(), refused);
    Value::Object(responses)
}

const fn meaning(status: u16) -> &'static str {
    match status {
        201 => "Made",
        202 => "Accepted",
        204 => "Done; there is nothing to say",
        206 => "The part that was asked for",
        303 => "Go there",
        304 => "What you have is still so",
        _ => "Done",
    }
}

/// Who writes a body.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Asked,
    Answered,
}

fn content(media: &Media, side: Side, place: &str, schemas: &mut Schemas) -> Value {
    let (kind, shape) = match media {
        Media::Json(shape) => ("application/json", shape),
        Media::Form(shape) => ("application/x-www-form-urlencoded", shape),
        Media::Multipart(shape) => ("multipart/form-data", shape),
        Media::Other(kind) => return json!({ *kind: {} }),
    };
    let schema = match side {
        Side::Asked => shape.asked(),
        Side::Answered => shape.answered(),
    };
    let schema = schemas.take(place, schema);
    json!({ kind: with_example(&schema, schemas) })
}

/// A schema as a document holds it, with an example of what fits it.
pub(super) fn with_example(schema: &Value, schemas: &Schemas) -> Value {
    match examples::of(schema, schemas) {
        Some(example) => json!({ "schema": schema, "example": example }),
        None => json!({ "schema": schema }),
    }
}
