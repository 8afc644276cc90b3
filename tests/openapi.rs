//! The OpenAPI documents, and the page that is made of one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use crate::support::described::compile;
use crate::support::{Caller, TestApp, api_routes, on_each_backend};
use crate::v1::problem;

const FULL: &str = "/v1/admin/openapi.json";
const BY_NAME: &str = "/v1/admin/operations/";

/// `METHOD path` of every operation of a document, and the operation.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    let all = paths.flat_map(|(path, methods)| {
        methods.as_object().unwrap().iter().map(move |(method, it)| (format!("{} {path}", method.to_uppercase()), it))
    });
    all.collect()
}

fn names(document: &Value) -> BTreeSet<String> {
    operations(document).into_iter().map(|(name, _)| name).collect()
}

/// Every body of a document that is JSON: where it stands, and its media type object.
fn bodies(document: &Value) -> Vec<(String, &Value)> {
    let mut bodies = Vec::new();
    for (name, operation) in operations(document) {
        let asked = operation.get("requestBody").into_iter().map(|body| ("body".to_owned(), body));
        let answered =
            operation["responses"].as_object().unwrap().iter().map(|(status, answer)| (status.clone(), answer));
        for (part, holder) in asked.chain(answered) {
            let content = holder.get("content").and_then(Value::as_object).into_iter().flatten();
            let json = content.filter(|(media, _)| media.ends_with("json")).map(|(_, media)| media);
            bodies.extend(json.map(|media| (format!("{name} {part}"), media)));
        }
    }
    bodies
}

/// Fails unless everything that is pointed at is there, ids are unique, and everything is described.
fn is_whole(document: &Value) {
    assert_eq!(document["openapi"], "3.1.0");
    let text = document.to_string();
    assert!(!text.contains("$defs"), "every reference points into the document");
    for target in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(target).is_some(), "{target}");
    }
    let mut ids = BTreeSet::new();
    for (name, operation) in operations(document) {
        assert!(ids.insert(operation["operationId"].as_str().unwrap()), "{name}: an id that stands twice");
        for field in ["summary", "description"] {
            assert!(operation[field].as_str().is_some_and(|text| !text.trim().is_empty()), "{name} has no {field}");
        }
        let answers = operation["responses"].as_object().unwrap();
        assert!(answers.keys().any(|status| status.starts_with(['2', '3'])), "{name} has no answer");
        assert!(answers.contains_key("4XX"), "{name} refuses nobody");
        assert!(operation["security"].as_array().is_some_and(|ways| !ways.is_empty()), "{name} tells no credential");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter.get("schema").is_some(), "{name}: {parameter}");
        }
        let told: BTreeSet<&str> = operation["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| parameter["name"].as_str().unwrap())
            .collect();
        let path = name.split(' ').nth(1).unwrap();
        let in_path: BTreeSet<&str> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        assert_eq!(told, in_path, "{name}");
    }
}

fn examples_fit(document: &Value) {
    let mut without = Vec::new();
    for (place, media) in bodies(document) {
        let Some(example) = media.get("example") else {
            // Bodies that are signed are described elsewhere.
            if media != &json!({}) {
                without.push(format!("{place}: {media}"));
            }
            continue;
        };
        let errors: Vec<String> =
            compile(document, &media["schema"]).iter_errors(example).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{place}: {errors:?} in {example}");
    }
    assert!(without.is_empty(), "no example of {}", without.join("\n"));
}

#[tokio::test]
async fn the_public_document_tells_everybody_of_everything_but_the_admin_area() {
    on_each_backend(async |app| {
        let document = app.anonymous().get("/openapi.json").await.expect(200).body;
        is_whole(&document);
        let told = names(&document);
        for name in [
            "GET /v1/skills",
            "POST /auth/login",
            "GET /gateway/authorize",
            "POST /ofrep/v1/evaluate/flags/{key}",
            "GET /v1/flags",
            "POST /api/v1/credits/spend",
            "PATCH /v1/users/profile",
            "GET /openapi.json",
            "GET /docs",
        ] {
            assert!(told.contains(name), "{name}");
        }
        let of_admins = |route: &aedile_api::RouteDescription| {
            route.permission.is_administrative() || route.path.contains("/admin") || route.path == "/mcp"
        };
        let (admins, public): (Vec<_>, Vec<_>) = api_routes().partition(of_admins);
        let name = |route: &aedile_api::RouteDescription| format!("{} {}", route.method, route.path);
        assert_eq!(told, public.iter().map(name).collect());
        assert!(admins.len() > 60);
        let text = document.to_string();
        for hidden in ["/admin", "X-Admin-Key", "admin:read", "admin:write"] {
            assert!(!text.contains(&format!("\"{hidden}")), "{hidden}");
        }
        problem(app.with_token("bad.token.here").get("/openapi.json").await, 401);
    })
    .await;
}

#[tokio::test]
async fn the_full_document_tells_whoever_reads_the_admin_area_of_all_there_is() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        let document = admin.get(FULL).await.expect(200).body;
        is_whole(&document);
        let (by_name, routes): (BTreeSet<_>, BTreeSet<_>) =
            names(&document).into_iter().partition(|name| name.contains(BY_NAME));
        // Where operations are run is told once for each of them.
        let all = api_routes().filter(|route| route.path != "/v1/admin/operations/{name}");
        assert_eq!(routes, all.map(|route| format!("{} {}", route.method, route.path)).collect());
        let listed = admin.get("/v1/admin/operations").await.expect(200).body;
        let listed = listed["operations"].as_array().unwrap().iter().map(|it| it["name"].as_str().unwrap());
        assert_eq!(by_name, listed.map(|name| format!("POST {BY_NAME}{name}")).collect());
    })
    .await;
}

#[tokio::test]
async fn the_full_document_is_for_whoever_may_read_in_the_admin_areas() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        app.user("user_flagged").get("/v1/flags").await.expect(200);
        admin.post("/v1/admin/admins/user_flagged", json!({})).await.expect(200);
        let key = async |scopes: Value| -> Caller {
            let minted = admin.post("/api/admin/api-keys", json!({ "name": "k", "scopes": scopes })).await;
            app.with_token(minted.expect(201).body["secret"].as_str().unwrap())
        };
        let (reading, writing) = (key(json!(["admin:read"])).await, key(json!(["admin:write"])).await);
        let viewer = app.with_role("viewer").await;
        for reader in [&admin, &viewer, &app.user("user_flagged"), &reading, &app.operator()] {
            let document = reader.get(FULL).await.expect(200).body;
            assert!(names(&document).contains("PATCH /admin/system/flags/{id}"));
        }
        let runs = names(&viewer.get(FULL).await.body);
        assert!(
            runs.contains(&format!("POST {BY_NAME}flag.list")) && !runs.contains(&format!("POST {BY_NAME}flag.update"))
        );
        for other in [&app.user("user_plain"), &app.claimed_admin("user_without_role"), &writing] {
            problem(other.get(FULL).await, 403);
        }
        problem(app.anonymous().get(FULL).await, 401);
    })
    .await;
}

#[tokio::test]
async fn examples_fit_their_schemas() {
    on_each_backend(async |app| {
        examples_fit(&app.anonymous().get("/openapi.json").await.expect(200).body);
        examples_fit(&app.super_admin().await.get(FULL).await.expect(200).body);
    })
    .await;
}

#[tokio::test]
async fn no_name_means_two_things() {
    on_each_backend(async |app| {
        let public = app.anonymous().get("/openapi.json").await.expect(200).body;
        let names = public["components"]["schemas"].as_object().map(Map::keys).into_iter().flatten();
        let twice: Vec<&String> = names.filter(|name| name.contains('.')).collect();
        assert!(twice.is_empty(), "give one of them another name: {twice:?}");
    })
    .await;
}

#[tokio::test]
async fn the_page_shows_the_public_document_and_runs_nothing() {
    on_each_backend(async |app| {
        let page = app.anonymous().get("/docs").await.expect(200);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert!(!page.text.contains("<script") && !page.text.contains("src=") && !page.text.contains("/admin"));
        let document = app.anonymous().get("/openapi.json").await.expect(200).body;
        for (name, operation) in operations(&document) {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.text.contains(&format!("id=\"{id}\"")), "{name}");
            assert!(page.text.contains(&format!("<code>{}</code>", name.split(' ').nth(1).unwrap())), "{name}");
        }
    })
    .await;
}
