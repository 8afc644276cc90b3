//! Keys that were shown to another service.

use serde_json::{Value, json};

use super::super::{admin, error, known};
use super::{KEYS, minted, path_of};
use crate::support::{TestApp, on_each_backend};

const VERIFY: &str = "/api/v1/keys/verify";

#[tokio::test]
async fn a_service_verifies_a_key_that_it_was_shown() {
    on_each_backend(async |app: &TestApp| {
        let root = admin(app).await;
        known(app, "user_boss").await;
        root.post("/v1/admin/admins/user_boss", json!({})).await.expect(200);
        let of_boss = json!({ "owner_email": "user_boss@example.com", "scopes": ["admin:read", "user:write"] });
        let (key, _) = minted(app, &root, of_boss).await;
        let secret = key["secret"].as_str().unwrap();
        let (_, service) = minted(app, &root, json!({ "scopes": ["keys:read"] })).await;
        let verify = async |shown: Value| service.post(VERIFY, shown).await.expect(200).body;
        assert_eq!(
            verify(json!({ "key": secret })).await,
            json!({
                "valid": true, "code": "valid", "key_id": key["id"], "name": "bot", "owner_id": "user_boss",
                "scopes": ["user:write", "admin:read"],
            })
        );
        let mistyped = format!("{}~", &secret[..secret.len() - 1]);
        for unknown in ["nonsense", "", mistyped.as_str()] {
            assert_eq!(verify(json!({ "key": unknown })).await, json!({ "valid": false, "code": "unknown" }));
        }
        let code = async |shown: Value| {
            let verified = verify(shown).await;
            assert_eq!(verified["valid"], verified["code"] == "valid");
            assert_eq!(verified["key_id"], key["id"]);
            verified["code"].as_str().unwrap().to_owned()
        };
        root.delete("/v1/admin/admins/user_boss").await.expect(200);
        assert_eq!(verify(json!({ "key": secret })).await["scopes"], json!(["user:write"]), "its owner may no more");
        root.post("/v1/admin/abuse/hold-account/user_boss", json!({ "reason": "why" })).await.expect(200);
        assert_eq!(code(json!({ "key": secret })).await, "owner_may_not");
        root.post("/v1/admin/abuse/release-account/user_boss", json!({})).await.expect(200);
        root.post("/v1/admin/admins/user_boss", json!({})).await.expect(200);
        root.patch(&path_of(&key), json!({ "allowed_networks": ["192.0.2.0/24"] })).await.expect(200);
        assert_eq!(code(json!({ "key": secret, "address": "192.0.2.7" })).await, "valid");
        assert_eq!(code(json!({ "key": secret, "address": "198.51.100.7" })).await, "address_not_allowed");
        assert_eq!(code(json!({ "key": secret })).await, "address_not_allowed");
        root.patch(&path_of(&key), json!({ "disabled": true })).await.expect(200);
        assert_eq!(code(json!({ "key": secret })).await, "disabled");
        app.database.execute("UPDATE api_keys SET expires_at = 1 WHERE disabled");
        assert_eq!(code(json!({ "key": secret })).await, "expired");
        root.delete(&path_of(&key)).await.expect(200);
        assert_eq!(code(json!({ "key": secret })).await, "revoked");
        for bad in
            [json!({}), json!({ "key": 4711 }), json!({ "key": "x", "address": "here" }), json!({ "key": "x", "y": 1 })]
        {
            let refused = service.post(VERIFY, bad).await;
            assert!(!refused.text.contains("4711"), "{}", refused.text);
            error(refused, 400);
        }
        let listed = root.get(KEYS).await.expect(200);
        let verified = listed.body["keys"].as_array().unwrap().iter().find(|listed| listed["id"] == key["id"]);
        assert_eq!(verified.unwrap()["last_used_at"], Value::Null, "to verify a key is not to use it");
    })
    .await;
}

#[tokio::test]
async fn who_may_not_read_keys_verifies_none() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let (key, program) = minted(app, &admin, json!({ "scopes": ["user:write"] })).await;
        for (caller, status) in [(&program, 403), (&known(app, "user_a").await, 403), (&app.anonymous(), 401)] {
            error(caller.post(VERIFY, json!({ "key": key["secret"] })).await, status);
        }
        let logs = admin.get("/admin/system/audit?status=denied").await.expect(200);
        assert!(logs.text.contains("api_key.verify") && !logs.text.contains(&key["secret"].as_str().unwrap()[..20]));
    })
    .await;
}
