//! Every answer that a test gets is compared with what the OpenAPI document says of its route.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::caller::Reply;

static DOCUMENT: LazyLock<Value> = LazyLock::new(aedile_api::document);

/// Fails when the answer is none that the document tells of. What it does not tell of at all, such as an unknown path or a
/// method that a path does not take, is not judged.
#[track_caller]
pub(crate) fn is_as_described(method: &str, path: &str, reply: &Reply) {
    let path = path.split('?').next().unwrap_or_default();
    let Some((place, operation)) = find(&method.to_lowercase(), path) else { return };
    let at = format!("{method} {path}: {} {}", reply.status, reply.text);
    let answers = &operation["responses"];
    let exact = reply.status.to_string();
    let status = if answers.get(&exact).is_some() { exact } else { format!("{}XX", reply.status / 100) };
    let answer = answers.get(&status).unwrap_or_else(|| panic!("a status that is not described: {at}"));
    let answer = answer["$ref"].as_str().and_then(|target| DOCUMENT.pointer(&target[1..])).unwrap_or(answer);
    let Some(content) = answer.get("content").and_then(Value::as_object) else {
        assert!(reply.text.is_empty(), "a body where none is described: {at}");
        return;
    };
    if method == "HEAD" {
        return;
    }
    let media = reply.header("content-type").unwrap_or_default().split(';').next().unwrap_or_default();
    let described = content.get(media).unwrap_or_else(|| panic!("{media:?} is not described: {at}"));
    if let Some(schema) = described.get("schema") {
        let errors: Vec<String> =
            validator(format!("{place} {status}"), schema).iter_errors(&reply.body).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}: {at}");
    }
}

/// The operation of a path, and the path that it is listed under. Literal segments come before names in braces.
fn find(method: &str, path: &str) -> Option<(String, &'static Value)> {
    let paths = DOCUMENT["paths"].as_object()?;
    let listed = match paths.get_key_value(path) {
        Some(listed) => listed,
        None => paths.iter().rev().find(|(template, _)| fits(template, path))?,
    };
    Some((format!("{method} {}", listed.0), listed.1.get(method)?))
}

fn fits(template: &str, path: &str) -> bool {
    let (mut names, mut segments) = (template.split('/'), path.split('/'));
    loop {
        match (names.next(), segments.next()) {
            (None, None) => return true,
            (Some(name), Some(segment)) if name == segment || (name.starts_with('{') && !segment.is_empty()) => {}
            _ => return false,
        }
    }
}

fn validator(place: String, schema: &Value) -> Arc<Validator> {
    static KNOWN: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Arc::clone(known.entry(place).or_insert_with(|| Arc::new(compile(&DOCUMENT, schema))))
}

/// A validator of a schema that stands in a document.
pub(crate) fn compile(document: &Value, schema: &Value) -> Validator {
    let root = json!({ "allOf": [schema], "components": document["components"] });
    jsonschema::draft202012::options().should_validate_formats(true).build(&root).unwrap()
}
