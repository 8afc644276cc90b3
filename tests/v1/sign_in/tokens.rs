//! A token's life: made, shown, used, replaced, revoked, over.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{CURRENT, EXCHANGE, TOKENS, local_user, mint, now_micros, problem, rows, seen_as, time};
use crate::support::{Caller, eventually, on_each_backend};

fn fields(body: &serde_json::Value) -> Vec<&str> {
    let mut fields: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    fields.sort_unstable();
    fields
}

#[tokio::test]
async fn a_token_is_made_shown_used_and_revoked() {
    on_each_backend(async |app| {
        let (root, user) = (app.super_admin().await, app.user("user_reader"));
        problem(user.get(CURRENT).await, 404);
        let (cli, made) = mint(app, &user).await;
        assert_eq!(fields(&made), ["created_at", "expires_at", "token", "token_prefix"]);
        let token = made["token"].as_str().unwrap();
        assert!(token.starts_with("aed_cli_") && token.len() == 57, "{token}");
        assert!(token.starts_with(made["token_prefix"].as_str().unwrap()));
        let life = time(&made["expires_at"]).as_seconds() - time(&made["created_at"]).as_seconds();
        assert_eq!(life, 90 * 86_400);

        let shown = user.get(CURRENT).await.expect(200);
        assert_eq!(fields(&shown.body), ["created_at", "expires_at", "last_used_at", "token_prefix"]);
        for field in ["created_at", "expires_at", "token_prefix"] {
            assert_eq!(shown.body[field], made[field]);
        }
        assert!(shown.body["last_used_at"].is_null());
        cli.get("/v1/flags").await.expect(200);
        let is_noted = || async { user.get(CURRENT).await.body["last_used_at"].is_string() };
        eventually(Duration::from_secs(2), "the use is noted", is_noted).await;

        let revoked = cli.delete(CURRENT).await.expect(204);
        assert!(revoked.text.is_empty());
        problem(cli.get("/v1/flags").await, 401);
        problem(cli.delete(CURRENT).await, 401);
        problem(user.get(CURRENT).await, 404);
        problem(user.delete(CURRENT).await, 404);

        for action in ["cli_token.create", "cli_token.revoke"] {
            let log = root.get(&format!("/admin/system/audit?action={action}")).await.expect(200);
            assert_eq!(log.body["total"], 1, "{action}");
            assert_eq!(log.body["logs"][0]["actor_id"], "user_reader");
            assert!(!log.text.contains(token), "C-59");
        }
        assert_eq!(rows(&root, "resource_type=cli_token").await, 2, "a use is not audited");
    })
    .await;
}

#[tokio::test]
async fn the_next_token_revokes_the_one_before() {
    on_each_backend(async |app| {
        let (root, user) = (app.super_admin().await, app.user("user_reader"));
        let (first, _) = mint(app, &user).await;
        let (others, _) = mint(app, &app.user("user_other")).await;
        let (second, made) = mint(app, &user).await;
        problem(first.get("/v1/flags").await, 401);
        second.get("/v1/flags").await.expect(200);
        others.get("/v1/flags").await.expect(200);
        assert_eq!(second.get(CURRENT).await.expect(200).body["token_prefix"], made["token_prefix"]);
        assert_eq!(rows(&root, "action=cli_token.create").await, 3);
        assert_eq!(rows(&root, "action=cli_token.revoke").await, 1);
        // Signing in is over with the token, not with the account.
        user.delete(CURRENT).await.expect(204);
        problem(second.get("/v1/flags").await, 401);
        user.get("/v1/flags").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_13_c_28_only_a_sign_in_makes_a_token_and_nothing_of_it_is_wished_for() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        local_user(&root, "user@example.com").await;
        let attempt = json!({ "identifier": "user@example.com", "password": super::PASSWORD });
        let session = app.anonymous().post("/auth/login", attempt).await.expect(200).body["token"].clone();
        let (cli, _) = mint(app, &app.with_token(session.as_str().unwrap())).await;
        problem(cli.post(TOKENS, json!({})).await, 403);
        cli.get("/v1/flags").await.expect(200);
        problem(app.anonymous().post(TOKENS, json!({})).await, 401);
        let user = app.user("user_reader");
        for body in [
            json!({ "expires_at": "2099-01-01T00:00:00Z" }),
            json!({ "token": "aed_cli_x" }),
            json!({ "user_id": "user_root" }),
            json!("aed_cli_x"),
        ] {
            problem(user.post(TOKENS, body).await, 400);
        }
        problem(user.get(CURRENT).await, 404);
        user.send(Method::POST, TOKENS, None).await.expect(201);
        // The same request again is another token: no answer that holds one is stored.
        let keyed = user.with_header("Idempotency-Key", "key-1");
        let (one, two) =
            (keyed.post(TOKENS, json!({})).await.expect(201), keyed.post(TOKENS, json!({})).await.expect(201));
        assert_ne!(one.body["token"], two.body["token"]);
    })
    .await;
}

#[tokio::test]
async fn c_15_a_token_opens_the_marketplace_and_no_admin_area_of_roles() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let (cli, _) = mint(app, &root).await;
        for path in ["/v1/flags", "/v1/announcements", CURRENT] {
            cli.get(path).await.expect(200);
        }
        cli.post("/ofrep/v1/evaluate/flags", json!({ "context": {} })).await.expect(200);
        assert_eq!(seen_as(&cli).await, "user_root");
        for route in aedile_api::routes().iter().filter(|route| route.path.starts_with("/admin")) {
            let path = route.path.replace("{id}", "1").replace("{name}", "viewer").replace("{user_id}", "user_x");
            let method = Method::from_bytes(route.method.as_bytes()).unwrap();
            let body = (method != Method::GET).then(|| json!({}));
            cli.send(method, &path, body).await.refused(403);
        }
        // What its owner's own sign-in may do is as before.
        root.get("/admin/system/roles").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_24_what_only_looks_like_a_token_is_none() {
    on_each_backend(async |app| {
        let (cli, _) = mint(app, &app.user("user_reader")).await;
        let good = cli.token().to_owned();
        let prefix = &good[..14];
        for bad in [
            "aed_cli_",
            prefix,
            &good[..50],
            &good[8..],
            &format!("{good}A"),
            &format!("{good}="),
            &format!("{good}.{good}.{good}"),
            &good.to_uppercase(),
            &good.replace("aed_cli_", "aed_cli-"),
            &format!("aed_cli_{}", "A".repeat(43)),
            &format!("aed_cli_{}", "%".repeat(43)),
            &format!("aed_cli_{}", "A".repeat(5000)),
        ] {
            for path in ["/v1/flags", "/admin/system/roles", "/gateway/authorize"] {
                assert_eq!(app.with_token(bad).get(path).await.status, 401, "{bad} at {path}");
            }
        }
        let twice = cli.with_header("Authorization", &format!("Bearer {good}"));
        assert_eq!(twice.get("/v1/flags").await.status, 400);
        cli.get("/v1/flags").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_21_a_token_that_is_over_is_none_whatever_tidies_up() {
    on_each_backend(async |app| {
        let user = app.user("user_reader");
        let (cli, _) = mint(app, &user).await;
        cli.get("/v1/flags").await.expect(200);
        app.database.execute(&format!("UPDATE cli_tokens SET expires_at = {}", now_micros()));
        problem(cli.get("/v1/flags").await, 401);
        problem(user.get(CURRENT).await, 404);
        problem(user.delete(CURRENT).await, 404);
        let (next, _) = mint(app, &user).await;
        next.get("/v1/flags").await.expect(200);
    })
    .await;
}

async fn last_used_at(user: &Caller) -> i64 {
    time(&user.get(CURRENT).await.expect(200).body["last_used_at"]).as_seconds()
}

#[tokio::test]
async fn uses_are_noted_once_a_minute() {
    on_each_backend(async |app| {
        let user = app.user("user_reader");
        let (cli, _) = mint(app, &user).await;
        let ago = |seconds: u128| {
            let used = now_micros() - seconds * 1_000_000;
            app.database.execute(&format!("UPDATE cli_tokens SET last_used_at = {used}"));
            i64::try_from(used / 1_000_000).unwrap()
        };
        let recently = ago(20);
        for _ in 0..5 {
            cli.get("/v1/flags").await.expect(200);
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
        assert_eq!(last_used_at(&user).await, recently);
        let long_ago = ago(61);
        cli.get("/v1/flags").await.expect(200);
        let is_noted = || async { last_used_at(&user).await > long_ago };
        eventually(Duration::from_secs(2), "the use is noted", is_noted).await;
    })
    .await;
}

#[tokio::test]
async fn of_several_made_at_once_one_works() {
    on_each_backend(async |app| {
        let user = app.user("user_reader");
        user.get("/v1/flags").await.expect(200);
        for round in 0..5 {
            let making: Vec<_> = (0..8)
                .map(|_| {
                    let user = user.clone();
                    tokio::spawn(async move { user.post(TOKENS, json!({})).await.expect(201) })
                })
                .collect();
            let mut tokens = Vec::new();
            for made in making {
                tokens.push(made.await.unwrap().body["token"].as_str().unwrap().to_owned());
            }
            let mut working = 0;
            for token in tokens {
                working += usize::from(app.with_token(token).get("/v1/flags").await.status == 200);
            }
            assert_eq!(working, 1, "round {round}");
        }
    })
    .await;
}

/// C-10: requests that began after the answer to a revocation, while others use the token all the time.
#[tokio::test]
async fn c_10_nothing_works_after_the_answer_to_a_revocation() {
    on_each_backend(async |app| {
        let user = app.user("user_reader");
        for round in 0..10 {
            let (cli, _) = mint(app, &user).await;
            let using: Vec<_> = (0..4)
                .map(|_| {
                    let cli = cli.clone();
                    tokio::spawn(async move { while cli.get("/v1/flags").await.status == 200 {} })
                })
                .collect();
            user.delete(CURRENT).await.expect(204);
            for _ in 0..4 {
                assert_eq!(cli.get("/v1/flags").await.status, 401, "round {round}");
            }
            for used in using {
                used.await.unwrap();
            }
        }
    })
    .await;
}

#[tokio::test]
async fn methods_that_are_none_are_told() {
    on_each_backend(async |app| {
        let user = app.user("user_reader");
        problem(user.get(TOKENS).await, 405);
        problem(user.post(CURRENT, json!({})).await, 405);
        problem(user.get(EXCHANGE).await, 405);
        problem(user.get("/v1/auth/cli-tokens/1").await, 404);
    })
    .await;
}
