//! Which override decides, who passes it, and how often.

use serde_json::json;

use super::people::{ask, rule, unlimited, user_of_tier};
use crate::support::{on_each_backend, on_each_backend_with};

#[tokio::test]
async fn the_most_specific_override_decides() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous", "free"]).await;
        let (free, _) = user_of_tier(app, &root, "free").await;
        let anyone = app.anonymous();
        assert_eq!(ask(&anyone, "GET", "/anything").await.expect(200).header("x-auth-user"), Some("anonymous"));
        rule(&root, json!({ "path_pattern": "/*", "required_tier": "free" })).await;
        rule(&root, json!({ "path_pattern": "/api/*", "required_tier": "pro" })).await;
        rule(&root, json!({ "path_pattern": "/api/*", "method": "GET", "required_tier": "free" })).await;
        rule(&root, json!({ "path_pattern": "/api/rules/*", "required_tier": "admin" })).await;
        rule(&root, json!({ "path_pattern": "/api/rules", "is_public": true })).await;
        rule(&root, json!({ "path_pattern": "/api/rules/deep/er", "method": "GET", "is_public": true })).await;
        for (method, path, as_anyone, as_free) in [
            ("GET", "/", 401, 200),
            ("GET", "/other", 401, 200),
            ("GET", "/apix", 401, 200),
            ("GET", "/api", 401, 200),
            ("GET", "/api/x/y", 401, 200),
            ("POST", "/api/x", 401, 403),
            ("PROPFIND", "/api/x", 401, 403),
            ("GET", "/api/rules", 200, 200),
            ("DELETE", "/api/rules/", 200, 200),
            ("GET", "/api/rules/1", 401, 403),
            ("GET", "/api/rules/deep/er", 200, 200),
            ("POST", "/api/rules/deep/er", 401, 403),
            ("GET", "/api/rules/deep/er/x", 401, 403),
        ] {
            assert_eq!(ask(&anyone, method, path).await.status, as_anyone, "anonymous: {method} {path}");
            assert_eq!(ask(&free, method, path).await.status, as_free, "free: {method} {path}");
            assert_eq!(ask(&root, method, path).await.status, 200, "admin: {method} {path}");
        }
        ask(&free, "POST", "/api/x").await.refused(403);
        ask(&anyone, "POST", "/api/x").await.refused(401);
    })
    .await;
}

#[tokio::test]
async fn tiers_and_scopes_are_asked_for_and_who_passes_is_told() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        let ((free, _), (pro, pro_id)) =
            (user_of_tier(app, &root, "free").await, user_of_tier(app, &root, "pro").await);
        root.put(
            "/admin/system/scopes/reports",
            json!({
                "display_name": "Reports", "description": "Reports", "required_tier": "pro",
            }),
        )
        .await
        .expect(201);
        rule(&root, json!({ "path_pattern": "/reports/*", "required_scopes": ["reports"] })).await;
        rule(&root, json!({ "path_pattern": "/account/*" })).await;
        ask(&app.anonymous(), "GET", "/reports/1").await.refused(401);
        ask(&free, "GET", "/reports/1").await.refused(403);
        let passed = ask(&pro, "GET", "/reports/1").await.expect(200);
        let told = ["x-auth-user", "x-auth-role", "x-auth-tier"].map(|name| passed.header(name).unwrap().to_owned());
        assert_eq!(told, [pro_id.as_str(), "user", "pro"]);
        let told = ask(&root, "GET", "/reports/1").await.expect(200);
        assert_eq!(told.header("x-auth-role"), Some("super-admin"));
        assert_eq!((told.header("x-auth-user"), told.header("x-auth-tier")), (Some("user_root"), Some("admin")));
        // An override that asks for nothing asks for a credential.
        ask(&app.anonymous(), "GET", "/account/me").await.refused(401);
        ask(&free, "GET", "/account/me").await.expect(200);
        // A bad credential is refused even where none is needed.
        ask(&app.with_token("nonsense"), "GET", "/open").await.refused(401);
    })
    .await;
}

#[tokio::test]
async fn a_change_acts_on_the_very_next_request() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        let (free, _) = user_of_tier(app, &root, "free").await;
        ask(&free, "GET", "/x").await.expect(200);
        let of_rule = rule(&root, json!({ "path_pattern": "/x", "required_tier": "pro" })).await;
        ask(&free, "GET", "/x").await.refused(403);
        root.put(&of_rule, json!({ "required_tier": "free" })).await.expect(200);
        ask(&free, "GET", "/x").await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.refused(401);
        root.put(&of_rule, json!({ "required_tier": null, "is_public": 1 })).await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.expect(200);
        root.put(&of_rule, json!({ "is_public": 0 })).await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.refused(401);
        root.put(&of_rule, json!({ "is_active": 0 })).await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.expect(200);
        root.put(&of_rule, json!({ "is_active": 1 })).await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.refused(401);
        root.delete(&of_rule).await.expect(200);
        ask(&app.anonymous(), "GET", "/x").await.expect(200);
        // A tier that is off lets only administrators through, and its users count as the next lower one.
        rule(&root, json!({ "path_pattern": "/y", "required_tier": "free" })).await;
        ask(&free, "GET", "/y").await.expect(200);
        root.put("/admin/system/tiers/free", json!({ "is_active": 0 })).await.expect(200);
        ask(&free, "GET", "/y").await.refused(403);
        ask(&root, "GET", "/y").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_decision_counts_against_the_rate_of_the_tier() {
    on_each_backend_with(&["--trusted-proxies", "127.0.0.0/8"], async |app| {
        let root = app.super_admin().await;
        let (free, _) = user_of_tier(app, &root, "free").await;
        assert_eq!(ask(&free, "GET", "/x").await.expect(200).header("ratelimit-limit"), Some("60"));
        root.put("/admin/system/tiers/free", json!({ "rate_limit": 3 })).await.expect(200);
        for left in ["2", "1", "0"] {
            let reply = ask(&free, "GET", "/x").await.expect(200);
            assert_eq!((reply.header("ratelimit-limit"), reply.header("ratelimit-remaining")), (Some("3"), Some(left)));
        }
        let refused = ask(&free, "GET", "/other").await.refused(429);
        assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() >= 1));
        root.put("/admin/system/tiers/free", json!({ "rate_limit": 4 })).await.expect(200);
        ask(&free, "GET", "/x").await.expect(200);
        root.put("/admin/system/tiers/free", json!({ "rate_limit": 0 })).await.expect(200);
        assert_eq!(ask(&free, "GET", "/x").await.expect(200).header("ratelimit-limit"), None);
        // Anonymous callers are counted by address: ten a minute each.
        let from = |address: &str| app.anonymous().with_header("X-Forwarded-For", address);
        for _ in 0..10 {
            ask(&from("198.51.100.1"), "GET", "/x").await.expect(200);
        }
        ask(&from("198.51.100.1"), "GET", "/x").await.refused(429);
        ask(&from("198.51.100.2"), "GET", "/x").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn no_override_reaches_the_administration() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let closed = ["/admin", "/admin/*", "/admin/system/flags", "/api/admin/*", "/v1/admin/users", "/dashboard"];
        for path in closed {
            let new = json!({ "path_pattern": path, "is_public": true });
            root.post("/admin/system/endpoints", new).await.refused(400);
        }
        // One that covers everything still leaves them out.
        rule(&root, json!({ "path_pattern": "/*", "is_public": true })).await;
        app.anonymous().get("/admin/system/roles").await.refused(401);
        app.user("user_ada").get("/admin/system/roles").await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn head_is_judged_as_get_and_paths_in_any_case_unless_told_otherwise() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        let anyone = app.anonymous();
        rule(&root, json!({ "path_pattern": "/Reports/*", "method": "GET", "required_tier": "free" })).await;
        rule(&root, json!({ "path_pattern": "/Exact/*", "required_tier": "free", "case_sensitive": true })).await;
        rule(&root, json!({ "path_pattern": "/reports/public", "method": "GET", "is_public": true })).await;
        rule(&root, json!({ "path_pattern": "/reports/public", "method": "HEAD", "required_tier": "free" })).await;
        for (method, path, expected) in [
            ("GET", "/reports/1", 401),
            ("HEAD", "/reports/1", 401),
            ("head", "/REPORTS", 401),
            ("GET", "/rEPORTS/1", 401),
            ("GET", "/%72EPORTS/1", 401),
            ("POST", "/reports/1", 200),
            ("GET", "/reports/PUBLIC", 200),
            ("HEAD", "/reports/public", 401),
            ("GET", "/Exact/1", 401),
            ("HEAD", "/Exact/1", 401),
            ("GET", "/exact/1", 200),
        ] {
            assert_eq!(ask(&anyone, method, path).await.status, expected, "{method} {path}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_no_override_covers_is_refused_where_the_default_is_deny() {
    on_each_backend_with(&["--gateway-default", "deny"], async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous", "pro"]).await;
        let (anyone, (pro, _)) = (app.anonymous(), user_of_tier(app, &root, "pro").await);
        rule(&root, json!({ "path_pattern": "/open/*", "is_public": true })).await;
        let of_pro = rule(&root, json!({ "path_pattern": "/pro", "required_tier": "pro" })).await;
        ask(&anyone, "HEAD", "/Open/x").await.expect(200);
        ask(&anyone, "GET", "/pro").await.refused(401);
        ask(&pro, "GET", "/pro").await.expect(200);
        root.put(&of_pro, json!({ "is_active": 0 })).await.expect(200);
        for path in ["/", "/other", "/pro", "/admin/system/roles"] {
            for caller in [&anyone, &pro, &root] {
                let refused = ask(caller, "GET", path).await.refused(403);
                assert_eq!(refused.body["error"], "no endpoint override lets this request pass", "{path}");
            }
            let test =
                root.get(&format!("/admin/system/endpoints/test?method=GET&path={path}&tier=pro")).await.expect(200);
            assert_eq!(
                (&test.body["test"]["outcome"], &test.body["test"]["endpoint"]),
                (&json!("forbidden"), &json!(null))
            );
        }
        // Aedile's own routes guard themselves.
        anyone.get("/v1/flags").await.expect(200);
    })
    .await;
}
