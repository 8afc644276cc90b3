//! `/v1/admin/openapi.json`: the operations by name as an OpenAPI 3.1 document (<https://spec.openapis.org/oas/v3.1.1.html>).

use std::collections::BTreeMap;

use aedile_kernel::Effect;
use aedile_kernel::registry::Description;
use serde_json::{Map, Value, json};

const ABOUT: &str = "Every operation of the admin area by its name, in one shape. The document holds what its reader may run. The \
                     other endpoints are described in docs/api.";

/// The document of these operations.
pub(super) fn document<'a>(operations: impl Iterator<Item = &'a Description>) -> Value {
    let mut schemas = Schemas::default();
    let paths: Map<String, Value> = operations
        .map(|operation| (format!("/v1/admin/operations/{}", operation.name), path(operation, &mut schemas)))
        .collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Aedile: operations by name", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "operator": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas.finish(),
            "securitySchemes": {
                "token": { "type": "http", "scheme": "bearer", "description": "A sign-in, a command line's token or an API key" },
                "operator": { "type": "apiKey", "in": "header", "name": "X-Admin-Key", "description": "The operator's key" },
            },
            "responses": { "Refused": refused() },
        },
    })
}

fn path(operation: &Description, schemas: &mut Schemas) -> Value {
    let input = schemas.take(operation.name, operation.input.as_value());
    let output = schemas.take(operation.name, operation.output.as_value());
    let writes = operation.effect != Effect::Read;
    let answer = if writes { json!({ "anyOf": [output, preview(&output)] }) } else { output };
    let mut parameters = Vec::new();
    if writes {
        parameters.push(json!({
            "name": "dry_run", "in": "query", "schema": { "type": "boolean", "default": false },
            "description": "Show what would change, and change nothing",
        }));
    }
    if operation.takes_idempotency_key {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!-~]+$" },
            "description": "Do it once, however often it is asked for under this key",
        }));
    }
    json!({ "post": {
        "operationId": operation.name,
        "tags": [operation.name.split('.').next()],
        "summary": operation.summary().split(". ").next(),
        "description": format!("{}\n\nNeeds the permission `{}`.", operation.summary(), operation.permission),
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/json": { "schema": input } } },
        "responses": {
            "200": { "description": "Done", "content": { "application/json": { "schema": answer } } },
            "4XX": { "$ref": "#/components/responses/Refused" },
            "503": { "$ref": "#/components/responses/Refused" },
        },
    } })
}

/// What a rehearsal answers.
fn preview(output: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["output", "records"],
        "properties": {
            "output": output,
            "records": { "type": "array", "items": {
                "type": "object",
                "required": ["resource_type", "resource_id"],
                "properties": {
                    "action": { "type": ["string", "null"] },
                    "resource_type": { "type": "string" },
                    "resource_id": { "type": "string" },
                    "old_values": true,
                    "new_values": true,
                },
            } },
        },
    })
}

/// RFC 9457.
fn refused() -> Value {
    let field =
        json!({ "type": "object", "properties": { "field": { "type": "string" }, "message": { "type": "string" } } });
    json!({ "description": "Refused", "content": { "application/problem+json": { "schema": {
        "type": "object",
        "required": ["type", "title", "status", "detail", "code"],
        "properties": {
            "type": { "type": "string" }, "title": { "type": "string" }, "status": { "type": "integer" },
            "detail": { "type": "string" }, "code": { "type": "string" }, "errors": { "type": "array", "items": field },
        },
    } } } })
}

/// The definitions of all schemas, each once.
#[derive(Default)]
struct Schemas(BTreeMap<String, Value>);

impl Schemas {
    /// A schema whose definitions are among the document's.
    fn take(&mut self, operation: &str, schema: &Value) -> Value {
        let mut schema = schema.clone();
        let Some(fields) = schema.as_object_mut() else { return schema };
        fields.remove("$schema");
        let definitions = fields.remove("$defs").and_then(|definitions| definitions.as_object().cloned());
        let definitions = definitions.unwrap_or_default();
        // A name that means something else elsewhere is told apart by the operation's.
        let names: BTreeMap<String, String> = definitions
            .iter()
            .map(|(name, definition)| {
                let is_other = self.0.get(name).is_some_and(|known| known != &pointed(definition));
                (name.clone(), if is_other { format!("{name}.{operation}") } else { name.clone() })
            })
            .collect();
        for (name, mut definition) in definitions {
            point(&mut definition, &names);
            let known_as = names.get(&name).cloned().unwrap_or(name);
            self.0.insert(known_as, definition);
        }
        point(&mut schema, &names);
        schema
    }

    fn finish(self) -> Map<String, Value> {
        self.0.into_iter().collect()
    }
}

/// A definition with its references into the document.
fn pointed(definition: &Value) -> Value {
    let mut definition = definition.clone();
    point(&mut definition, &BTreeMap::new());
    definition
}

/// Lets references point into the document.
fn point(schema: &mut Value, names: &BTreeMap<String, String>) {
    match schema {
        Value::Object(fields) => {
            if let Some(Value::String(target)) = fields.get_mut("$ref")
                && let Some(name) = target.strip_prefix("#/$defs/")
            {
                let name = names.get(name).map_or(name, String::as_str);
                *target = format!("#/components/schemas/{name}");
            }
            fields.values_mut().for_each(|value| point(value, names));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| point(item, names)),
        _ => {}
    }
}
