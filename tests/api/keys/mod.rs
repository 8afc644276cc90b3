//! API keys.

mod limits;
mod rotation;
mod verification;

use std::time::Duration;

use aedile_identity::SystemClock;
use aedile_kernel::Clock as _;
use serde_json::{Value, json};

use super::{admin, audited, error, key, known};
use crate::support::{Caller, TestApp, eventually, on_each_backend};

const KEYS: &str = "/api/admin/api-keys";
const USERS: &str = "/api/v1/admin/users";

fn wanted(owner: &str) -> Value {
    json!({ "name": "deploy-bot", "owner_email": owner, "scopes": ["admin:read", "admin:write"], "expires_at": 1_998_500_000_000_i64 })
}

#[tokio::test]
async fn a_key_is_shown_once_used_and_revoked() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        known(app, "user_root").await;
        let minted = app.operator().post(KEYS, wanted("User_Root@example.com")).await.expect(201);
        let secret = minted.body["secret"].as_str().unwrap().to_owned();
        assert!(secret.starts_with("vfc_live_") && secret.len() == 9 + 43 + 6);
        assert_eq!((&minted.body["id"], &minted.body["expires_at"]), (&json!("key_1"), &json!(1_998_500_000_000_i64)));
        let program = app.with_token(&*secret);
        program.get(USERS).await.expect(200);
        let noted = || async { admin.get(KEYS).await.expect(200).body["keys"][0]["last_used_ip"] == "127.0.0.1" };
        eventually(Duration::from_secs(3), "the use is noted", noted).await;
        let listed = admin.get(KEYS).await.expect(200);
        assert!(!listed.text.contains(&secret) && !listed.text.contains("hash"), "{}", listed.text);
        assert!(secret.starts_with(listed.body["keys"][0]["prefix"].as_str().unwrap()));
        assert_eq!(listed.body["keys"][0]["owner_email"], "user_root@example.com");

        assert_eq!(admin.delete(&format!("{KEYS}/key_1")).await.expect(200).body, json!({ "ok": true }));
        error(program.get(USERS).await, 401);
        admin.delete(&format!("{KEYS}/key_1")).await.expect(200);
        for unknown in ["key_99", "99", "nonsense"] {
            error(admin.delete(&format!("{KEYS}/{unknown}")).await, 404);
        }
        assert_eq!(audited(&admin, "action=api_key.create&actor_id=admin-key").await, 1);
        assert_eq!(audited(&admin, "action=api_key.revoke&status=success").await, 1);
        let logs = admin.get("/admin/system/audit?resource_type=api_key").await.expect(200);
        assert!(!logs.text.contains(&secret[..20]) && !logs.text.contains("127.0.0.1\\"), "{}", logs.text);
    })
    .await;
}

#[tokio::test]
async fn a_key_never_does_more_than_its_owner_may_now() {
    on_each_backend(async |app: &TestApp| {
        let root = admin(app).await;
        let boss = known(app, "user_boss").await;
        root.post("/v1/admin/admins/user_boss", json!({})).await.expect(200);
        let program = key(app, &boss).await;
        program.get(USERS).await.expect(200);
        root.delete("/v1/admin/admins/user_boss").await.expect(200);
        error(program.get(USERS).await, 403);
        program.get("/api/v1/me").await.expect(200);
        root.post("/v1/admin/abuse/hold-account/user_boss", json!({ "reason": "why" })).await.expect(200);
        error(program.get("/api/v1/me").await, 403);
        root.post("/v1/admin/abuse/release-account/user_boss", json!({})).await.expect(200);
        root.post("/v1/admin/admins/user_boss", json!({})).await.expect(200);
        program.get(USERS).await.expect(200);
        // No other family takes keys.
        for path in ["/v1/admin/users", "/v1/users/profile", "/admin/system/roles", "/admin/system/my-context"] {
            program.get(path).await.expect(403);
        }
        error(program.get(KEYS).await, 403);
        error(program.post(KEYS, json!({ "name": "a", "scopes": ["admin:read"] })).await, 403);
    })
    .await;
}

#[tokio::test]
async fn c_12_a_key_spends_and_redeems_only_within_its_scopes() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let grant = json!({ "email": "user_root@example.com", "amount_usd": 50 });
        admin.post("/api/v1/admin/credits/grant", grant).await.expect(200);
        let minted = json!({ "amount_usd": 1, "count": 3 });
        let codes = admin.post("/api/v1/admin/vouchers", minted).await.expect(200).body["codes"].clone();
        for (n, (scopes, status)) in
            [(json!(["admin:read"]), 403), (json!(["user:write"]), 200), (json!(["admin:write"]), 200)]
                .into_iter()
                .enumerate()
        {
            let minted = admin.post(KEYS, json!({ "name": "a", "scopes": scopes })).await.expect(201);
            assert_eq!(minted.body["scopes"], scopes);
            let program = app.with_token(minted.body["secret"].as_str().unwrap());
            for path in ["/api/v1/me", "/api/v1/credits", "/api/v1/credits/ledger"] {
                program.get(path).await.expect(200);
            }
            program.post("/api/v1/credits/spend", json!({ "amount_usd": 1 })).await.expect(status);
            program.post("/api/v1/vouchers/redeem", json!({ "code": codes[n] })).await.expect(status);
            let may_read = scopes == json!(["admin:read"]);
            program.get(USERS).await.expect(if may_read { 200 } else { 403 });
            let behind = program.with_header("X-Original-URI", "/service").with_header("X-Original-Method", "POST");
            behind.get("/gateway/authorize").await.expect(status);
            let behind = program.with_header("X-Original-URI", "/service").with_header("X-Original-Method", "GET");
            behind.get("/gateway/authorize").await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn who_may_not_mint_and_what_makes_no_key_is_refused() {
    on_each_backend(async |app: &TestApp| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        for (caller, status) in [(&user, 403), (&app.anonymous(), 401)] {
            error(caller.post(KEYS, wanted("user_a@example.com")).await, status);
            error(caller.get(KEYS).await, status);
            error(caller.delete(&format!("{KEYS}/key_1")).await, status);
        }
        error(app.anonymous().with_header("X-Admin-Key", "wrong").get(KEYS).await, 401);
        error(app.operator().post(KEYS, wanted("user_a@example.com")).await, 403);
        error(app.operator().post(KEYS, wanted("nobody@example.com")).await, 404);
        error(app.operator().post(KEYS, json!({ "name": "a", "scopes": ["admin:read"] })).await, 400);
        for bad in [
            json!({ "name": "", "scopes": ["admin:read"] }),
            json!({ "name": "a", "scopes": [] }),
            json!({ "name": "a", "scopes": ["roles:write"] }),
            json!({ "name": "a", "scopes": ["*"] }),
            json!({ "name": "a", "scopes": ["admin:read"], "expires_at": 1 }),
            json!({ "name": "a", "scopes": ["admin:read"], "secret": "vfc_live_mine" }),
        ] {
            error(admin.post(KEYS, bad).await, 400);
        }
        assert_eq!(admin.get(KEYS).await.expect(200).body["total"], 0);
        // An owner owns keys though they are no admin.
        app.database.execute("UPDATE users SET is_owner = TRUE WHERE id = 'user_a'");
        app.operator().post(KEYS, wanted("user_a@example.com")).await.expect(201);
        assert_eq!(user.get("/api/v1/me").await.expect(200).body["role"], "owner");
    })
    .await;
}

#[tokio::test]
async fn c_21_a_key_ends_when_it_says() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let program = key(app, &admin).await;
        program.get(USERS).await.expect(200);
        app.database.execute("UPDATE api_keys SET expires_at = 1");
        error(program.get(USERS).await, 401);
    })
    .await;
}

/// A key for anything, as minting answers it, and its caller.
async fn minted(app: &TestApp, admin: &Caller, more: Value) -> (Value, Caller) {
    let mut wanted = json!({ "name": "bot", "scopes": ["admin:read"] });
    wanted.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let minted = admin.post(KEYS, wanted).await.expect(201).body;
    let caller = app.with_token(minted["secret"].as_str().unwrap());
    (minted, caller)
}

fn path_of(key: &Value) -> String {
    format!("{KEYS}/{}", key["id"].as_str().unwrap())
}

#[tokio::test]
async fn keys_from_before_there_were_checksums_work() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        minted(app, &admin, json!({})).await;
        let secret = format!("vfc_live_{}", "A".repeat(43));
        // The SHA-256 of this secret.
        let hash = "a103ed3fdd9ffa38aff9cdf18dd872738e192ac4c798a77d2fe4b9337bec71c8";
        app.database.execute(&format!("UPDATE api_keys SET key_hash = '{hash}'"));
        app.with_token(&*secret).get(USERS).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_list_says_which_keys_expire_soon() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        for (days, soon) in [(6, true), (8, false)] {
            let end = SystemClock.now().plus_seconds(days * 24 * 60 * 60);
            let (key, _) = minted(app, &admin, json!({ "expires_at": end.as_millis() })).await;
            assert_eq!(key["expires_soon"], soon);
            assert_eq!(admin.get(KEYS).await.expect(200).body["keys"][0]["expires_soon"], soon);
        }
    })
    .await;
}
