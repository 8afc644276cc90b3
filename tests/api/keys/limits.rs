//! Where, how often and by whom a key may be used, and who changes that.

use serde_json::{Value, json};

use super::super::{admin, audited, error, known};
use super::{KEYS, USERS, minted, path_of};
use crate::support::{TestApp, on_each_backend};

#[tokio::test]
async fn a_disabled_key_is_refused_until_it_is_enabled() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (key, program) = minted(app, &admin, json!({})).await;
        program.get(USERS).await.expect(200);
        let disabled = admin.patch(&path_of(&key), json!({ "disabled": true })).await.expect(200).body;
        assert_eq!((&disabled["id"], &disabled["disabled"]), (&key["id"], &json!(true)));
        let refused = program.get(USERS).await;
        assert_eq!(refused.body["error"], "this API key is disabled");
        error(refused, 401);
        admin.patch(&path_of(&key), json!({ "disabled": true })).await.expect(200);
        assert_eq!(audited(&admin, "action=api_key.update").await, 1, "the second changed nothing");
        admin.patch(&path_of(&key), json!({ "disabled": false })).await.expect(200);
        program.get(USERS).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_said_of_a_key_can_be_changed_and_nothing_else() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (key, _) = minted(app, &admin, json!({ "description": "Deploys.", "requests_per_minute": 60 })).await;
        assert_eq!((&key["description"], &key["requests_per_minute"]), (&json!("Deploys."), &json!(60)));
        let changes = json!({ "name": "ci", "description": null, "requests_per_minute": null });
        let changed = admin.patch(&path_of(&key), changes).await.expect(200).body;
        assert_eq!((&changed["name"], &changed["description"]), (&json!("ci"), &Value::Null));
        assert_eq!((&changed["requests_per_minute"], &changed["scopes"]), (&Value::Null, &key["scopes"]));
        for bad in [
            json!({}),
            json!({ "scopes": ["admin:write"] }),
            json!({ "expires_at": null }),
            json!({ "name": "" }),
            json!({ "disabled": 1 }),
            json!({ "allowed_networks": ["192.0.2.1/24"] }),
            json!({ "requests_per_minute": 0 }),
        ] {
            error(admin.patch(&path_of(&key), bad).await, 400);
        }
        for unknown in ["key_99", "99"] {
            error(admin.patch(&format!("{KEYS}/{unknown}"), json!({ "name": "x" })).await, 404);
        }
        error(known(app, "user_a").await.patch(&path_of(&key), json!({ "name": "x" })).await, 403);
        admin.delete(&path_of(&key)).await.expect(200);
        error(admin.patch(&path_of(&key), json!({ "name": "x" })).await, 409);
    })
    .await;
}

#[tokio::test]
async fn c_01_who_may_not_mint_a_key_may_neither_widen_nor_enable_nor_rotate_it() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let role = json!({ "role_name": "clerk", "display_name": "Clerk", "permissions": ["keys:read", "keys:write"] });
        admin.post("/admin/system/roles", role).await.expect(201);
        let clerk = app.with_role("clerk").await;
        let (key, program) = minted(app, &admin, json!({ "allowed_networks": ["127.0.0.1"] })).await;
        for changes in [
            json!({ "allowed_networks": [] }),
            json!({ "requests_per_minute": 9 }),
            json!({ "name": "mine" }),
            json!({ "disabled": true, "name": "mine" }),
        ] {
            error(clerk.patch(&path_of(&key), changes).await, 403);
        }
        error(clerk.post(&format!("{}/rotate", path_of(&key)), json!({})).await, 403);
        program.get(USERS).await.expect(200);
        clerk.patch(&path_of(&key), json!({ "disabled": true })).await.expect(200);
        error(program.get(USERS).await, 401);
        error(clerk.patch(&path_of(&key), json!({ "disabled": false })).await, 403);
    })
    .await;
}

#[tokio::test]
async fn a_key_works_from_its_networks_alone() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (key, program) = minted(app, &admin, json!({ "allowed_networks": ["192.0.2.0/24"] })).await;
        let refused = program.get(USERS).await;
        assert_eq!(refused.body["error"], "this address may not use this API key");
        error(refused, 403);
        for (networks, status) in [(json!(["127.0.0.0/8"]), 200), (json!(["2001:db8::/32"]), 403), (json!([]), 200)] {
            admin.patch(&path_of(&key), json!({ "allowed_networks": networks })).await.expect(200);
            program.get(USERS).await.expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn a_key_has_a_limit_of_its_own() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (key, program) = minted(app, &admin, json!({ "requests_per_minute": 2 })).await;
        for remaining in ["1", "0"] {
            let reply = program.get(USERS).await.expect(200);
            assert_eq!(
                (reply.header("ratelimit-limit"), reply.header("ratelimit-remaining")),
                (Some("2"), Some(remaining))
            );
        }
        let refused = program.get(USERS).await;
        assert_eq!((refused.header("ratelimit-limit"), refused.header("ratelimit-remaining")), (Some("2"), Some("0")));
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        error(refused, 429);
        let behind = program.with_header("X-Original-URI", "/service").with_header("X-Original-Method", "GET");
        behind.get("/gateway/authorize").await.expect(429);
        admin.get(USERS).await.expect(200);
        admin.patch(&path_of(&key), json!({ "requests_per_minute": null })).await.expect(200);
        program.get(USERS).await.expect(200);
    })
    .await;
}
