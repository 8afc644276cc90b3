//! Examples of bodies, put together from the schemas and a few words, so that one story runs through a document.

use serde_json::{Map, Value, json};

use super::schemas::Schemas;
use super::words::{NUMBERS, WORDS};

/// How deep an example goes: a schema may hold itself.
const DEEPEST: usize = 8;
/// What only an answer can tell, and nobody makes up.
const TOLD: &[&str] = &["cursor", "after"];

/// An example of what fits `schema`; `None` where no word fits some field that must be there.
pub(super) fn of(schema: &Value, schemas: &Schemas) -> Option<Value> {
    at("", schema, schemas, DEEPEST)
}

/// An example of the field `name`.
pub(super) fn of_field(name: &str, schema: &Value, schemas: &Schemas) -> Option<Value> {
    if TOLD.contains(&name) {
        return None;
    }
    at(name, schema, schemas, DEEPEST)
}

fn at(name: &str, schema: &Value, schemas: &Schemas, depth: usize) -> Option<Value> {
    let depth = depth.checked_sub(1)?;
    let schema = schemas.resolve(schema);
    let first = |list: &str| schema.get(list).and_then(Value::as_array).and_then(|items| items.first());
    if let Some(given) = schema.get("const").or_else(|| first("examples")).or_else(|| first("enum")) {
        return Some(given.clone());
    }
    if let Some(choices) = ["anyOf", "oneOf"].into_iter().find_map(|kind| schema.get(kind)).and_then(Value::as_array) {
        return choices.iter().find_map(|choice| at(name, choice, schemas, depth));
    }
    let Some(kind) = kind(schema) else { return Some(json!({})) };
    match kind {
        "object" => object(name, schema, schemas, depth),
        "array" => Some(json!([at(name, schema.get("items")?, schemas, depth)?])),
        "null" => Some(Value::Null),
        "boolean" => Some(json!(true)),
        "integer" => word(name).filter(Value::is_i64).or_else(|| schema.get("minimum").cloned()).or(Some(json!(1))),
        "number" => word(name).filter(Value::is_number).or(Some(json!(1))),
        "string" if schema.get("format").is_some_and(|format| format == "date-time") => {
            Some(json!("2026-01-15T10:30:00Z"))
        }
        "string" if schema.get("format").is_some_and(|format| format == "binary") => None,
        "string" => word(name).filter(Value::is_string),
        _ => None,
    }
}

/// The first type that is more than null.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

fn object(name: &str, schema: &Value, schemas: &Schemas, depth: usize) -> Option<Value> {
    let mut example = Map::new();
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    for (field, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
        if TOLD.contains(&field.as_str()) && !required.contains(&field.as_str()) {
            continue;
        }
        match at(field, schema, schemas, depth) {
            Some(value) => example.insert(field.clone(), value),
            None if required.contains(&field.as_str()) => return None,
            None => continue,
        };
    }
    if let Some(more) = schema.get("additionalProperties").filter(|more| more.is_object())
        && let Some(value) = at(name, more, schemas, depth)
    {
        example.insert(key(name).to_owned(), value);
    }
    Some(Value::Object(example))
}

/// What a map is keyed by.
fn key(map: &str) -> &'static str {
    match map {
        "routes" => "/v1/skills",
        _ => "new-parser",
    }
}

/// What a field of this name may hold.
fn word(field: &str) -> Option<Value> {
    WORDS.iter().find(|(name, _)| *name == field).map(|(_, word)| json!(word)).or_else(|| number(field))
}

fn number(field: &str) -> Option<Value> {
    NUMBERS.iter().find(|(name, _)| *name == field).map(|(_, number)| json!(number))
}
