//! C-20: an account that is held, switched off, leaving or gone takes its command line with it, at once.

use serde_json::json;

use super::{CURRENT, EXCHANGE, TOKENS, VERIFIER, code_of, exchange, local_user, mint, page, problem, submit_password};
use crate::support::{Caller, TestApp, on_each_backend};

/// What SQL beside the server changed is known to it at once, as after a change through it.
async fn set(app: &TestApp, user: &str, columns: &str) {
    app.database.execute(&format!("UPDATE users SET {columns} WHERE id = '{user}'"));
    app.assign("user_bystander", "viewer").await;
    app.assign("user_bystander", "editor").await;
}

#[tokio::test]
async fn c_20_a_token_is_worth_what_its_owner_is() {
    on_each_backend(async |app: &TestApp| {
        app.super_admin().await;
        let user = app.user("user_x");
        let (cli, _) = mint(app, &user).await;
        for (columns, read, write) in [
            ("status = 'held'", 403, 403),
            ("status = 'active', api_disabled = TRUE", 403, 403),
            ("status = 'pending_deletion', api_disabled = FALSE", 200, 403),
            ("status = 'deleted'", 401, 401),
        ] {
            set(app, "user_x", columns).await;
            for caller in [&cli, &user] {
                assert_eq!(caller.get("/v1/flags").await.status, read, "{columns}");
                assert_eq!(caller.get(CURRENT).await.status, read, "{columns}");
                assert_eq!(caller.delete(CURRENT).await.status, write, "{columns}");
            }
            assert_eq!(user.post(TOKENS, json!({})).await.status, write, "{columns}");
        }
        set(app, "user_x", "status = 'active'").await;
        cli.get("/v1/flags").await.expect(200);
    })
    .await;
}

/// A hold that is committed is in force, even where the server's memory has not heard of it.
#[tokio::test]
async fn c_10_no_token_is_made_after_a_hold() {
    on_each_backend(async |app: &TestApp| {
        let user = app.user("user_x");
        user.get("/v1/flags").await.expect(200);
        app.database.execute("UPDATE users SET status = 'held' WHERE id = 'user_x'");
        problem(user.post(TOKENS, json!({})).await, 403);
    })
    .await;
}

#[tokio::test]
async fn c_20_whose_account_is_not_in_use_signs_no_command_line_in() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        let id = local_user(&root, "user@example.com").await;
        let browser = app.anonymous();
        let code = code_of(app, "user@example.com").await;
        for columns in [
            "status = 'held'",
            "status = 'active', api_disabled = TRUE",
            "status = 'pending_deletion', api_disabled = FALSE",
        ] {
            set(app, &id, columns).await;
            let refused = page(submit_password(&browser, "user@example.com", super::PASSWORD).await, 403);
            assert!(refused.text.contains("account"), "{}", refused.text);
            let refused = problem(exchange(app, &code, VERIFIER).await, 400);
            assert_eq!(refused.text, problem(exchange(app, "nonsense", VERIFIER).await, 400).text);
        }
        set(app, &id, "status = 'active'").await;
        let token = exchange(app, &code, VERIFIER).await.expect(201).body["token"].as_str().unwrap().to_owned();
        let cli = app.with_token(token);
        cli.get("/v1/flags").await.expect(200);
        // A local user who is deleted is gone with their token, and their identifier brings nobody in.
        let unused = code_of(app, "user@example.com").await;
        root.delete(&format!("/admin/local-users/{id}")).await.expect(200);
        problem(cli.get("/v1/flags").await, 401);
        page(submit_password(&browser, "user@example.com", super::PASSWORD).await, 401);
        problem(exchange(app, &unused, VERIFIER).await, 400);
    })
    .await;
}

#[tokio::test]
async fn a_held_account_is_refused_at_the_open_doors_too() {
    on_each_backend(async |app: &TestApp| {
        let user: Caller = app.user("user_x");
        let (cli, _) = mint(app, &user).await;
        set(app, "user_x", "status = 'held'").await;
        problem(cli.post(EXCHANGE, json!({ "code": "x", "code_verifier": "x" })).await, 403);
        page(cli.get("/auth/cli").await, 403);
    })
    .await;
}
