//! Invitations: by a link or by mail, with a role within the rights of who invites.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Admin, PASSWORD, holder, local_user, made_once, sign_in};
use crate::support::{Backend, Caller, MailSink, Reply, TestApp, eventually, on_each_backend};

const PATH: &str = "/admin/invitations";
const PAGE: &str = "/auth/invitation";
const ADA: &str = "ada@example.com";
const SOON: Duration = Duration::from_secs(10);

/// Invites somebody; answers the invitation's number and the random part of its link.
async fn invite(admin: &Caller, body: Value) -> (Value, String) {
    let made = admin.post(PATH, body).await.expect(201);
    (made.body["invitation"]["id"].clone(), token(&made))
}

fn token(made: &Reply) -> String {
    made.body["link"].as_str().unwrap().rsplit_once("/auth/invitation?token=").unwrap().1.to_owned()
}

async fn accept(app: &TestApp, token: &str) -> Reply {
    let body = json!({ "token": token, "new_password": PASSWORD });
    app.anonymous().post("/auth/invitation/accept", body).await
}

async fn state(admin: &Caller, id: &Value) -> Value {
    let listed = admin.get(PATH).await.expect(200);
    let found = listed.body["invitations"].as_array().unwrap().iter().find(|found| found["id"] == *id);
    found.unwrap()["state"].clone()
}

#[tokio::test]
async fn the_invited_choose_their_password_and_get_their_role() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let wanted = json!({ "identifier": " Ada@Example.com ", "role_name": "viewer", "days": 2 });
        let (id, token) = invite(&admin, wanted.clone()).await;
        let again = admin.post(PATH, wanted).await.refused(409);
        assert!(again.text.contains("resend or revoke"), "{}", again.text);
        let open = admin.get(&format!("{PATH}?open=true")).await.expect(200);
        assert_eq!((&open.body["total"], &open.body["invitations"][0]["invited_by"]), (&json!(1), &json!("user_root")));
        assert!(!open.text.contains(&token));

        let weak = json!({ "token": token, "new_password": "ada@example.com" });
        app.anonymous().post("/auth/invitation/accept", weak).await.refused(400);
        let made = accept(app, &token).await.expect(201);
        assert_eq!((&made.body["user"]["identifier"], &made.body["user"]["role"]), (&json!(ADA), &json!("admin")));
        accept(app, &token).await.refused(410);
        accept(app, "aed_inv_nonsense").await.refused(410);
        assert_eq!(state(&admin, &id).await, "accepted");
        let ada = sign_in(app, ADA).await;
        ada.get("/admin/system/flags").await.expect(200);
        ada.post(PATH, json!({ "identifier": "eve@example.com" })).await.refused(403);
        admin.post(PATH, json!({ "identifier": ADA })).await.refused(409);
        admin.delete(&format!("{PATH}/{id}")).await.refused(409);

        let rows = admin.get("/admin/system/audit?action=invitation.accept").await.expect(200);
        assert_eq!(rows.body["total"], 3, "the user, the assignment and the invitation: {}", rows.text);
        let log = admin.get("/admin/system/audit?limit=100").await.expect(200);
        assert!(!log.text.contains("aed_inv_") && !log.text.contains("pbkdf2"), "{}", log.text);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_sent_again_and_revoked() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let (id, first) = invite(&admin, json!({ "identifier": ADA })).await;
        let path = format!("{PATH}/{id}");
        let second = token(&admin.post(&format!("{path}/resend"), json!({ "days": 30 })).await.expect(200));
        accept(app, &first).await.refused(410);
        app.change_by_sql("UPDATE invitations SET expires_at = 1");
        accept(app, &second).await.refused(410);
        assert_eq!(state(&admin, &id).await, "expired");
        let third = token(&admin.send(reqwest::Method::POST, &format!("{path}/resend"), None).await.expect(200));
        admin.delete(&path).await.expect(200);
        accept(app, &third).await.refused(410);
        assert_eq!(state(&admin, &id).await, "revoked");
        admin.post(&format!("{path}/resend"), json!({})).await.refused(409);
        admin.delete(&path).await.refused(409);
        admin.delete(&format!("{PATH}/99")).await.refused(404);
        // An expired one is replaced by another.
        let (expired, _) = invite(&admin, json!({ "identifier": ADA })).await;
        app.change_by_sql("UPDATE invitations SET expires_at = 1");
        let (_, token) = invite(&admin, json!({ "identifier": ADA })).await;
        assert_eq!(state(&admin, &expired).await, "revoked");
        accept(app, &token).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn c_01_nobody_invites_above_themself_and_rights_are_judged_again_when_it_is_accepted() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let writer = holder(app, &admin, "user_writer", &["users:read", "users:write"]).await;
        let assigner =
            holder(app, &admin, "user_assigner", &["users:read", "users:write", "roles:assign", "flags:read"]).await;
        let reader = holder(app, &admin, "user_reader", &["users:read"]).await;
        reader.post(PATH, json!({ "identifier": ADA })).await.refused(403);
        for above in [json!({ "role": "admin" }), json!({ "tier": "admin" }), json!({ "role_name": "viewer" })] {
            let mut body = above.clone();
            body["identifier"] = json!(ADA);
            writer.post(PATH, body).await.refused(403);
        }
        for role in ["super-admin", "editor"] {
            assigner.post(PATH, json!({ "identifier": ADA, "role_name": role })).await.refused(403);
        }
        // Nobody hands out another's invitation that gives more than they hold.
        let (id, _) = invite(&admin, json!({ "identifier": ADA, "role_name": "super-admin" })).await;
        for below in [&writer, &assigner] {
            below.post(&format!("{PATH}/{id}/resend"), json!({})).await.refused(403);
        }
        writer.delete(&format!("{PATH}/{id}")).await.expect(200);

        let role = json!({ "role_name": "flagger", "display_name": "Flagger", "permissions": ["flags:read"] });
        admin.post("/admin/system/roles", role).await.expect(201);
        let (_, token) = invite(&assigner, json!({ "identifier": ADA, "role": "admin", "role_name": "flagger" })).await;
        let demoted = json!({ "clerk_user_id": "user_assigner", "role_name": "role-of-user_writer" });
        admin.post("/admin/system/roles/assign", demoted).await.expect(200);
        let refused = accept(app, &token).await.refused(410);
        assert!(refused.text.contains("who invited you"), "{}", refused.text);
        let promoted = json!({ "clerk_user_id": "user_assigner", "role_name": "role-of-user_assigner" });
        admin.post("/admin/system/roles/assign", promoted).await.expect(200);
        app.change_by_sql("UPDATE users SET status = 'held' WHERE id = 'user_assigner'");
        accept(app, &token).await.refused(410);
        app.change_by_sql("UPDATE users SET status = 'active' WHERE id = 'user_assigner'");
        accept(app, &token).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn of_many_at_once_one_is_made_and_one_accepts() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        made_once(&admin, PATH, &json!({ "identifier": "eve@example.com" })).await;
        let (_, token) = invite(&admin, json!({ "identifier": ADA })).await;
        let answers = tokio::join!(accept(app, &token), accept(app, &token), accept(app, &token));
        let mut statuses = [answers.0.status, answers.1.status, answers.2.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 410, 410]);
        // A tier that was deleted meanwhile is given to nobody.
        admin
            .put("/admin/system/tiers/gold", json!({ "display_name": "Gold", "order_rank": 7, "rate_limit": 500 }))
            .await
            .expect(201);
        let (_, gold) = invite(&admin, json!({ "identifier": "dee@example.com", "tier": "gold" })).await;
        admin.delete("/admin/system/tiers/gold").await.expect(200);
        accept(app, &gold).await.refused(410);
        // Who got an account in another way meanwhile has one already.
        let (_, token) = invite(&admin, json!({ "identifier": "cyd@example.com" })).await;
        local_user(&admin, "cyd@example.com", "user").await;
        accept(app, &token).await.refused(409);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_is_mailed_to_who_is_no_user_yet() {
    for backend in Backend::all() {
        let sink = MailSink::start().await;
        let mail = ["--smtp-url", &sink.url, "--email-from", "mail@m.example", "--public-url", "https://m.example"];
        let app = TestApp::start(backend, &mail).await;
        let admin = Admin::of_provider(&app).await;
        let phone = json!({ "identifier": "+4915112345678", "send_mail": true });
        admin.post(PATH, phone).await.refused(400);
        let made = admin.post(PATH, json!({ "identifier": ADA, "send_mail": true })).await.expect(201);
        assert_eq!((&made.body["link"], &made.body["invitation"]["is_mailed"]), (&Value::Null, &json!(1)));
        let linked = || {
            let mails = sink.mails();
            let mail = mails.iter().find(|mail| mail.contains("You are invited") && mail.contains(ADA))?;
            let text = mail.replace("\r\n", "\n").replace("=\n", "").replace("=3D", "=");
            let link = text.split("https://m.example/auth/invitation?token=").nth(1)?;
            Some(link.split_whitespace().next().unwrap().to_owned())
        };
        eventually(SOON, "the invitation arrives", || async { linked().is_some() }).await;
        let listed = admin.get("/v1/admin/mail").await.expect(200);
        let mail = &listed.body["mail"][0];
        assert_eq!((&mail["user_id"], &mail["email"]), (&Value::Null, &json!(ADA)), "{}", listed.text);
        accept(&app, &linked().unwrap()).await.expect(201);
        sign_in(&app, ADA).await;
        app.stop().await;
    }
}

#[tokio::test]
async fn the_page_behind_the_link_says_who_is_invited_and_works_without_a_script() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let (_, token) = invite(&admin, json!({ "identifier": ADA })).await;
        let page = format!("{PAGE}?token={token}");
        let shown = app.anonymous().get(&page).await.expect(200);
        assert!(shown.text.contains(ADA) && shown.text.contains("Create account"), "{}", shown.text);
        let over = app.anonymous().get(&format!("{PAGE}?token=aed_inv_x")).await.expect(410);
        assert!(over.text.contains("ask for another") && !over.text.contains("<form"), "{}", over.text);
        let form = [("token", token.as_str()), ("new_password", PASSWORD)];
        app.anonymous().post_form(PAGE, &form).await.expect(403);
        let browser = app.anonymous().with_header("Origin", &app.url());
        let weak = [("token", token.as_str()), ("new_password", "testpassword")];
        let refused = browser.post_form(PAGE, &weak).await.expect(400);
        assert!(refused.text.contains("too easy") && refused.text.contains(ADA), "{}", refused.text);
        let done = browser.post_form(PAGE, &form).await.expect(200);
        assert!(done.text.contains("Your account is ready") && done.text.contains("/dashboard/sign-in"));
        browser.post_form(PAGE, &form).await.expect(410);
        app.anonymous().get(&page).await.expect(410);
        sign_in(app, ADA).await;
    })
    .await;
}
