//! What an operation asks for, read from its JSON Schema.

use serde_json::Value;

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    /// Texts, one by one or with commas between.
    List,
    /// JSON.
    Json,
    /// Which part of a list.
    Page,
}

/// A field of an operation's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) is_required: bool,
    pub(crate) help: String,
    pub(crate) choices: Vec<String>,
}

/// The fields of an input: the required ones first, in their order.
pub(crate) fn fields(schema: &Value) -> Vec<Field> {
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let properties = schema.get("properties").and_then(Value::as_object);
    let mut fields: Vec<Field> = properties
        .into_iter()
        .flatten()
        .map(|(name, property)| field(schema, name, property, required.contains(&name.as_str())))
        .collect();
    fields.sort_by_key(|field| required.iter().position(|name| *name == field.name).unwrap_or(required.len()));
    fields
}

fn field(root: &Value, name: &str, property: &Value, is_required: bool) -> Field {
    let described = |schema: &Value| schema.get("description").and_then(Value::as_str).map(str::to_owned);
    let schema = resolved(root, property);
    let help = described(property).or_else(|| described(schema)).unwrap_or_default();
    let kind = if name == "page" { Kind::Page } else { kind(schema) };
    Field { name: name.to_owned(), kind, is_required, help, choices: choices(root, schema) }
}

/// The schema behind references, without the `null` that optional fields take.
fn resolved<'a>(root: &'a Value, schema: &'a Value) -> &'a Value {
    if let Some(target) = schema.get("$ref").and_then(Value::as_str) {
        let found = target.strip_prefix('#').and_then(|pointer| root.pointer(pointer));
        return found.map_or(schema, |found| resolved(root, found));
    }
    let any_of = schema.get("anyOf").and_then(Value::as_array);
    let real = any_of.into_iter().flatten().find(|one| one.get("type").and_then(Value::as_str) != Some("null"));
    real.map_or(schema, |real| resolved(root, real))
}

fn kind(schema: &Value) -> Kind {
    let name = match schema.get("type") {
        Some(Value::String(name)) => Some(name.as_str()),
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    };
    match name {
        Some("integer") => Kind::Integer,
        Some("number") => Kind::Number,
        Some("boolean") => Kind::Boolean,
        Some("array") => Kind::List,
        Some("object") => Kind::Json,
        Some(_) => Kind::Text,
        None if choices(schema, schema).is_empty() => Kind::Json,
        None => Kind::Text,
    }
}

/// The only values there are, if they are listed.
fn choices(root: &Value, schema: &Value) -> Vec<String> {
    let listed = schema.get("enum").and_then(Value::as_array).into_iter().flatten();
    let constants = schema.get("oneOf").and_then(Value::as_array).into_iter().flatten();
    let constants = constants.map(|one| resolved(root, one)).filter_map(|one| one.get("const"));
    listed.chain(constants).filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_asked_for_is_read_from_the_schema() {
        let schema = json!({
            "properties": {
                "amount": { "$ref": "#/$defs/Usd", "description": "How much." },
                "days": { "type": ["integer", "null"] },
                "enabled": { "type": "boolean" },
                "email": { "type": "string" },
                "features": { "type": "object" },
                "page": { "$ref": "#/$defs/Page" },
                "role": { "anyOf": [{ "$ref": "#/$defs/Role" }, { "type": "null" }] },
                "tags": { "type": "array", "items": { "type": "string" } },
            },
            "required": ["email", "amount"],
            "$defs": {
                "Usd": { "type": "string", "description": "Dollars." },
                "Role": { "oneOf": [{ "const": "admin" }, { "const": "user" }] },
                "Page": { "type": "object" },
            },
        });
        let read: Vec<(String, Kind)> = fields(&schema).into_iter().map(|field| (field.name, field.kind)).collect();
        let expected = [
            ("email", Kind::Text),
            ("amount", Kind::Text),
            ("days", Kind::Integer),
            ("enabled", Kind::Boolean),
            ("features", Kind::Json),
            ("page", Kind::Page),
            ("role", Kind::Text),
            ("tags", Kind::List),
        ];
        assert_eq!(read, expected.map(|(name, kind)| (name.to_owned(), kind)));
        let fields = fields(&schema);
        assert_eq!((fields[1].help.as_str(), fields[1].is_required), ("How much.", true));
        assert_eq!(fields[6].choices, ["admin", "user"]);
    }
}
