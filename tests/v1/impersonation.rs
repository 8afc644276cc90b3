//! Impersonation: an admin acts as a user, and what that ends with.

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::{admin, known, problem};
use crate::support::{Caller, JWT_SECRET, Reply, TestApp, on_each_backend};

const LIST: &str = "/v1/admin/impersonations";

fn path(user: &str) -> String {
    format!("/v1/admin/users/{user}/impersonate")
}

/// Begins to act as a user, and answers with the token's caller and the whole answer.
async fn act_as(app: &TestApp, admin: &Caller, user: &str) -> (Caller, Value) {
    let begun = admin.post(&path(user), json!({ "reason": "Ticket 4711" })).await.expect(201);
    (app.with_token(begun.body["token"].as_str().unwrap()), begun.body)
}

async fn promote(admin: &Caller, user: &str) -> Reply {
    admin.post(&format!("/v1/admin/admins/{user}"), json!({})).await
}

#[tokio::test]
async fn an_admin_sees_what_a_user_sees_and_both_are_in_the_audit_log() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_ada").await;
        let (acting, begun) = act_as(app, &admin, "user_ada").await;
        assert_eq!((&begun["user_id"], &begun["acted_by"]), (&json!("user_ada"), &json!("user_root")));
        assert_eq!((&begun["reason"], &begun["ended_at"]), (&json!("Ticket 4711"), &Value::Null));
        let profile = acting.get("/v1/users/profile").await.expect(200);
        assert_eq!(profile.body["id"], "user_ada");
        acting.patch("/v1/users/profile", json!({ "display_name": "Ada L." })).await.expect(200);
        let log = admin.get("/admin/system/audit?action=profile.update").await.expect(200);
        let row = &log.body["logs"][0];
        assert_eq!(row["actor_id"], "user_ada");
        let metadata: Value = serde_json::from_str(row["metadata"].as_str().unwrap()).unwrap();
        assert_eq!((&metadata["acted_by"], &metadata["impersonation_id"]), (&json!("user_root"), &begun["id"]));
        let log = admin.get("/admin/system/audit?action=impersonation.begin").await.expect(200);
        assert_eq!((&log.body["total"], &log.body["logs"][0]["actor_id"]), (&json!(1), &json!("user_root")));
        assert!(!log.text.contains(acting.token()), "no row holds the token");

        let listed = admin.get(&format!("{LIST}?active=true")).await.expect(200);
        assert_eq!((&listed.body["total"], &listed.body["impersonations"][0]["id"]), (&json!(1), &begun["id"]));
        admin.delete(&format!("{LIST}/{}", begun["id"])).await.expect(204);
        problem(admin.delete(&format!("{LIST}/{}", begun["id"])).await, 404);
        let refused = problem(acting.get("/v1/users/profile").await, 401);
        assert!(refused.text.contains("no longer act as this user"), "{}", refused.text);
        assert_eq!(admin.get(&format!("{LIST}?active=true")).await.expect(200).body["total"], 0);
        let listed = admin.get(LIST).await.expect(200);
        assert!(listed.body["impersonations"][0]["ended_at"].is_string());
    })
    .await;
}

#[tokio::test]
async fn what_is_the_users_own_stays_the_users_own_and_attempts_are_audited() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let ada = known(app, "user_ada").await;
        let (acting, _) = act_as(app, &admin, "user_ada").await;
        for (method, path, body) in [
            ("PATCH", "/v1/users/profile", json!({ "marketing_opt_in": true })),
            ("DELETE", "/v1/users/profile", json!({})),
            ("POST", "/v1/users/cli-token", json!({})),
            ("DELETE", "/v1/users/sessions", json!({})),
            ("POST", "/v1/users/second-factor", json!({})),
            ("POST", "/api/v1/credits/spend", json!({ "amount": "1", "idempotency_key": "k" })),
        ] {
            let reply = acting.send(method.parse().unwrap(), path, Some(body)).await;
            assert!([403, 404].contains(&reply.status), "{method} {path}: {} {}", reply.status, reply.text);
        }
        let profile = ada.get("/v1/users/profile").await.expect(200);
        assert_eq!((&profile.body["marketing_opt_in"], &profile.body["status"]), (&json!(false), &json!("active")));
        let log = admin.get("/admin/system/audit?action=account.request_deletion").await.expect(200);
        assert_eq!((&log.body["total"], &log.body["logs"][0]["status"]), (&json!(1), &json!("failure")));
    })
    .await;
}

#[tokio::test]
async fn c_05_nobody_acts_as_an_admin_or_as_themself_or_from_an_impersonation() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let wanted = || json!({ "reason": "x" });
        known(app, "user_ada").await;
        known(app, "user_flagged").await;
        known(app, "user_viewer").await;
        promote(&admin, "user_flagged").await.expect(200);
        app.assign("user_viewer", "viewer").await;
        for (user, status) in [("user_flagged", 403), ("user_viewer", 403), ("user_root", 409), ("nobody", 404)] {
            problem(admin.post(&path(user), wanted()).await, status);
        }
        for bad in [json!({}), json!({ "reason": " " }), json!({ "reason": "x", "minutes": 61 })] {
            let status = admin.post(&path("user_ada"), bad.clone()).await.status;
            assert!([400, 422].contains(&status), "{bad}: {status}");
        }
        problem(app.user("user_plain").post(&path("user_ada"), wanted()).await, 403);
        let viewer = app.claimed_admin("user_viewer");
        problem(viewer.post(&path("user_ada"), wanted()).await, 403);
        let (acting, begun) = act_as(app, &admin, "user_ada").await;
        problem(acting.post(&path("user_plain"), wanted()).await, 403);
        problem(acting.get(LIST).await, 403);
        problem(acting.delete(&format!("{LIST}/{}", begun["id"])).await, 403);
        acting.get("/admin/system/roles").await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn c_05_it_ends_with_the_rights_it_stood_on_on_the_next_request() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        for user in ["user_ada", "user_bob", "user_cyd"] {
            known(app, user).await;
        }
        let helper = app.user("user_helper");
        helper.get("/v1/users/profile").await.expect(200);
        promote(&admin, "user_helper").await.expect(200);

        let (acting, _) = act_as(app, &helper, "user_ada").await;
        promote(&admin, "user_ada").await.expect(200);
        problem(acting.get("/v1/users/profile").await, 401);

        let (acting, _) = act_as(app, &helper, "user_bob").await;
        admin.delete("/v1/admin/admins/user_helper").await.expect(200);
        problem(acting.get("/v1/users/profile").await, 401);
        promote(&admin, "user_helper").await.expect(200);
        problem(acting.get("/v1/users/profile").await, 401);

        let (acting, _) = act_as(app, &helper, "user_bob").await;
        admin.post("/v1/admin/abuse/hold-account/user_helper", json!({ "reason": "x" })).await.expect(200);
        problem(acting.patch("/v1/users/profile", json!({ "display_name": "B" })).await, 401);
        admin.post("/v1/admin/abuse/release-account/user_helper", json!({})).await.expect(200);

        let (acting, _) = act_as(app, &helper, "user_cyd").await;
        helper.delete("/v1/users/sessions").await.expect(200);
        problem(acting.get("/v1/users/profile").await, 401);

        let (acting, _) = act_as(app, &admin, "user_cyd").await;
        app.user("user_cyd").delete("/v1/users/sessions").await.expect(200);
        problem(acting.get("/v1/users/profile").await, 401);

        let (acting, begun) = act_as(app, &admin, "user_cyd").await;
        app.change_by_sql(&format!("UPDATE impersonations SET expires_at = started_at + 1 WHERE id = {}", begun["id"]));
        problem(acting.get("/v1/users/profile").await, 401);
    })
    .await;
}

#[tokio::test]
async fn c_05_a_token_that_names_another_impersonation_or_none_is_worth_nothing() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_ada").await;
        known(app, "user_bob").await;
        let (_, begun) = act_as(app, &admin, "user_ada").await;
        let now = app.server.runner().now().as_seconds();
        let key = EncodingKey::from_secret(JWT_SECRET.as_bytes());
        let id = format!("impersonation_{}", begun["id"]);
        for (user, jti, by, status) in [
            ("user_ada", id.as_str(), "user_root", 200),
            ("user_bob", &id, "user_root", 401),
            ("user_ada", &id, "user_bob", 401),
            ("user_ada", "impersonation_999999", "user_root", 401),
            ("user_ada", "impersonation_", "user_root", 401),
            ("user_ada", "0123456789abcdef0123456789abcdef", "user_root", 401),
        ] {
            let act = json!({ "sub": by });
            let claims = json!({ "iss": "aedile", "sub": user, "exp": now + 600, "jti": jti, "act": act });
            let token = jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap();
            let reply = app.with_token(token).get("/v1/users/profile").await;
            assert_eq!(reply.status, status, "{claims}: {}", reply.text);
        }
    })
    .await;
}

#[tokio::test]
async fn behind_the_gateway_whoever_acts_as_a_user_only_reads() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_ada").await;
        let (acting, _) = act_as(app, &admin, "user_ada").await;
        let asking = |method: &str| {
            acting.with_header("X-Forwarded-Method", method).with_header("X-Forwarded-Uri", "/shop/orders")
        };
        let passed = asking("GET").get("/gateway/authorize").await.expect(200);
        assert_eq!(passed.header("x-auth-user"), Some("user_ada"));
        asking("POST").get("/gateway/authorize").await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn whoever_signs_out_acts_as_nobody_any_more() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_ada").await;
        let (identifier, password) = ("bob@example.com", "a good long password");
        let wanted = json!({ "identifier": identifier, "password": password, "role": "admin" });
        let id = admin.post("/admin/local-users", wanted).await.expect(201).body["user"]["id"].clone();
        app.assign(id.as_str().unwrap(), "super-admin").await;
        let attempt = json!({ "identifier": identifier, "password": password });
        let token = app.anonymous().post("/auth/login", attempt).await.expect(200).body["token"].clone();
        let bob = app.with_token(token.as_str().unwrap());
        let (acting, _) = act_as(app, &bob, "user_ada").await;
        acting.get("/v1/users/profile").await.expect(200);
        bob.post("/auth/logout", json!({})).await;
        problem(acting.get("/v1/users/profile").await, 401);
    })
    .await;
}

#[tokio::test]
async fn two_ends_at_once_are_one() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_ada").await;
        for _ in 0..5 {
            let (_, begun) = act_as(app, &admin, "user_ada").await;
            let path = format!("{LIST}/{}", begun["id"]);
            let (one, other) = tokio::join!(admin.delete(&path), admin.delete(&path));
            let mut answers = [one.status, other.status];
            answers.sort_unstable();
            assert_eq!(answers, [204, 404]);
        }
    })
    .await;
}
