//! Bodies and queries that don't fit, at every route and every operation by name: always 400 in the family's shape, with the
//! field's name, in words that know nothing of how the server is made.

use regex::Regex;
use reqwest::Method;
use serde_json::{Map, Value, json};

use crate::support::described::compile;
use crate::support::{Caller, Reply, TestApp, on_each_backend};

const UNHEARD_OF: &str = "unheard_of";

/// A route that takes an object, as the document has it.
struct Taker {
    method: Method,
    path: String,
    /// The schema of the body, with what it points at put in its place.
    schema: Value,
    /// A body that fits.
    example: Value,
}

fn document_of(document: &Value, schema: &Value) -> Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(target) => document_of(document, document.pointer(&target[1..]).unwrap()),
        None => schema.clone(),
    }
}

/// A path of the document with something in the place of each name in braces.
fn filled_in(path: &str) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{id}" => "1",
        segment if segment.starts_with('{') => "somebody",
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

fn takers(document: &Value) -> Vec<Taker> {
    let mut takers = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let media = &operation["requestBody"]["content"]["application/json"];
            let schema = document_of(document, &media["schema"]);
            // Agents and feature flags have protocols of their own, and tests of them.
            if schema.get("properties").is_none() || path == "/mcp" || path.starts_with("/ofrep") {
                continue;
            }
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            takers.push(Taker { method, path: filled_in(path), schema, example: media["example"].clone() });
        }
    }
    takers
}

struct Callers {
    admin: Caller,
    operator: Caller,
}

impl Callers {
    /// Somebody whom the family of a path lets in.
    fn of(&self, path: &str) -> &Caller {
        if path.starts_with("/api/admin/users") { &self.operator } else { &self.admin }
    }

    async fn successes(&self) -> Value {
        let reply = self.admin.get("/admin/system/audit?status=success&limit=1").await.expect(200);
        reply.body["total"].clone()
    }
}

async fn callers(app: &TestApp) -> (Callers, Value) {
    let admin = app.super_admin().await;
    admin.get("/v1/users/profile").await.expect(200);
    let document = admin.get("/v1/admin/openapi.json").await.expect(200).body;
    (Callers { admin, operator: app.operator() }, document)
}

/// Fails unless the answer refuses these fields, in its family's shape and in plain words.
#[track_caller]
fn names(reply: &Reply, fields: &[&str], about: &str) {
    assert_eq!(reply.status, 400, "{about}: {}", reply.text);
    let made_of = Regex::new(
        r"(?i)\b(struct|enum|variant|sequence|tuple|newtype|serde|expected|deserialize|[iu](8|16|32|64)|usize|bool|invalid type|a map)\b",
    );
    assert!(!made_of.unwrap().is_match(&reply.text), "{about}: {}", reply.text);
    let told: Vec<&str> = match reply.header("content-type").unwrap_or_default() {
        "application/problem+json" => {
            let errors = reply.body["errors"].as_array().unwrap_or_else(|| panic!("{about}: {}", reply.text));
            assert!(errors.iter().all(|error| error["message"].as_str().is_some_and(|message| !message.is_empty())));
            errors.iter().map(|error| error["field"].as_str().unwrap()).collect()
        }
        "application/json" => {
            let sentence = reply.body["error"].as_str().unwrap_or_else(|| panic!("{about}: {}", reply.text));
            sentence.split("; ").filter_map(|part| part.split(": ").next()).collect()
        }
        _ => fields.iter().copied().filter(|field| reply.text.contains(field)).collect(),
    };
    for field in fields {
        let is_it =
            |name: &&str| name.strip_prefix(field).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
        assert!(told.iter().any(is_it), "{about} does not name {field}: {}", reply.text);
    }
}

/// A value that a property's schema refuses.
fn misfit(document: &Value, property: &Value) -> Option<Value> {
    let validator = compile(document, property);
    let odd = [json!({ "a": [1] }), json!([[1]]), json!(true), json!(1.5), json!("\u{1}")];
    odd.into_iter().find(|value| !validator.is_valid(value))
}

fn with(example: &Value, name: &str, value: Value) -> Value {
    let mut body = example.as_object().cloned().unwrap_or_default();
    body.insert(name.to_owned(), value);
    Value::Object(body)
}

fn without(example: &Value, name: &str) -> Value {
    let mut body = example.as_object().cloned().unwrap_or_default();
    body.remove(name);
    Value::Object(body)
}

fn properties(schema: &Value) -> &Map<String, Value> {
    schema["properties"].as_object().unwrap()
}

#[tokio::test]
async fn a_body_that_does_not_fit_is_told_by_its_fields_everywhere() {
    on_each_backend(async |app: &TestApp| {
        let (callers, document) = callers(app).await;
        let takers = takers(&document);
        assert!(takers.len() > 100, "{}", takers.len());
        let before = callers.successes().await;
        for Taker { method, path, schema, example } in &takers {
            let caller = callers.of(path);
            let send = async |body: Value| caller.send(method.clone(), path, Some(body)).await;
            let about = |what: &str| format!("{method} {path} with {what}");
            names(&send(with(example, UNHEARD_OF, json!(1))).await, &[UNHEARD_OF], &about("an unknown field"));
            for required in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                names(&send(without(example, required)).await, &[required], &about(&format!("no {required}")));
            }
            for (name, property) in properties(schema) {
                let Some(value) = misfit(&document, property) else { continue };
                let about = about(&format!("{name} = {value}"));
                names(&send(with(example, name, value.clone())).await, &[name], &about);
                let two = with(&with(example, name, value), UNHEARD_OF, json!(1));
                names(&send(two).await, &[name, UNHEARD_OF], &about);
            }
        }
        assert_eq!(callers.successes().await, before, "something was changed");
    })
    .await;
}

#[tokio::test]
async fn an_array_is_no_object_anywhere() {
    on_each_backend(async |app: &TestApp| {
        let (callers, document) = callers(app).await;
        let before = callers.successes().await;
        for Taker { method, path, schema, example } in &takers(&document) {
            let caller = callers.of(path);
            let send = async |body: Value| caller.send(method.clone(), path, Some(body)).await;
            let values: Value = properties(schema).keys().map(|name| example[name].clone()).collect();
            let required = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            let only_required: Value = required.map(|name| example[name].clone()).collect();
            for body in [values, only_required, json!([]), json!([example]), json!("x"), json!(7), json!(null)] {
                let about = format!("{method} {path} with {body}");
                let reply = send(body).await;
                assert_eq!(reply.status, 400, "{about}: {}", reply.text);
                assert!(["body", "input"].iter().any(|place| reply.text.contains(place)), "{about}: {}", reply.text);
                names(&reply, &[], &about);
            }
            for (name, property) in properties(schema) {
                let property = document_of(&document, property);
                if property["type"] != "object" && name != "page" {
                    continue;
                }
                let about = format!("{method} {path} with an array as {name}");
                for array in [json!([]), json!([1, 2, null])] {
                    names(&send(with(example, name, array)).await, &[name], &about);
                }
            }
        }
        assert_eq!(callers.successes().await, before, "something was changed");
    })
    .await;
}

#[tokio::test]
async fn a_query_name_that_is_unknown_is_refused_by_every_get() {
    on_each_backend(async |app: &TestApp| {
        let (callers, document) = callers(app).await;
        let mut seen = 0;
        for (template, methods) in document["paths"].as_object().unwrap() {
            // A proxy may ask with the query of the request that it asks about.
            let Some(operation) = methods.get("get").filter(|_| template != "/gateway/authorize") else { continue };
            let path = filled_in(template);
            let caller = callers.of(&path);
            let reply = caller.get(&format!("{path}?{UNHEARD_OF}=1&{UNHEARD_OF}=2")).await;
            names(&reply, &[UNHEARD_OF], &format!("GET {path}"));
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let numbers = parameters.filter(|one| one["in"] == "query" && one["schema"]["type"] == "integer");
            for number in numbers.filter_map(|one| one["name"].as_str()) {
                for bad in ["x", "", "1.5", "99999999999999999999"] {
                    let reply = caller.get(&format!("{path}?{number}={bad}")).await;
                    names(&reply, &[number], &format!("GET {path}?{number}={bad}"));
                }
            }
            seen += 1;
        }
        assert!(seen > 60, "{seen}");
    })
    .await;
}
