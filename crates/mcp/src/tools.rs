//! Operations as tools.

use std::sync::Arc;

use aedile_kernel::Effect;
use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::backend::OfferedOperation;

/// The argument that says that what was shown shall be done.
pub(crate) const PREVIEW_TOKEN: &str = "preview_token";

/// The name of an operation's tool: clients take letters, digits and `_`.
#[must_use]
pub fn tool_name(operation: &str) -> String {
    operation.replace('.', "_")
}

/// The tool of an operation.
pub(crate) fn tool(operation: &OfferedOperation) -> Tool {
    let mut input = operation.input.clone();
    input.remove("$schema");
    input.remove("title");
    input.entry("properties").or_insert_with(|| json!({}));
    let mut description = operation.summary.clone();
    if operation.effect == Effect::Destructive {
        description.push_str(
            " It takes something away: the first call only shows what it would do, and gives a preview_token. Show that to \
             the person you work for, and call again with the same arguments and the token once they agree.",
        );
        if let Some(properties) = input.get_mut("properties").and_then(Value::as_object_mut) {
            let help = "From the answer to the first call; good once, for five minutes.";
            properties.insert(PREVIEW_TOKEN.to_owned(), json!({ "type": "string", "description": help }));
        }
    }
    let mut tool = Tool::new(tool_name(&operation.name), description, Arc::new(input));
    if has_shape(operation) {
        let mut output = operation.output.clone();
        output.remove("$schema");
        tool = tool.with_raw_output_schema(Arc::new(output));
    }
    let reads = operation.effect == Effect::Read;
    tool.annotations = Some(ToolAnnotations::from_raw(
        Some(operation.name.replace(['.', '_'], " ")),
        Some(reads),
        Some(operation.effect == Effect::Destructive),
        Some(reads || operation.idempotent),
        Some(operation.reaches_out),
    ));
    tool
}

/// Whether every answer is the object that the schema describes; a preview is another.
pub(crate) fn has_shape(operation: &OfferedOperation) -> bool {
    operation.effect != Effect::Destructive && is_object(&operation.output)
}

fn is_object(schema: &Map<String, Value>) -> bool {
    schema.get("type").and_then(Value::as_str) == Some("object")
}
