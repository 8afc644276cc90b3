//! What a request says in its path, query and headers.

use aedile_kernel::UserId;
use serde_json::{Map, Value, json};

use super::contract::Contract;
use super::examples;
use super::schemas::Schemas;

/// A segment as the request guard lets it in, once it is decoded.
const SEGMENT: &str = r"^(?!\.\.?$)[^/\\;%\u0000-\u001f\u007f]+$";
/// The same of visible ASCII.
const VISIBLE_SEGMENT: &str = r"^(?!\.\.?$)[!-$&-.0-:<-\[\]-~]+$";

/// The parameters of a route.
pub(super) fn of(path: &str, contract: &Contract, place: &str, schemas: &mut Schemas) -> Vec<Value> {
    let mut parameters = in_path(path, contract, place, schemas);
    parameters.extend(in_query(contract, place, schemas));
    for (name, about) in contract.headers {
        parameters.push(json!({
            "name": name, "in": "header", "description": about, "schema": { "type": "string" },
            "example": examples::of_field(name, &json!({ "type": "string" }), schemas),
        }));
    }
    if contract.takes_idempotency_key {
        parameters.push(idempotency_key());
    }
    parameters
}

/// The key under which a request is carried out once.
pub(super) fn idempotency_key() -> Value {
    json!({
        "name": "Idempotency-Key", "in": "header",
        "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
        "description": "Do it once, however often it is asked for under this key",
        "example": "4b0c1f6e",
    })
}

fn in_path(path: &str, contract: &Contract, place: &str, schemas: &mut Schemas) -> Vec<Value> {
    let names = path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters = Vec::new();
    for name in names {
        let schema = match (name, &contract.id) {
            ("id", Some(id)) => schemas.take(place, id.asked()),
            ("id", None) => json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX }),
            ("user_id", _) => json!({ "type": "string", "maxLength": UserId::MAX_LENGTH, "pattern": VISIBLE_SEGMENT }),
            _ => json!({ "type": "string", "pattern": SEGMENT }),
        };
        parameters.push(parameter(name, "path", true, schema, schemas));
    }
    parameters
}

fn in_query(contract: &Contract, place: &str, schemas: &mut Schemas) -> Vec<Value> {
    let Some(query) = &contract.query else { return Vec::new() };
    let schema = schemas.take(place, query.asked());
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let one = |(name, schema): (String, Value)| {
        let is_required = required.iter().any(|required| *required == name);
        parameter(&name, "query", is_required, without_null(schema), schemas)
    };
    properties.into_iter().map(one).collect()
}

fn parameter(name: &str, place: &str, is_required: bool, schema: Value, schemas: &Schemas) -> Value {
    let mut schema = schema;
    let mut parameter = Map::new();
    parameter.insert("name".to_owned(), json!(name));
    parameter.insert("in".to_owned(), json!(place));
    if is_required {
        parameter.insert("required".to_owned(), json!(true));
    }
    let own = schema.as_object_mut().and_then(|fields| fields.remove("description"));
    let description = own.or_else(|| schemas.resolve(&schema).get("description").cloned());
    if let Some(description) = description {
        parameter.insert("description".to_owned(), description);
    }
    if let Some(example) = examples::of_field(name, &schema, schemas) {
        parameter.insert("example".to_owned(), example);
    }
    parameter.insert("schema".to_owned(), schema);
    Value::Object(parameter)
}

/// A query can leave a value out, and has no word for null.
fn without_null(mut schema: Value) -> Value {
    let is_null = |value: &Value| value == "null" || value.get("type").is_some_and(|kind| kind == "null");
    let Some(fields) = schema.as_object_mut() else { return schema };
    if let Some(Value::Array(kinds)) = fields.get_mut("type") {
        kinds.retain(|kind| !is_null(kind));
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            fields.insert("type".to_owned(), kind);
        }
    }
    if let Some(Value::Array(choices)) = fields.get_mut("anyOf") {
        choices.retain(|choice| !is_null(choice));
        if let [Value::Object(choice)] = choices.as_slice() {
            let choice = choice.clone();
            fields.remove("anyOf");
            fields.extend(choice);
        }
    }
    fields.retain(|name, value| !(name == "default" && value.is_null()));
    schema
}
