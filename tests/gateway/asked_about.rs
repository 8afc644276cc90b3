//! `/admin/system/endpoints/test`: what it says of a request is what the gateway does with it.

use serde_json::{Value, json};

use super::people::{ask, rule, unlimited, user_of_tier};
use crate::support::{Caller, on_each_backend};

/// The status that an answer stands for.
async fn foretold(root: &Caller, method: &str, path: &str, who: &str) -> (u16, Value) {
    let path = format!("/admin/system/endpoints/test?method={method}&path={path}{who}");
    let test = root.get(&path).await.expect(200).body["test"].clone();
    let status = match test["outcome"].as_str().unwrap() {
        "allowed" => 200,
        "sign_in_needed" => 401,
        "forbidden" => 403,
        other => panic!("{other}"),
    };
    (status, test)
}

#[tokio::test]
async fn what_is_foretold_is_what_happens() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous", "free", "pro"]).await;
        let (free, free_id) = user_of_tier(app, &root, "free").await;
        let (pro, pro_id) = user_of_tier(app, &root, "pro").await;
        rule(&root, json!({ "path_pattern": "/api/*", "required_tier": "pro" })).await;
        rule(&root, json!({ "path_pattern": "/api/*", "method": "GET" })).await;
        rule(&root, json!({ "path_pattern": "/api/rules/*", "required_scopes": ["rules"] })).await;
        rule(&root, json!({ "path_pattern": "/api/open", "is_public": true })).await;
        let is_off = rule(&root, json!({ "path_pattern": "/api/off", "is_public": true })).await;
        root.put(&is_off, json!({ "is_active": 0 })).await.expect(200);
        root.put("/admin/system/scopes/rules", json!({ "required_tier": "pro" })).await.expect(200);
        let (of_free, of_pro) = (format!("&user_id={free_id}"), format!("&user_id={pro_id}"));
        let mut seen = Vec::new();
        for path in ["/", "/api", "/API/", "/api/x", "/api/Rules/7", "/api/open", "/api/off", "/admin/system", "/apix"]
        {
            for method in ["GET", "HEAD", "POST", "PROPFIND"] {
                for (caller, who) in [
                    (&app.anonymous(), ""),
                    (&free, of_free.as_str()),
                    (&free, "&tier=free"),
                    (&pro, of_pro.as_str()),
                    (&root, "&tier=admin"),
                ] {
                    let happens = ask(caller, method, path).await.status;
                    let (foretold, test) = foretold(&root, method, path, who).await;
                    assert_eq!(foretold, happens, "{method} {path} of {who:?}: {test}");
                    assert_eq!(test["is_protected"], u8::from(path.starts_with("/admin")), "{path}");
                    seen.push(happens);
                }
            }
        }
        assert!([200, 401, 403].iter().all(|status| seen.contains(status)), "{seen:?}");

        root.patch(&format!("/admin/local-users/{pro_id}"), json!({ "api_disabled": true })).await.expect(200);
        let held = foretold(&root, "GET", "/apix", &of_pro).await;
        assert_eq!((held.0, ask(&pro, "GET", "/apix").await.status), (403, 403));
        assert_eq!(held.1["reason"], "access is switched off for this account");
    })
    .await;
}

#[tokio::test]
async fn it_says_what_decided_and_counts_nothing() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        rule(&root, json!({ "path_pattern": "/api/*", "required_tier": "pro" })).await;
        for _ in 0..15 {
            foretold(&root, "GET", "/api/rules/7", "").await;
        }
        let (_, test) = foretold(&root, "GET", "/api/rules/7", "").await;
        let endpoint = json!({
            "id": 1, "path_pattern": "/api/*", "method": "*", "required_tier": "pro", "required_scopes": null,
            "is_public": 0, "case_sensitive": 0, "is_active": 1,
        });
        let expected = json!({
            "path": "/api/rules/7", "outcome": "sign_in_needed", "reason": "a credential is needed", "endpoint": endpoint,
            "is_protected": 0, "tier": "anonymous", "rate_limit": 10,
        });
        assert_eq!(test, expected);
        ask(&app.anonymous(), "GET", "/free").await.expect(200);

        for bad in ["method=GET", "method=GET&path=x", "method=GET&path=/x&tier=gold", "method=G%20T&path=/x", "path=/x"] {
            root.get(&format!("/admin/system/endpoints/test?{bad}")).await.refused(400);
        }
        root.get("/admin/system/endpoints/test?method=GET&path=/x&user_id=user_nobody").await.refused(404);
    })
    .await;
}
