//! A code becomes a token once, and only for who asked for it.

use reqwest::Method;
use serde_json::json;

use super::{EXCHANGE, VERIFIER, code_of, exchange, local_user, now_micros, problem, rows};
use crate::support::{TestApp, on_each_backend, on_each_backend_with};

#[tokio::test]
async fn a_code_is_good_once_and_everything_else_gets_one_answer() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        local_user(&root, "user@example.com").await;
        let code = code_of(app, "user@example.com").await;
        let other = "v".repeat(43);
        let refused = problem(exchange(app, &code, &other).await, 400).text;
        for (code, verifier) in [
            (code.as_str(), ""),
            (&code, "short"),
            (&code, super::CHALLENGE),
            (&code, &"v".repeat(129)),
            ("", VERIFIER),
            (&code[1..], VERIFIER),
            (&format!("{code}A"), VERIFIER),
            (&"A".repeat(43), VERIFIER),
        ] {
            assert_eq!(problem(exchange(app, code, verifier).await, 400).text, refused, "{code} {verifier}");
        }
        // None of this used the code up.
        let made = exchange(app, &code, VERIFIER).await.expect(201);
        assert_eq!(made.body.as_object().unwrap().len(), 4);
        let cli = app.with_token(made.body["token"].as_str().unwrap());
        cli.get("/v1/flags").await.expect(200);
        assert_eq!(problem(exchange(app, &code, VERIFIER).await, 400).text, refused, "a second time");
        cli.get("/v1/flags").await.expect(200);

        let late = code_of(app, "user@example.com").await;
        app.database.execute(&format!("UPDATE cli_sign_ins SET expires_at = {}", now_micros()));
        assert_eq!(problem(exchange(app, &late, VERIFIER).await, 400).text, refused, "too late");
        assert_eq!(rows(&root, "resource_type=cli_token").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_next_sign_in_revokes_the_token_before() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        local_user(&root, "user@example.com").await;
        let mut before: Option<crate::support::Caller> = None;
        for _ in 0..2 {
            let made = exchange(app, &code_of(app, "user@example.com").await, VERIFIER).await.expect(201);
            let cli = app.with_token(made.body["token"].as_str().unwrap());
            cli.get("/v1/flags").await.expect(200);
            if let Some(before) = before.replace(cli) {
                problem(before.get("/v1/flags").await, 401);
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_29_a_code_brought_by_several_at_once_gives_one_token() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        local_user(&root, "user@example.com").await;
        for round in 0..5 {
            let code = code_of(app, "user@example.com").await;
            let bringing: Vec<_> = (0..8)
                .map(|_| {
                    let (anyone, body) = (app.anonymous(), json!({ "code": code, "code_verifier": VERIFIER }));
                    tokio::spawn(async move { anyone.post(EXCHANGE, body).await.status })
                })
                .collect();
            let mut statuses = Vec::new();
            for brought in bringing {
                statuses.push(brought.await.unwrap());
            }
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 400, 400, 400, 400, 400, 400, 400], "round {round}");
        }
        assert_eq!(rows(&root, "action=cli_token.create").await, 5);
    })
    .await;
}

#[tokio::test]
async fn what_does_not_fit_is_refused() {
    on_each_backend(async |app: &TestApp| {
        let anyone = app.anonymous();
        for body in [
            json!({}),
            json!({ "code": "x" }),
            json!({ "code": "x", "code_verifier": 7 }),
            json!({ "code": "x", "code_verifier": "x", "expires_at": "2099-01-01T00:00:00Z" }),
            json!({ "code": "x", "code_verifier": "x", "user_id": "user_root" }),
            json!([]),
        ] {
            problem(anyone.post(EXCHANGE, body).await, 400);
        }
        let form = Some(("application/x-www-form-urlencoded", b"code=x&code_verifier=y".to_vec()));
        problem(anyone.send_raw(Method::POST, EXCHANGE, form).await, 415);
        problem(app.with_token("nonsense").post(EXCHANGE, json!({ "code": "x", "code_verifier": "x" })).await, 401);
    })
    .await;
}

#[tokio::test]
async fn guessing_has_a_limit() {
    on_each_backend_with(&["--rate-write", "3"], async |app: &TestApp| {
        for _ in 0..3 {
            problem(exchange(app, "x", "x").await, 400);
        }
        assert!(problem(exchange(app, "x", "x").await, 429).header("retry-after").is_some());
    })
    .await;
}
