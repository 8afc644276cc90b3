//! `/auth/login`, and how long a token is good.

use std::time::Duration;

use serde_json::json;

use super::{Admin, PASSWORD, assert_like, local_user, sign_in};
use crate::support::{Caller, Reply, on_each_backend, on_each_backend_with};

const LOGIN: &str = "/auth/login";

async fn attempt(caller: &Caller, identifier: &str, password: &str) -> Reply {
    caller.post(LOGIN, json!({ "identifier": identifier, "password": password })).await
}

#[tokio::test]
async fn a_sign_in_gives_a_token_and_says_who_it_is_for() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, "user@example.com", "user").await;
        let reply = attempt(&app.anonymous(), " USER@example.com", PASSWORD).await.expect(200);
        let user = admin.get(&format!("/admin/local-users/{id}")).await.expect(200).body["user"].clone();
        let token = reply.body["token"].as_str().unwrap();
        assert_eq!(token.split('.').count(), 3);
        let expected = json!({ "success": true, "token": token, "expires_at": "<time Z>", "user": user });
        assert_like(&reply.body, &expected);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        app.with_token(token).get("/v1/flags").await.expect(200);
        // A user is no admin.
        app.with_token(token).get("/admin/system/my-context").await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_user_look_the_same() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, "user@example.com", "user").await;
        let anyone = app.anonymous();
        let wrong = attempt(&anyone, "user@example.com", "not the password").await.refused(401);
        for (identifier, password) in
            [("nobody@example.com", PASSWORD), ("no identifier", PASSWORD), ("+4915199999999", "x")]
        {
            let unknown = attempt(&anyone, identifier, password).await.refused(401);
            assert_eq!(unknown.text, wrong.text);
        }
        for bad in [
            json!({}),
            json!({ "identifier": "user@example.com" }),
            json!({ "identifier": "user@example.com", "password": 5 }),
            json!({ "identifier": "user@example.com", "password": PASSWORD, "admin": true }),
        ] {
            let reply = anyone.post(LOGIN, bad).await.refused(400);
            assert!(!reply.text.contains("horse"), "{}", reply.text);
        }
        anyone.get(LOGIN).await.refused(405);
        // A bad credential is 401 even where none is needed.
        attempt(&app.with_token("nonsense"), "user@example.com", PASSWORD).await.refused(401);
    })
    .await;
}

#[tokio::test]
async fn failures_slow_the_next_attempt_down() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, "user@example.com", "user").await;
        let anyone = app.anonymous();
        let mut failures = 0;
        let slowed = loop {
            let reply = attempt(&anyone, "user@example.com", "not the password").await;
            if reply.status == 429 {
                break reply.refused(429);
            }
            reply.refused(401);
            failures += 1;
            // Hashing may take longer than the first wait; the waits double, and it does not.
            assert!(failures < 9, "nothing slows the attempts down");
        };
        assert!(failures >= 5, "{failures} failures are free");
        let wait: u64 = slowed.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=300).contains(&wait), "{wait}");
        // Nor does the right password, or another address in a header, get in meanwhile.
        let elsewhere = anyone.with_header("X-Forwarded-For", "203.0.113.9");
        attempt(&elsewhere, "user@example.com", PASSWORD).await.refused(429);
        tokio::time::sleep(Duration::from_secs(wait)).await;
        attempt(&anyone, "user@example.com", PASSWORD).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn attempts_are_limited_by_address_too() {
    on_each_backend_with(&["--rate-write", "3"], async |app| {
        let anyone = app.anonymous();
        let mut last = None;
        for _ in 0..4 {
            last = Some(anyone.post(LOGIN, json!({})).await);
        }
        let last = last.unwrap().refused(429);
        assert!(last.header("retry-after").is_some());
        assert_eq!(last.header("ratelimit-limit"), Some("3"));
        assert_eq!(last.header("ratelimit-remaining"), Some("0"));
        assert!(last.header("ratelimit-reset").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_disabled_user_and_a_deleted_one_are_out_at_once() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, "user@example.com", "admin").await;
        local_user(&admin, "spare@example.com", "admin").await;
        app.assign(&id, "viewer").await;
        let user = sign_in(app, "user@example.com").await;
        let path = format!("/admin/local-users/{id}");
        user.get("/admin/system/roles").await.expect(200);

        admin.patch(&path, json!({ "api_disabled": 1 })).await.expect(200);
        user.get("/admin/system/roles").await.refused(403);
        attempt(&app.anonymous(), "user@example.com", PASSWORD).await.refused(403);
        attempt(&app.anonymous(), "user@example.com", "not the password").await.refused(401);
        admin.patch(&path, json!({ "api_disabled": 0 })).await.expect(200);
        user.get("/admin/system/roles").await.refused(401);
        let user = sign_in(app, "user@example.com").await;
        user.get("/admin/system/roles").await.expect(200);

        // The claim is the account's, not the token's.
        admin.patch(&path, json!({ "role": "user" })).await.expect(200);
        user.get("/admin/system/roles").await.refused(401);
        let user = sign_in(app, "user@example.com").await;
        user.get("/admin/system/roles").await.refused(403);
        admin.patch(&path, json!({ "role": "admin" })).await.expect(200);
        let user = sign_in(app, "user@example.com").await;
        user.get("/admin/system/roles").await.expect(200);

        admin.delete(&path).await.expect(200);
        user.get("/admin/system/roles").await.refused(401);
        attempt(&app.anonymous(), "user@example.com", PASSWORD).await.refused(401);
        // Whoever comes next under the same identifier is somebody else.
        let other = local_user(&admin, "user@example.com", "user").await;
        assert_ne!(other, id);
        user.get("/admin/system/roles").await.refused(401);
    })
    .await;
}

#[tokio::test]
async fn signing_out_ends_the_token_at_once_and_no_other() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, "user@example.com", "user").await;
        let signed_in = async || {
            let reply = attempt(&app.anonymous(), "user@example.com", PASSWORD).await.expect(200);
            app.with_token(reply.body["token"].as_str().unwrap())
        };
        let (one, other) = (signed_in().await, signed_in().await);
        let profile = "/v1/users/profile";
        one.get(profile).await.expect(200);
        let out = one.post("/auth/logout", json!({})).await.expect(200);
        assert_eq!(out.body["success"], true);
        one.get(profile).await.expect(401);
        one.post("/auth/logout", json!({})).await.expect(401);
        other.get(profile).await.expect(200);
        app.anonymous().post("/auth/logout", json!({})).await.refused(401);
        app.user("user_a").post("/auth/logout", json!({})).await.refused(409);
    })
    .await;
}
