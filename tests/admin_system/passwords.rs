//! Passwords that are changed: by their owner, by a link in a mail, and by a link from an admin.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Admin, PASSWORD, local_user, sign_in};
use crate::support::{Backend, Caller, MailSink, Reply, TestApp, eventually, on_each_backend};

const CHANGE: &str = "/auth/password/change";
const FORGOT: &str = "/auth/password/forgot";
const RESET: &str = "/auth/password/reset";
const NEW: &str = "oaken wagon wheels";
const SOON: Duration = Duration::from_secs(10);
const ADA: &str = "ada@example.com";

async fn attempt(app: &TestApp, password: &str) -> Reply {
    app.anonymous().post("/auth/login", json!({ "identifier": ADA, "password": password })).await
}

async fn reset(app: &TestApp, token: &str, password: &str) -> Reply {
    app.anonymous().post(RESET, json!({ "token": token, "new_password": password })).await
}

#[tokio::test]
async fn a_user_changes_their_password_and_all_other_sessions_end() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        local_user(&admin, ADA, "user").await;
        let (one, other) = (sign_in(app, ADA).await, sign_in(app, ADA).await);
        let path = "/v1/users/password";
        let wrong = json!({ "current_password": "not the password", "new_password": NEW });
        one.post(path, wrong).await.expect(401);
        for (weak, why) in [("short", "8 to 128"), ("hunter2hunter2", "too easy"), (PASSWORD, "present password")] {
            let refused =
                one.post(path, json!({ "current_password": PASSWORD, "new_password": weak })).await.expect(400);
            assert_eq!(refused.body["errors"][0]["field"], "new_password");
            assert!(refused.text.contains(why), "{}", refused.text);
            assert!(!refused.text.contains("hunter2"), "{}", refused.text);
        }
        other.get("/v1/users/profile").await.expect(200);
        let changed = one.post(path, json!({ "current_password": PASSWORD, "new_password": NEW })).await.expect(200);
        for ended in [&one, &other] {
            let refused = ended.get("/v1/users/profile").await.expect(401);
            assert!(refused.text.contains("your password was changed"), "{}", refused.text);
        }
        app.with_token(changed.body["token"].as_str().unwrap()).get("/v1/users/profile").await.expect(200);
        attempt(app, PASSWORD).await.refused(401);
        attempt(app, NEW).await.expect(200);
        let rows = admin.get("/admin/system/audit?action=password.change").await.expect(200);
        assert_eq!(rows.body["total"], 1);
        assert!(!rows.text.contains("pbkdf2"), "{}", rows.text);
        // Who signs in elsewhere changes it there.
        let elsewhere = app.user("user_a").post(path, json!({ "current_password": "x", "new_password": NEW })).await;
        assert!(elsewhere.expect(409).text.contains("identity provider"));
    })
    .await;
}

#[tokio::test]
async fn who_must_choose_a_new_password_does_nothing_before() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, ADA, "user").await;
        let path = format!("/admin/local-users/{id}");
        let told = admin.patch(&path, json!({ "must_change_password": 1 })).await.expect(200);
        assert_eq!(told.body["user"]["must_change_password"], 1);
        let refused = attempt(app, PASSWORD).await.refused(403);
        assert!(refused.text.contains("/auth/password"), "{}", refused.text);
        let change = json!({ "identifier": ADA, "password": PASSWORD, "new_password": NEW });
        let changed = app.anonymous().post(CHANGE, change).await.expect(200);
        app.with_token(changed.body["token"].as_str().unwrap()).get("/v1/users/profile").await.expect(200);
        assert_eq!(changed.body["user"]["must_change_password"], Value::Null);
        attempt(app, NEW).await.expect(200);
    })
    .await;
}

/// The random part of the link in the newest mail with one.
fn token_in(sink: &MailSink) -> Option<String> {
    let mails: Vec<String> =
        sink.mails().iter().map(|mail| mail.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=")).collect();
    let link = mails.iter().rev().find_map(|mail| mail.split("https://m.example/auth/new-password?token=").nth(1))?;
    Some(link.split_whitespace().next().unwrap().to_owned())
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_mailed_link_once() {
    for backend in Backend::all() {
        let sink = MailSink::start().await;
        let mail = ["--smtp-url", &sink.url, "--email-from", "mail@m.example", "--public-url", "https://m.example"];
        let app = TestApp::start(backend, &mail).await;
        let admin = Admin::of_provider(&app).await;
        local_user(&admin, ADA, "user").await;
        local_user(&admin, "+4915112345678", "user").await;
        let session = sign_in(&app, ADA).await;
        let ask = async |identifier: &str| app.anonymous().post(FORGOT, json!({ "identifier": identifier })).await;
        let known = ask(" ADA@example.com").await.expect(202);
        for unknown in ["nobody@example.com", "+4915112345678", "+4915199999999"] {
            assert_eq!(ask(unknown).await.expect(202).text, known.text);
        }
        ask("no address").await.refused(400);
        eventually(SOON, "the link arrives", || async { token_in(&sink).is_some() }).await;
        let token = token_in(&sink).unwrap();
        ask(ADA).await.expect(202);

        reset(&app, &token, "hunter2hunter2").await.refused(400);
        // Of two uses at the same moment one wins.
        let (one, other) = tokio::join!(reset(&app, &token, NEW), reset(&app, &token, NEW));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 410]);
        reset(&app, &token, "another oaken wagon").await.refused(410);
        reset(&app, "aed_pwd_nonsense", NEW).await.refused(410);
        session.get("/v1/users/profile").await.expect(401);
        attempt(&app, PASSWORD).await.refused(401);
        attempt(&app, NEW).await.expect(200);
        let is_told = || async { sink.mails().iter().any(|mail| mail.contains("Your password was changed")) };
        eventually(SOON, "the user is told", is_told).await;
        let links = sink.mails().iter().filter(|mail| mail.contains("Choose a new password")).count();
        assert_eq!(links, 1, "one a minute, and none to who has no address");
        let rows = admin.get("/admin/system/audit?limit=100").await.expect(200);
        assert!(!rows.text.contains("aed_pwd_"), "{}", rows.text);
        app.stop().await;
    }
}

#[tokio::test]
async fn an_admin_gives_a_link_to_nobody_above_them() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, ADA, "user").await;
        let path = |id: &str| format!("/admin/local-users/{id}/password-reset");
        let link = async || {
            let given = admin.post(&path(&id), json!({})).await.expect(200);
            given.body["link"].as_str().unwrap().rsplit_once("token=").unwrap().1.to_owned()
        };
        let (older, newer) = (link().await, link().await);
        reset(app, &older, NEW).await.refused(410);
        attempt(app, PASSWORD).await.expect(200);
        reset(app, &newer, NEW).await.expect(200);
        attempt(app, NEW).await.expect(200);
        let mailed = admin.post(&path(&id), json!({ "send_mail": true })).await.expect(200);
        assert_eq!(mailed.body["link"], Value::Null);
        admin.post(&path("nobody"), json!({})).await.refused(404);

        let clerk =
            json!({ "role_name": "clerk", "display_name": "Clerk", "permissions": ["users:read", "users:write"] });
        admin.post("/admin/system/roles", clerk).await.expect(201);
        app.assign("user_clerk", "clerk").await;
        let clerk: Caller = app.claimed_admin("user_clerk");
        clerk.post(&path(&id), json!({})).await.expect(200);
        let boss = local_user(&admin, "boss@example.com", "admin").await;
        app.assign(&boss, "super-admin").await;
        clerk.post(&path(&boss), json!({})).await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn the_pages_do_the_same_without_a_script() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let id = local_user(&admin, ADA, "user").await;
        let browser = app.anonymous().with_header("Origin", &app.url());
        for page in ["/auth/password", "/auth/forgot-password", "/auth/new-password?token=x"] {
            let shown = app.anonymous().get(page).await.expect(200);
            assert!(shown.text.contains("<form method=\"post\""), "{}", shown.text);
        }
        let form = [("identifier", ADA), ("password", PASSWORD), ("new_password", NEW)];
        app.anonymous().post_form("/auth/password", &form).await.expect(403);
        let weak = [("identifier", ADA), ("password", PASSWORD), ("new_password", "testpassword")];
        let refused = browser.post_form("/auth/password", &weak).await.expect(400);
        assert!(
            refused.text.contains("too easy to guess") && !refused.text.contains("testpassword"),
            "{}",
            refused.text
        );
        browser.post_form("/auth/password", &form).await.expect(200);
        attempt(app, NEW).await.expect(200);
        let asked = browser.post_form("/auth/forgot-password", &[("identifier", ADA)]).await.expect(200);
        assert!(asked.text.contains("on its way"), "{}", asked.text);

        let given = admin.post(&format!("/admin/local-users/{id}/password-reset"), json!({})).await.expect(200);
        let token = given.body["link"].as_str().unwrap().rsplit_once("token=").unwrap().1;
        let chosen = [("token", token), ("new_password", "another oaken wagon")];
        browser.post_form("/auth/new-password", &chosen).await.expect(200);
        browser.post_form("/auth/new-password", &chosen).await.expect(410);
        attempt(app, "another oaken wagon").await.expect(200);
    })
    .await;
}
