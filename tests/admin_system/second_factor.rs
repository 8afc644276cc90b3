//! Second factors of local users, and proofs of who somebody is.

use serde_json::{Value, json};

use super::{Admin, PASSWORD, local_user, sign_in};
use crate::support::{IdentityProvider, Reply, TestApp, on_each_backend, set_up_second_factor as set_up};

const ADA: &str = "ada@example.com";
const FACTOR: &str = "/v1/users/second-factor";
const CONFIRM: &str = "/v1/users/second-factor/confirm";
const PROVE: &str = "/auth/prove";

async fn attempt(app: &TestApp, code: Option<&str>) -> Reply {
    app.anonymous().post("/auth/login", json!({ "identifier": ADA, "password": PASSWORD, "code": code })).await
}

fn token(reply: &Reply) -> String {
    reply.body["token"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_password_alone_lets_nobody_in_who_has_a_second_factor() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, ADA, "user").await;
        let (session, other) = (sign_in(app, ADA).await, sign_in(app, ADA).await);
        assert_eq!(session.get(FACTOR).await.expect(200).body["is_set_up"], false);
        let begun = session.post(FACTOR, json!({})).await.expect(201);
        assert!(begun.body["qr_svg"].as_str().unwrap().contains("<svg"));
        session.post(CONFIRM, json!({ "code": "000000" })).await.expect(401);
        attempt(app, None).await.expect(200);
        let (mut phone, codes) = set_up(&session).await;
        assert_eq!(codes.len(), 10);
        session.post(FACTOR, json!({})).await.expect(409);
        session.get("/v1/users/profile").await.expect(200);
        let ended = other.get("/v1/users/profile").await.expect(401);
        assert!(ended.text.contains("your second factor was changed"), "{}", ended.text);

        // A sign-in without the code does nothing but ask for it, wherever its token is shown.
        let begun = attempt(app, None).await.expect(200);
        assert_eq!(begun.body["missing_factor"], "code");
        let half = app.with_token(token(&begun));
        for path in ["/v1/users/profile", "/v1/users/sessions", "/v1/skills", "/gateway/authorize"] {
            let refused = half.clone().with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/x");
            let refused = refused.get(path).await.expect(401);
            assert!(refused.text.contains("/auth/prove"), "{path}: {}", refused.text);
            let challenge = refused.header("www-authenticate").unwrap();
            assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
        }
        half.post(FACTOR, json!({})).await.expect(401);
        half.delete(FACTOR).await.expect(401);
        half.post("/v1/auth/cli-tokens", json!({})).await.expect(401);
        half.post(PROVE, json!({ "password": PASSWORD })).await.expect(400);
        half.post(PROVE, json!({ "code": "000000" })).await.expect(401);
        half.post(PROVE, json!({ "code": phone.code() })).await.expect(200);
        half.get("/v1/users/profile").await.expect(200);

        // With the code, in one step. A code is good once, and so is a recovery code, typed as people type it.
        let code = phone.code();
        let whole = attempt(app, Some(&code)).await.expect(200);
        assert_eq!(whole.body.get("missing_factor"), None);
        app.with_token(token(&whole)).get("/v1/users/profile").await.expect(200);
        attempt(app, Some(&code)).await.expect(401);
        let typed = codes[0].to_uppercase().replace('-', " ");
        app.with_token(token(&attempt(app, Some(&typed)).await.expect(200))).get("/v1/users/profile").await.expect(200);
        attempt(app, Some(&codes[0])).await.expect(401);
        assert_eq!(half.get(FACTOR).await.expect(200).body["recovery_codes_left"], 9);
        let listed = half.get("/v1/users/sessions").await.expect(200);
        let current = |session: &&Value| session["is_current"] == true;
        let current = listed.body["sessions"].as_array().unwrap().iter().find(current).unwrap().clone();
        assert_eq!(current["amr"], json!(["pwd", "otp"]));

        // Nothing of it is in the audit log.
        let rows = admin.get("/admin/system/audit?limit=100").await.expect(200);
        for hidden in [begun.body["token"].as_str().unwrap(), codes[0].as_str(), codes[1].as_str()] {
            assert!(!rows.text.contains(hidden), "{hidden}");
        }
        assert!(rows.text.contains("second_factor.confirm") && rows.text.contains("session.prove"));
    })
    .await;
}

#[tokio::test]
async fn codes_are_not_guessed() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, ADA, "user").await;
        let (mut phone, _) = set_up(&sign_in(app, ADA).await).await;
        let half = app.with_token(token(&attempt(app, None).await.expect(200)));
        for _ in 0..5 {
            half.post(PROVE, json!({ "code": "000000" })).await.expect(401);
            // The right password in between forgives no wrong code.
            attempt(app, None).await.expect(200);
        }
        half.post(PROVE, json!({ "code": phone.code() })).await.expect(429);
    })
    .await;
}

#[tokio::test]
async fn a_code_that_is_sent_twice_at_once_is_good_once() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, ADA, "user").await;
        let (mut phone, codes) = set_up(&sign_in(app, ADA).await).await;
        let one = app.with_token(token(&attempt(app, None).await.expect(200)));
        let other = app.with_token(token(&attempt(app, None).await.expect(200)));
        for code in [phone.code(), codes[0].clone()] {
            let body = json!({ "code": code });
            let (first, second) = tokio::join!(one.post(PROVE, body.clone()), other.post(PROVE, body.clone()));
            let mut statuses = [first.status, second.status];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 401]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_role_can_ask_for_a_second_factor() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, ADA, "admin").await;
        let role = json!({
            "role_name": "auditor", "display_name": "Auditor", "permissions": ["audit:read"],
            "requires_second_factor": true,
        });
        let made = admin.post("/admin/system/roles", role).await.expect(201);
        assert_eq!(made.body["role"]["requires_second_factor"], true);
        app.assign(&id, "auditor").await;
        let begun = attempt(app, None).await.expect(200);
        assert_eq!(begun.body["missing_factor"], "set_up");
        let session = app.with_token(token(&begun));
        for path in ["/admin/system/audit", "/v1/users/profile", "/v1/users/sessions"] {
            assert!(session.get(path).await.expect(401).text.contains("your role asks for a second factor"), "{path}");
        }
        set_up(&session).await;
        session.get("/admin/system/audit").await.expect(200);
        // Whoever removes it is where they began.
        session.delete(FACTOR).await.expect(204);
        session.get("/admin/system/audit").await.expect(401);
        session.get(FACTOR).await.expect(200);
        // Of the identity provider's users the provider must say so.
        app.assign("user_b", "auditor").await;
        let claims = |fva: Option<Value>| {
            let mut claims = IdentityProvider::claims("user_b");
            claims.insert("public_metadata".into(), json!({ "role": "admin" }));
            claims.extend(fva.map(|fva| ("fva".to_owned(), fva)));
            app.with_token(IdentityProvider::sign(&claims))
        };
        for (fva, status) in
            [(None, 401), (Some(json!([0, -1])), 401), (Some(json!([3, 3])), 200), (Some(json!("x")), 401)]
        {
            claims(fva.clone()).get("/admin/system/audit").await.expect(status);
        }
        // Whoever may change roles takes the demand back.
        let number = made.body["role"]["id"].as_i64().unwrap();
        let path = format!("/admin/system/roles/{number}");
        admin.patch(&path, json!({ "requires_second_factor": false })).await.expect(200);
        session.get("/admin/system/audit").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn great_harm_asks_for_a_recent_proof_at_every_entry_point() {
    on_each_backend(async |app| {
        let root = Admin::of_provider(app).await;
        let id = local_user(&root, ADA, "admin").await;
        app.assign(&id, "super-admin").await;
        root.post(&format!("/v1/admin/admins/{id}"), json!({})).await.expect(200);
        let session = sign_in(app, ADA).await;
        let role = |name: &str| json!({ "role_name": name, "display_name": "R", "permissions": ["flags:read"] });
        session.post("/admin/system/roles", role("fresh")).await.expect(201);
        let command_line = session.post("/v1/auth/cli-tokens", json!({})).await.expect(201);
        let command_line = app.with_token(token(&command_line));
        let promote = json!({ "user_id": "user_root" });
        app.change_by_sql("UPDATE sessions SET proved_at = proved_at - 601000000");
        app.change_by_sql("UPDATE cli_tokens SET proved_at = proved_at - 601000000");
        session.get("/admin/system/roles").await.expect(200);
        for (caller, path, body) in [
            (&session, "/admin/system/roles", role("stale")),
            (&session, "/v1/admin/admins/user_root", json!({})),
            (&session, "/v1/admin/operations/role.create", role("stale")),
            (&session, "/v1/admin/operations/role.create?dry_run=true", role("stale")),
            (&session, "/api/admin/api-keys", json!({ "name": "k", "scopes": ["admin:read"] })),
            (&session, "/api/admin/api-keys/999999/rotate", json!({})),
            (&session, &format!("/admin/local-users/{id}/password-reset"), json!({})),
            (&session, "/v1/admin/users/user_plain/impersonate", json!({ "reason": "x" })),
            (&session, "/v1/admin/operations/credits.grant", json!({ "email": "a@example.com", "amount": "100.01" })),
            (&session, "/v1/admin/operations/voucher.mint", json!({ "amount": "50.01", "count": 2 })),
            (&command_line, "/v1/admin/admins/user_root", json!({})),
            (&command_line, "/v1/admin/operations/admin.promote", promote),
            (
                &session,
                "/admin/local-users",
                json!({ "identifier": "x@example.com", "password": PASSWORD, "role": "admin" }),
            ),
        ] {
            let refused = caller.post(path, body).await.expect(401);
            assert!(
                refused.text.contains("aedile login") && refused.text.contains("10 minutes"),
                "{path}: {}",
                refused.text
            );
        }
        let plain = json!({ "identifier": "y@example.com", "password": PASSWORD });
        session.post("/admin/local-users", plain).await.expect(201);
        // A token that is made now proves no more than the session it is made with.
        let newer = session.post("/v1/auth/cli-tokens", json!({})).await.expect(201);
        app.with_token(token(&newer)).post("/v1/admin/admins/user_root", json!({})).await.expect(401);
        session.post(PROVE, json!({ "password": "not the password" })).await.expect(401);
        session.post(PROVE, json!({ "code": "123456" })).await.expect(400);
        session.post(PROVE, json!({ "password": PASSWORD })).await.expect(200);
        session.post("/admin/system/roles", role("proved")).await.expect(201);
        let rows = root.get("/admin/system/audit?action=role.create&status=denied").await.expect(200);
        assert!(rows.body["total"].as_u64().unwrap() >= 2, "{}", rows.text);
        // What the identity provider says of the age counts, where it says something.
        for (fva, status) in [(json!([11, -1]), 401), (json!([9, -1]), 201), (json!([-1, -1]), 401)] {
            let mut claims = IdentityProvider::claims("user_root");
            claims.insert("public_metadata".into(), json!({ "role": "admin" }));
            claims.insert("fva".into(), fva.clone());
            let caller = app.with_token(IdentityProvider::sign(&claims));
            caller.post("/admin/system/roles", role(&format!("of-provider{}", fva[0]))).await.expect(status);
        }
    })
    .await;
}

#[tokio::test]
async fn an_admin_removes_a_second_factor_that_was_lost_of_nobody_above_them() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, ADA, "user").await;
        app.assign(&id, "super-admin").await;
        let session = sign_in(app, ADA).await;
        let path = format!("/admin/local-users/{id}/second-factor");
        admin.delete(&path).await.expect(404);
        set_up(&session).await;
        let clerk = json!({ "role_name": "clerk", "display_name": "C", "permissions": ["users:read", "users:write"] });
        admin.post("/admin/system/roles", clerk).await.expect(201);
        app.assign("user_clerk", "clerk").await;
        app.claimed_admin("user_clerk").delete(&path).await.expect(403);
        admin.delete(&path).await.expect(200);
        assert!(session.get(FACTOR).await.expect(401).text.contains("second factor was changed"));
        assert_eq!(attempt(app, None).await.expect(200).body.get("missing_factor"), None);
        let elsewhere = app.user("user_b").get(FACTOR).await.expect(409);
        assert!(elsewhere.text.contains("identity provider"), "{}", elsewhere.text);
    })
    .await;
}
