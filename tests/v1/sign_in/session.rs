//! The page for somebody who is signed in with the identity provider already.

use serde_json::json;

use super::{PAGE, VERIFIER, asked, carried, exchange, local_user, open_page, page, submit};
use crate::support::{Caller, IdentityProvider, TestApp, on_each_backend};

fn browser(app: &TestApp, session: &str) -> Caller {
    app.anonymous().with_header("Cookie", &format!("theme=dark; __session={session}; other=1"))
}

/// The same, as it sends a form of our own page.
fn on_our_page(app: &TestApp, session: &str) -> Caller {
    browser(app, session).with_header("Origin", &app.url()).with_header("Sec-Fetch-Site", "same-origin")
}

const CONTINUE: [(&str, &str); 1] = [("continue", "1")];

#[tokio::test]
async fn who_is_signed_in_just_continues() {
    on_each_backend(async |app: &TestApp| {
        let session = IdentityProvider::token("user_ada", false);
        let shown = page(open_page(&browser(app, &session), &asked(&[])).await, 200);
        assert!(shown.text.contains("Continue as user_ada") && !shown.text.contains("password"), "{}", shown.text);
        let root = app.super_admin().await;
        assert_eq!(super::known(app, "user_ada").await, None, "looking writes nothing down");
        let (_, code) = carried(submit(&on_our_page(app, &session), &asked(&CONTINUE)).await);
        let token = exchange(app, &code, VERIFIER).await.expect(201).body["token"].as_str().unwrap().to_owned();
        let cli = app.with_token(token);
        assert_eq!(super::seen_as(&cli).await, "user_ada");
        let log = root.get("/admin/system/audit?action=cli_token.create").await.expect(200);
        assert_eq!(log.body["logs"][0]["actor_id"], "user_ada");
        // An older browser names only the origin.
        let older = browser(app, &session).with_header("Origin", &app.url());
        carried(submit(&older, &asked(&CONTINUE)).await);
    })
    .await;
}

#[tokio::test]
async fn a_name_is_only_text() {
    on_each_backend(async |app: &TestApp| {
        let mut claims = IdentityProvider::claims("user_eve");
        claims.insert("name".into(), json!("</button><script>alert(1)</script>"));
        let shown = page(open_page(&browser(app, &IdentityProvider::sign(&claims)), &asked(&[])).await, 200);
        assert!(shown.text.contains("Continue as") && !shown.text.contains("<script"), "{}", shown.text);
    })
    .await;
}

/// The cookie comes along whoever sends the form.
#[tokio::test]
async fn another_site_continues_for_nobody() {
    on_each_backend(async |app: &TestApp| {
        let session = IdentityProvider::token("user_ada", false);
        let (cookie, own) = (browser(app, &session), app.url());
        let evil = "https://evil.example";
        let other_port = "http://127.0.0.1:1";
        for headers in [
            &[][..],
            &[("Sec-Fetch-Site", "cross-site")],
            &[("Sec-Fetch-Site", "same-site")],
            &[("Sec-Fetch-Site", "none")],
            &[("Sec-Fetch-Site", "cross-site"), ("Origin", &own)],
            &[("Sec-Fetch-Site", "same-site"), ("Origin", &own)],
            &[("Origin", evil)],
            &[("Origin", "null")],
            &[("Origin", other_port)],
            &[("Origin", &own), ("Origin", evil)],
            &[("Sec-Fetch-Site", "same-origin"), ("Origin", evil)],
            &[("Referer", &own)],
        ] {
            let sender = headers.iter().fold(cookie.clone(), |sender, (name, value)| sender.with_header(name, value));
            page(submit(&sender, &asked(&CONTINUE)).await, 403);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_session_asks_for_a_password() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        local_user(&root, "user@example.com").await;
        let attempt = json!({ "identifier": "user@example.com", "password": super::PASSWORD });
        let local = app.anonymous().post("/auth/login", attempt).await.expect(200).body["token"].clone();
        let good = IdentityProvider::token("user_ada", false);
        let mut over = IdentityProvider::claims("user_ada");
        over.insert("exp".into(), json!(1_700_000_000));
        let (cli, _) = super::mint(app, &app.user("user_ada")).await;
        for session in [
            "",
            "nonsense",
            &good[..good.len() - 5],
            &format!("{good}; __session={good}"),
            &IdentityProvider::sign(&over),
            local.as_str().unwrap(),
            cli.token(),
        ] {
            let shown = page(open_page(&browser(app, session), &asked(&[])).await, 200);
            assert!(shown.text.contains("name=\"password\"") && !shown.text.contains("Continue"), "{}", shown.text);
            page(submit(&on_our_page(app, session), &asked(&CONTINUE)).await, 401);
        }
        // The cookie is read on this page alone.
        browser(app, &good).get("/v1/auth/cli-tokens/current").await.expect(401);
        page(browser(app, &good).with_header("Authorization", "Bearer nonsense").get(PAGE).await, 401);
    })
    .await;
}

#[tokio::test]
async fn c_20_a_session_of_an_account_that_is_not_in_use_is_refused() {
    on_each_backend(async |app: &TestApp| {
        let session = IdentityProvider::token("user_ada", false);
        carried(submit(&on_our_page(app, &session), &asked(&CONTINUE)).await);
        for (columns, status) in [
            ("status = 'held'", 403),
            ("status = 'active', api_disabled = TRUE", 403),
            ("status = 'pending_deletion', api_disabled = FALSE", 403),
            ("status = 'deleted'", 401),
        ] {
            app.database.execute(&format!("UPDATE users SET {columns} WHERE id = 'user_ada'"));
            app.assign("user_bystander", "viewer").await;
            app.assign("user_bystander", "editor").await;
            page(submit(&on_our_page(app, &session), &asked(&CONTINUE)).await, status);
        }
    })
    .await;
}
