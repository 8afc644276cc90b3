//! HTTP as RFC 9110 has it: media types, content codings, what is accepted, and authentication schemes.

use reqwest::Method;
use serde_json::json;

use crate::support::{Caller, Reply, TestApp, on_each_backend};
use crate::v1::problem;

const CATEGORIES: &str = "/v1/admin/categories";

async fn make(caller: &Caller, name: &str, media: &str) -> Reply {
    let body = json!({ "name": name }).to_string().into_bytes();
    caller.send_raw(Method::POST, CATEGORIES, Some((media, body))).await
}

#[tokio::test]
async fn media_types_are_read_with_their_parameters() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let good = ["application/json", "Application/JSON;charset=UTF-8", "application/json; charset=\"utf-8\"; v=1"];
        for (at, media) in good.into_iter().enumerate() {
            make(&admin, &format!("Good {at}"), media).await.expect(201);
        }
        for media in ["text/plain", "application/jsonp", "application/json; charset=utf-16", "json", "*/*"] {
            let refused = problem(make(&admin, "Bad", media).await, 415);
            assert_eq!(refused.header("accept"), Some("application/json, application/merge-patch+json"), "{media}");
        }
        problem(admin.send_raw(Method::POST, CATEGORIES, None).await, 415);
    })
    .await;
}

#[tokio::test]
async fn a_coded_body_is_refused_with_the_coding_that_is_taken() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for coding in ["gzip", "br", "identity, gzip", "unheard-of"] {
            let coded = admin.with_header("Content-Encoding", coding);
            let refused = problem(make(&coded, "Coded", "application/json").await, 415);
            assert_eq!(refused.header("accept-encoding"), Some("identity"), "{coding}");
            assert_eq!(refused.body["code"], "unsupported_content_coding");
        }
        let plain = admin.with_header("Content-Encoding", "Identity");
        make(&plain, "Plain", "application/json").await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn whatever_is_accepted_an_api_answers_and_agents_get_json_or_406() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for accept in ["*/*", "text/html", "application/json;q=0", "nonsense"] {
            admin.with_header("Accept", accept).get(CATEGORIES).await.expect(200);
        }
        let ask = async |accept: Option<&str>| {
            let caller = accept.map_or_else(|| admin.clone(), |accept| admin.with_header("Accept", accept));
            let caller = caller.with_header("MCP-Protocol-Version", "2025-06-18");
            caller.post("/mcp", json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {} })).await
        };
        let welcome = ["*/*", "application/*", "application/json", "text/event-stream;q=0.5, application/json;q=0.1"];
        for accept in welcome.into_iter().map(Some).chain([None]) {
            let answered = ask(accept).await.expect(200);
            assert!(answered.body["result"]["tools"].is_array(), "{accept:?}: {}", answered.text);
        }
        for accept in ["text/html", "text/event-stream", "*/*;q=0", "application/json;q=0, */*"] {
            problem(ask(Some(accept)).await, 406);
        }
    })
    .await;
}

#[tokio::test]
async fn schemes_are_read_in_any_case_and_others_are_challenged() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let with = |value: String| app.anonymous().with_header("Authorization", &value);
        for scheme in ["Bearer ", "bearer ", "BEARER   "] {
            with(format!("{scheme}{}", admin.token())).get(CATEGORIES).await.expect(200);
        }
        for value in ["Basic YWRhOnNlY3JldA==", "Digest x", "Bearer", "Bearer ", "token"] {
            let refused = problem(with(value.to_owned()).get(CATEGORIES).await, 401);
            assert_eq!(refused.header("www-authenticate"), Some("Bearer"), "{value}");
        }
    })
    .await;
}
