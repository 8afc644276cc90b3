//! Sessions: where somebody is signed in, and how that ends on the next request.

use std::time::Duration;

use jsonwebtoken::{EncodingKey, Header};
use serde_json::{Value, json};

use super::{admin, problem};
use crate::support::{Caller, JWT_SECRET, TestApp, eventually, on_each_backend};

const OWN: &str = "/v1/users/sessions";
const PASSWORD: &str = "correct horse battery";

async fn local_user(admin: &Caller, identifier: &str) -> String {
    let new = json!({ "identifier": identifier, "password": PASSWORD });
    let made = admin.post("/admin/local-users", new).await.expect(201);
    made.body["user"]["id"].as_str().unwrap().to_owned()
}

async fn sign_in(app: &TestApp, identifier: &str) -> Caller {
    let attempt = json!({ "identifier": identifier, "password": PASSWORD });
    let browser = app.anonymous().with_header("User-Agent", "Firefox");
    let reply = browser.post("/auth/login", attempt).await.expect(200);
    app.with_token(reply.body["token"].as_str().unwrap())
}

/// A token that another service signed with this server's key.
fn signed_elsewhere(app: &TestApp, user: &str, seconds_ago: i64) -> Caller {
    let now = app.server.runner().now().as_seconds();
    let claims = json!({ "iss": "aedile", "sub": user, "iat": now - seconds_ago, "exp": now + 600 });
    let key = EncodingKey::from_secret(JWT_SECRET.as_bytes());
    app.with_token(jsonwebtoken::encode(&Header::default(), &claims, &key).unwrap())
}

async fn sessions(caller: &Caller) -> Vec<Value> {
    caller.get(OWN).await.expect(200).body["sessions"].as_array().unwrap().clone()
}

#[tokio::test]
async fn each_sign_in_is_a_session_that_its_user_sees_and_ends() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        local_user(&admin, "ada@example.com").await;
        local_user(&admin, "bob@example.com").await;
        let (one, other, bob) = (
            sign_in(app, "ada@example.com").await,
            sign_in(app, "ada@example.com").await,
            sign_in(app, "bob@example.com").await,
        );
        let listed = sessions(&one).await;
        assert_eq!(listed.len(), 2);
        let own: Vec<bool> = listed.iter().map(|session| session["is_current"].as_bool().unwrap()).collect();
        assert_eq!(own, [false, true], "the newest first");
        assert_eq!((&listed[0]["kind"], &listed[0]["amr"]), (&json!("sign_in"), &json!(["pwd"])));
        assert_eq!((&listed[0]["ip_address"], &listed[0]["user_agent"]), (&json!("127.0.0.1"), &json!("Firefox")));
        let id = listed[0]["id"].as_str().unwrap();
        problem(bob.delete(&format!("{OWN}/{id}")).await, 404);
        one.delete(&format!("{OWN}/{id}")).await.expect(204);
        problem(one.delete(&format!("{OWN}/{id}")).await, 404);
        problem(other.get("/v1/users/profile").await, 401);
        one.get("/v1/users/profile").await.expect(200);
        let third = sign_in(app, "ada@example.com").await;
        assert_eq!(one.delete(&format!("{OWN}?keep_current=true")).await.expect(200).body, json!({ "ended": 1 }));
        problem(third.get("/v1/users/profile").await, 401);
        let ended = one.delete(OWN).await.expect(200);
        assert_eq!(ended.body, json!({ "ended": 1 }));
        problem(one.get(OWN).await, 401);
        bob.get(OWN).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_admin_sees_and_ends_the_sessions_of_a_user_and_every_change_is_audited() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let id = local_user(&admin, "ada@example.com").await;
        let (one, other) = (sign_in(app, "ada@example.com").await, sign_in(app, "ada@example.com").await);
        let path = format!("/v1/admin/users/{id}/sessions");
        let listed = admin.get(&path).await.expect(200);
        assert_eq!((&listed.body["total"], &listed.body["sessions"][0]["is_current"]), (&json!(2), &json!(false)));
        let newest = listed.body["sessions"][0]["id"].as_str().unwrap();
        admin.delete(&format!("{path}/{newest}")).await.expect(204);
        let refused = problem(other.get(OWN).await, 401);
        assert!(refused.text.contains("an admin ended this session"), "{}", refused.text);
        let ended = admin.delete(&path).await.expect(200);
        assert_eq!(ended.body, json!({ "ended": 1 }));
        problem(one.get(OWN).await, 401);
        problem(admin.get("/v1/admin/users/nobody/sessions").await, 404);
        problem(app.user("user_plain").get(&path).await, 403);
        for (action, rows) in [("session.start", 2), ("user_session.end", 1), ("user_session.end_all", 1)] {
            let found = admin.get(&format!("/admin/system/audit?action={action}")).await.expect(200);
            assert_eq!(found.body["total"], rows, "{action}");
            assert!(!found.text.contains("Firefox") || found.text.contains("user_agent"), "{}", found.text);
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_does_not_outlive_a_hold_a_switched_off_account_or_another_role() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let id = local_user(&admin, "ada@example.com").await;
        let profile = "/v1/users/profile";

        let held = sign_in(app, "ada@example.com").await;
        admin.post(&format!("/v1/admin/abuse/hold-account/{id}"), json!({ "reason": "x" })).await.expect(200);
        held.get(profile).await.expect(200);
        problem(held.get(OWN).await, 403);
        admin.post(&format!("/v1/admin/abuse/release-account/{id}"), json!({})).await.expect(200);
        problem(held.get(profile).await, 401);

        let local = format!("/admin/local-users/{id}");
        let switched_off = sign_in(app, "ada@example.com").await;
        admin.patch(&local, json!({ "api_disabled": true })).await.expect(200);
        problem(switched_off.get(profile).await, 403);
        admin.patch(&local, json!({ "api_disabled": false })).await.expect(200);
        problem(switched_off.get(profile).await, 401);

        let promoted = sign_in(app, "ada@example.com").await;
        admin.post(&format!("/v1/admin/admins/{id}"), json!({})).await.expect(200);
        let refused = problem(promoted.get(profile).await, 401);
        assert!(refused.text.contains("your role was changed"), "{}", refused.text);

        let assigned = sign_in(app, "ada@example.com").await;
        let role = json!({ "clerk_user_id": id, "role_name": "viewer" });
        admin.post("/admin/system/roles/assign", role.clone()).await.expect(200);
        problem(assigned.get(profile).await, 401);
        let again = sign_in(app, "ada@example.com").await;
        admin.post("/admin/system/roles/assign", role).await.expect(200);
        again.get(profile).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_session_ends_on_every_instance() {
    on_each_backend(async |app| {
        let other = app.another_instance(&[]).await;
        let elsewhere = format!("http://{}", other.address());
        let admin = admin(app).await;
        let id = local_user(&admin, "ada@example.com").await;
        let ada = sign_in(app, "ada@example.com").await;
        ada.at(&elsewhere).get(OWN).await.expect(200);
        admin.delete(&format!("/v1/admin/users/{id}/sessions")).await.expect(200);
        problem(ada.at(&elsewhere).get(OWN).await, 401);
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn c_13_a_token_signed_elsewhere_is_a_session_and_ends_like_one() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let id = local_user(&admin, "ada@example.com").await;
        let (seen, unseen) = (signed_elsewhere(app, &id, 60), signed_elsewhere(app, &id, 61));
        let listed = sessions(&seen).await;
        assert_eq!((listed.len(), &listed[0]["amr"], &listed[0]["is_current"]), (1, &json!([]), &json!(true)));
        admin.delete(&format!("/v1/admin/users/{id}/sessions")).await.expect(200);
        problem(seen.get(OWN).await, 401);
        problem(unseen.get(OWN).await, 401);
    })
    .await;
}

#[tokio::test]
async fn a_session_that_is_not_used_for_too_long_is_over() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        local_user(&admin, "ada@example.com").await;
        let (ada, other) = (sign_in(app, "ada@example.com").await, sign_in(app, "ada@example.com").await);
        let current = sessions(&ada).await.into_iter().find(|session| session["is_current"] == true).unwrap();
        let ago = |seconds: i64| app.server.runner().now().plus_seconds(-seconds).as_micros();
        let id = current["id"].as_str().unwrap();
        app.change_by_sql(&format!("UPDATE sessions SET last_seen_at = {} WHERE id = '{id}'", ago(7_190)));
        ada.get("/v1/users/profile").await.expect(200);
        // The use is noted behind the request's back.
        let seen = format!("SELECT last_seen_at FROM sessions WHERE id = '{id}'");
        let is_noted = || async { app.database.number(&seen) > ago(600) };
        eventually(Duration::from_secs(10), "the use is noted", is_noted).await;
        app.change_by_sql(&format!("UPDATE sessions SET last_seen_at = {} WHERE id = '{id}'", ago(7_201)));
        let refused = problem(ada.get("/v1/users/profile").await, 401);
        assert!(refused.text.contains("not used for too long"), "{}", refused.text);
        assert_eq!(sessions(&other).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn the_command_line_of_a_user_is_one_of_their_sessions() {
    on_each_backend(async |app| {
        let user = app.user("user_ada");
        let minted = user.post("/v1/auth/cli-tokens", json!({})).await.expect(201);
        let command_line = app.with_token(minted.body["token"].as_str().unwrap());
        let listed = sessions(&command_line).await;
        assert_eq!(
            (listed.len(), &listed[0]["kind"], &listed[0]["is_current"]),
            (1, &json!("command_line"), &json!(true))
        );
        assert_eq!(sessions(&user).await[0]["is_current"], false);
        let id = listed[0]["id"].as_str().unwrap();
        user.delete(&format!("{OWN}/{id}")).await.expect(204);
        problem(command_line.get(OWN).await, 401);
    })
    .await;
}
