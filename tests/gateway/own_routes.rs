//! Overrides on Aedile's own routes: they can ask for more, never for less.

use reqwest::Method;
use serde_json::json;

use super::people::{rule, unlimited, user_of_tier};
use crate::support::on_each_backend;

#[tokio::test]
async fn an_override_tightens_aediles_own_v1_routes() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        let (free, _) = user_of_tier(app, &root, "free").await;
        let anyone = app.anonymous();
        anyone.get("/v1/flags").await.expect(200);
        let of_rule = rule(&root, json!({ "path_pattern": "/v1/flags", "required_tier": "free" })).await;
        let refused = anyone.get("/v1/flags").await.expect(401);
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        assert_eq!(refused.body["status"], 401);
        free.get("/v1/flags").await.expect(200);
        anyone.get("/v1/announcements").await.expect(200);
        root.put(&of_rule, json!({ "required_tier": "pro" })).await.expect(200);
        assert_eq!(free.get("/v1/flags").await.expect(403).body["status"], 403);
        root.get("/v1/flags").await.expect(200);
        root.delete(&of_rule).await.expect(200);
        rule(&root, json!({ "path_pattern": "/v1/*", "method": "GET" })).await;
        anyone.get("/v1/announcements").await.expect(401);
        free.get("/v1/announcements").await.expect(200);
        for path in ["/v1/%66lags", "/v1//flags", "/v1/flags/", "/v1/./flags"] {
            let request = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n");
            let answer = crate::support::exchange(&app.url(), request.into_bytes()).await;
            assert!(!answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_override_loosens_nothing() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        for path in ["/v1/*", "/ofrep/*", "/auth/*", "/gateway/*", "/*"] {
            rule(&root, json!({ "path_pattern": path, "is_public": true })).await;
        }
        let anyone = app.anonymous();
        // The method, the credential and the route's own rules stand.
        anyone.send(Method::POST, "/v1/flags", None).await.expect(405);
        app.with_token("nonsense").get("/v1/flags").await.expect(401);
        anyone.get("/admin/system/flags").await.refused(401);
        app.user("user_ada").get("/admin/system/flags").await.refused(403);
        let other = json!({ "context": { "targetingKey": "user_somebody" } });
        anyone.post("/ofrep/v1/evaluate/flags", other.clone()).await.expect(401);
        app.user("user_ada").post("/ofrep/v1/evaluate/flags", other).await.expect(403);
        let local = json!({ "identifier": "ada@example.com", "password": "correct horse battery" });
        let id = root.post("/admin/local-users", local.clone()).await.expect(201).body["user"]["id"].clone();
        let session = anyone.post("/auth/login", local).await.expect(200).body;
        root.patch(&format!("/admin/local-users/{}", id.as_str().unwrap()), json!({ "api_disabled": 1 }))
            .await
            .expect(200);
        app.with_token(session["token"].as_str().unwrap()).get("/v1/flags").await.expect(403);
    })
    .await;
}
