//! What an operation asks for, read from its JSON Schema: what command lines and forms are made from.

use serde_json::{Value, json};

/// How a field is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A text of any words.
    Text,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// Yes or no.
    Boolean,
    /// An instant, as RFC 3339 writes it.
    Time,
    /// Texts, one by one or with commas between.
    List,
    /// Any other JSON.
    Json,
    /// Which part of a list.
    Page,
}

/// A field of an operation's input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name in the input.
    pub name: String,
    /// How it is typed.
    pub kind: Kind,
    /// Whether the operation can't do without it.
    pub is_required: bool,
    /// What it is for, as its documentation says.
    pub help: String,
    /// The only values there are, of the field or of each item of a list; none when any will do.
    pub choices: Vec<String>,
    /// Whether it holds several lines (`x-multiline` in the schema).
    pub is_multiline: bool,
    /// What its text or number is, as the schema's `format` says: `password`, `percent`.
    pub format: Option<String>,
}

impl Field {
    /// What was typed for one value, as JSON. What can't be read is said in words that go after "must be".
    ///
    /// # Errors
    /// What the value must be.
    pub fn read(&self, text: &str) -> Result<Value, &'static str> {
        match self.kind {
            _ if text == "null" && !self.is_required => Ok(Value::Null),
            Kind::Integer => text.parse::<i64>().map(|number| json!(number)).map_err(|_| "a whole number"),
            Kind::Number => serde_json::from_str(text).ok().filter(Value::is_number).ok_or("a number"),
            Kind::Boolean => text.parse::<bool>().map(Value::Bool).map_err(|_| "true or false"),
            Kind::Json => serde_json::from_str(text).map_err(|_| "JSON"),
            Kind::Text | Kind::Time | Kind::List | Kind::Page => Ok(Value::String(text.to_owned())),
        }
    }
}

/// The fields of an input: the required ones first, in their order.
#[must_use]
pub fn fields(schema: &Value) -> Vec<Field> {
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
    let items = schema.get("items").filter(|_| kind == Kind::List).map_or(schema, |items| resolved(root, items));
    let is_multiline = property.get("x-multiline").and_then(Value::as_bool).unwrap_or_default();
    let format = schema.get("format").and_then(Value::as_str).map(str::to_owned);
    Field { name: name.to_owned(), kind, is_required, help, choices: choices(root, items), is_multiline, format }
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
        Some(_) if schema.get("format").and_then(Value::as_str) == Some("date-time") => Kind::Time,
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
                "tags": { "type": "array", "items": { "$ref": "#/$defs/Role" } },
                "until": { "type": "string", "format": "date-time" },
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
            ("until", Kind::Time),
        ];
        assert_eq!(read, expected.map(|(name, kind)| (name.to_owned(), kind)));
        let fields = fields(&schema);
        assert_eq!((fields[1].help.as_str(), fields[1].is_required), ("How much.", true));
        assert_eq!(fields[6].choices, ["admin", "user"]);
        assert_eq!(fields[7].choices, ["admin", "user"]);
    }

    #[test]
    fn what_is_typed_becomes_json() {
        let read = |kind, text: &str| {
            let (name, help) = ("x".to_owned(), String::new());
            Field { name, kind, is_required: false, help, choices: Vec::new(), is_multiline: false, format: None }
                .read(text)
        };
        for (kind, text, expected) in [
            (Kind::Text, "7", json!("7")),
            (Kind::Integer, "7", json!(7)),
            (Kind::Number, "12.5", json!(12.5)),
            (Kind::Boolean, "true", json!(true)),
            (Kind::Json, "{\"a\": []}", json!({ "a": [] })),
            (Kind::Text, "null", Value::Null),
        ] {
            assert_eq!(read(kind, text), Ok(expected), "{text}");
        }
        for (kind, text) in [
            (Kind::Integer, "7.5"),
            (Kind::Number, "NaN"),
            (Kind::Number, "\"7\""),
            (Kind::Boolean, "yes"),
            (Kind::Json, "{"),
        ] {
            assert!(read(kind, text).is_err(), "{text}");
        }
    }
}
