//! An operation by its name, as an operation of a document.

use aedile_kernel::Effect;
use aedile_kernel::registry::Description;
use serde_json::{Value, json};

use super::family::FamilyDescription;
use super::schemas::Schemas;
use super::{parameters, paths};

/// The path of an operation.
pub(super) fn path(operation: &Description, family: &FamilyDescription, schemas: &mut Schemas) -> Value {
    let input = schemas.take(&format!("{}.input", operation.name), operation.input.as_value().clone());
    let output = schemas.take(&format!("{}.output", operation.name), operation.output.as_value().clone());
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
        parameters.push(parameters::idempotency_key());
    }
    let refused = json!({ "$ref": format!("#/components/responses/{}", family.refused.name) });
    json!({ "post": {
        "operationId": operation.name,
        "tags": [family.name],
        "summary": paths::summary(operation.summary()),
        "description": paths::description(operation.summary(), operation.permission),
        "security": paths::security(family, operation.permission),
        "parameters": parameters,
        "requestBody": { "required": true, "content": { "application/json": paths::with_example(&input, schemas) } },
        "responses": {
            "200": { "description": "Done", "content": { "application/json": paths::with_example(&answer, schemas) } },
            "4XX": refused,
            "503": refused,
        },
    } })
}

/// What a preview answers.
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
