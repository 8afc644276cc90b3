//! An OpenAPI document, as a page shows it.

use serde_json::{Map, Value};

/// The document.
pub(super) struct Book<'a> {
    pub(super) title: &'a str,
    pub(super) about: &'a str,
    pub(super) version: &'a str,
    pub(super) chapters: Vec<Chapter<'a>>,
}

/// A family of endpoints.
pub(super) struct Chapter<'a> {
    pub(super) anchor: String,
    pub(super) name: &'a str,
    pub(super) about: &'a str,
    pub(super) endpoints: Vec<Endpoint<'a>>,
}

/// A method of a path.
pub(super) struct Endpoint<'a> {
    pub(super) anchor: &'a str,
    pub(super) method: String,
    pub(super) path: &'a str,
    pub(super) summary: &'a str,
    pub(super) about: &'a str,
    pub(super) credentials: String,
    pub(super) parameters: Vec<Field<'a>>,
    pub(super) body: Option<Body<'a>>,
    pub(super) answers: Vec<Told<'a>>,
}

/// A parameter, or a field of a body.
pub(super) struct Field<'a> {
    pub(super) name: &'a str,
    pub(super) kind: String,
    pub(super) about: &'a str,
}

/// What is sent, or answered.
pub(super) struct Body<'a> {
    pub(super) media: &'a str,
    pub(super) fields: Vec<Field<'a>>,
    pub(super) example: Option<String>,
}

/// An answer.
pub(super) struct Told<'a> {
    pub(super) status: &'a str,
    pub(super) about: &'a str,
    pub(super) body: Option<Body<'a>>,
}

impl<'a> Book<'a> {
    pub(super) fn of(document: &'a Value) -> Self {
        let info = |field: &str| text(document.pointer(&format!("/info/{field}")));
        let chapters = items(document, "tags").map(|tag| Chapter::of(document, tag)).collect();
        Self { title: info("title"), about: info("description"), version: info("version"), chapters }
    }
}

impl<'a> Chapter<'a> {
    fn of(document: &'a Value, tag: &'a Value) -> Self {
        let name = text(tag.get("name"));
        let paths = fields(document, "paths");
        let methods = paths.flat_map(|(path, methods)| {
            methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
        });
        let own = methods.filter(|(.., operation)| items(operation, "tags").any(|tag| tag == name));
        let endpoints = own.map(|(path, method, operation)| Endpoint::of(document, path, method, operation)).collect();
        let anchor = name.to_lowercase().replace(' ', "-");
        Self { anchor, name, about: text(tag.get("description")), endpoints }
    }
}

impl<'a> Endpoint<'a> {
    fn of(document: &'a Value, path: &'a str, method: &str, operation: &'a Value) -> Self {
        Self {
            anchor: text(operation.get("operationId")),
            method: method.to_uppercase(),
            path,
            summary: text(operation.get("summary")),
            about: text(operation.get("description")),
            credentials: credentials(document, operation),
            parameters: items(operation, "parameters").map(|parameter| parameter_of(document, parameter)).collect(),
            body: operation.get("requestBody").and_then(|body| Body::of(document, body)),
            answers: fields(operation, "responses")
                .map(|(status, answer)| Told::of(document, status, answer))
                .collect(),
        }
    }
}

impl<'a> Told<'a> {
    fn of(document: &'a Value, status: &'a str, answer: &'a Value) -> Self {
        let answer = resolve(document, answer);
        Self { status, about: text(answer.get("description")), body: Body::of(document, answer) }
    }
}

impl<'a> Body<'a> {
    fn of(document: &'a Value, holder: &'a Value) -> Option<Self> {
        let (media, content) = fields(holder, "content").next()?;
        let schema = content.get("schema").map(|schema| resolve(document, schema));
        let required: Vec<&str> =
            schema.into_iter().flat_map(|schema| items(schema, "required")).filter_map(Value::as_str).collect();
        let fields = schema.into_iter().flat_map(|schema| fields(schema, "properties"));
        let fields = fields.map(|(name, schema)| field(document, name, schema, required.contains(&name))).collect();
        let example = content.get("example").and_then(|example| serde_json::to_string_pretty(example).ok());
        Some(Self { media, fields, example })
    }
}

fn parameter_of<'a>(document: &'a Value, parameter: &'a Value) -> Field<'a> {
    let is_required = parameter.get("required") == Some(&Value::Bool(true));
    let schema = parameter.get("schema").unwrap_or(&Value::Null);
    let field = field(document, text(parameter.get("name")), schema, is_required);
    let kind = format!("{}, {}", text(parameter.get("in")), field.kind);
    Field { kind, about: text(parameter.get("description")), ..field }
}

fn field<'a>(document: &'a Value, name: &'a str, schema: &'a Value, is_required: bool) -> Field<'a> {
    let needed = if is_required { ", required" } else { "" };
    let about = schema.get("description").or_else(|| resolve(document, schema).get("description"));
    Field { name, kind: format!("{}{needed}", kind(document, schema)), about: text(about) }
}

/// What a value may be, in a word or a few.
fn kind(document: &Value, schema: &Value) -> String {
    let schema = resolve(document, schema);
    let words = |values: &[Value]| values.iter().map(word).collect::<Vec<_>>().join(", ");
    if let Some(Value::Array(values)) = schema.get("enum") {
        return format!("one of {}", words(values));
    }
    if let Some(Value::Array(choices)) = schema.get("anyOf").or_else(|| schema.get("oneOf")) {
        let choices = choices.iter().map(|choice| kind(document, choice)).collect::<Vec<_>>();
        return choices.join(" or ");
    }
    if let Some(value) = schema.get("const") {
        return word(value);
    }
    match schema.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().map(word).collect::<Vec<_>>().join(" or "),
        Some(Value::String(kind)) if kind == "array" => {
            let items = schema.get("items").map(|items| self::kind(document, items));
            format!("list of {}", items.unwrap_or_default())
        }
        Some(kind) => word(kind),
        None => "anything".to_owned(),
    }
}

fn word(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn credentials(document: &Value, operation: &Value) -> String {
    let ways = items(operation, "security").map(|way| match way.as_object().and_then(|way| way.keys().next()) {
        Some(name) => text(document.pointer(&format!("/components/securitySchemes/{name}/description"))).to_owned(),
        None => "None".to_owned(),
    });
    ways.collect::<Vec<_>>().join("; or: ")
}

fn resolve<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    let target = value.get("$ref").and_then(Value::as_str).and_then(|target| target.strip_prefix('#'));
    target.and_then(|target| document.pointer(target)).unwrap_or(value)
}

fn text(value: Option<&Value>) -> &str {
    value.and_then(Value::as_str).unwrap_or_default()
}

fn items<'a>(value: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    value.get(list).and_then(Value::as_array).into_iter().flatten()
}

fn fields<'a>(value: &'a Value, object: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let object = value.get(object).and_then(Value::as_object);
    object.into_iter().flat_map(Map::iter).map(|(name, value)| (name.as_str(), value))
}
