//! Campaigns, notices, and how nobody gets what they don't want.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{admin, audited, known, problem};
use crate::support::{
    Backend, Binary, Caller, IdentityProvider, MailSink, TestApp, TestDatabase, eventually, on_each_backend,
};

pub(super) const CAMPAIGNS: &str = "/v1/admin/marketing-email";

async fn beside_a_mail_server(test: impl AsyncFn(&TestApp, &MailSink)) {
    for backend in Backend::all() {
        let sink = MailSink::start().await;
        let arguments = [
            "--smtp-url",
            &sink.url,
            "--email-from",
            "Market <mail@market.example>",
            "--public-url",
            "https://market.example",
        ];
        let app = TestApp::start(backend, &arguments).await;
        test(&app, &sink).await;
        app.stop().await;
    }
}

pub(super) fn news() -> Value {
    json!({
        "subject": "New skills available",
        "html_body": "<h1>Check out our latest skills</h1><p>We have added 10 new skills this week.</p>",
    })
}

pub(super) async fn consenting(app: &TestApp, id: &str) -> Caller {
    let user = known(app, id).await;
    user.patch("/v1/users/profile", json!({ "marketing_opt_in": true })).await.expect(200);
    user
}

pub(super) async fn campaign(admin: &Caller, id: &Value) -> Value {
    admin.get(&format!("{CAMPAIGNS}/{id}")).await.expect(200).body
}

pub(super) async fn is_done(admin: &Caller, id: &Value) {
    let done = || async { campaign(admin, id).await["status"] == "sent" };
    eventually(Duration::from_secs(15), "the campaign is sent", done).await;
}

#[tokio::test]
async fn a_campaign_reaches_everybody_who_agreed_once() {
    beside_a_mail_server(async |app, sink| {
        let admin = admin(app).await;
        for id in ["user_a", "user_b", "user_c"] {
            consenting(app, id).await;
        }
        known(app, "user_silent").await;
        admin.post("/v1/admin/abuse/hold-account/user_c", json!({ "reason": "why" })).await.expect(200);
        let retried = admin.with_header("Idempotency-Key", "news-1");
        let sent = retried.post(CAMPAIGNS, news()).await.expect(201);
        assert_eq!((&sent.body["recipients"], &sent.body["status"]), (&json!(2), &json!("sending")));
        let again = retried.post(CAMPAIGNS, news()).await.expect(201);
        assert_eq!((&again.body, again.header("idempotent-replayed")), (&sent.body, Some("true")));
        let id = sent.body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let told = campaign(&admin, &id).await;
        assert_eq!((&told["sent"], &told["failed"], &told["pending"]), (&json!(2), &json!(0), &json!(0)));
        let mails = sink.mails();
        assert_eq!(mails.len(), 2, "{mails:?}");
        for (mail, to) in mails.iter().zip(["user_a@example.com", "user_b@example.com"]) {
            assert!(mail.starts_with(to), "{mail}");
            for needed in [
                "Subject: New skills available",
                "From: Market <mail@market.example>",
                "List-Unsubscribe: <https://market.example/v1/unsubscribe/",
                "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
                "multipart/alternative",
                "We have added 10 new skills this week.",
            ] {
                assert!(mail.contains(needed), "{needed}: {mail}");
            }
        }
        assert_eq!(audited(&admin, "action=marketing_email.send").await, 1, "a campaign is one row");
    })
    .await;
}

#[tokio::test]
async fn a_mail_is_tried_on_whoever_writes_it() {
    beside_a_mail_server(async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        let test = format!("{CAMPAIGNS}/test");
        let tried = admin.post(&test, news()).await.expect(201).body;
        assert_eq!(tried["email"], "user_root@example.com");
        eventually(Duration::from_secs(15), "the mail is sent", || async { !sink.mails().is_empty() }).await;
        let mails = sink.mails();
        let [mail] = mails.as_slice() else { panic!("one mail: {mails:?}") };
        assert!(mail.starts_with("user_root@example.com") && mail.contains("multipart/alternative"), "{mail}");
        assert!(
            mail.contains("We have added 10 new skills this week.") && !mail.contains("List-Unsubscribe"),
            "{mail}"
        );
        assert_eq!(audited(&admin, "action=marketing_email.test").await, 1);
        assert_eq!(admin.get("/v1/admin/campaigns").await.expect(200).body["campaigns"], json!([]));
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let listed = admin.get("/v1/admin/campaigns").await.expect(200).body;
        assert_eq!((&listed["total"], &listed["campaigns"][0]), (&json!(1), &campaign(&admin, &id).await));

        problem(admin.post(&test, json!({ "subject": "a", "html_body": "" })).await, 400);
        let minted = admin.post("/v1/auth/cli-tokens", json!({})).await.expect(201).body;
        // The provider's token would bring the address back.
        let terminal = app.with_token(minted["token"].as_str().unwrap());
        app.change_by_sql("UPDATE users SET email = NULL WHERE id = 'user_root'");
        let refused = problem(terminal.post(&test, news()).await, 409);
        assert!(refused.text.contains("no e-mail address"), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn one_click_takes_off_the_list_and_a_look_does_not() {
    beside_a_mail_server(async |app, sink| {
        let admin = admin(app).await;
        let user = consenting(app, "user_a").await;
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let mail = sink.mails().remove(0);
        let link = mail.split("List-Unsubscribe: <https://market.example").nth(1).unwrap().split('>').next().unwrap();
        let opted_in = async || user.get("/v1/users/profile").await.expect(200).body["marketing_opt_in"].clone();
        let page = app.anonymous().get(link).await.expect(200);
        assert!(page.text.contains("<form method=\"post\">"), "{}", page.text);
        assert!(page.header("content-security-policy").unwrap().contains("default-src 'none'"));
        assert_eq!(opted_in().await, true);
        let click = Some(("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click".to_vec()));
        for _ in 0..2 {
            app.anonymous().send_raw(Method::POST, link, click.clone()).await.expect(200);
        }
        assert_eq!(opted_in().await, false);
        assert_eq!(audited(&admin, "action=marketing_email.unsubscribe").await, 1);
        for bad in ["/v1/unsubscribe/x", "/v1/unsubscribe/AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA"] {
            problem(app.anonymous().get(bad).await, 404);
            problem(app.anonymous().send_raw(Method::POST, bad, click.clone()).await, 404);
        }
        let next = admin.post(CAMPAIGNS, news()).await.expect(201).body;
        assert_eq!((&next["recipients"], &next["status"]), (&json!(0), &json!("sent")));
    })
    .await;
}

#[tokio::test]
async fn who_has_had_enough_before_it_is_sent_does_not_get_it() {
    beside_a_mail_server(async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        consenting(app, "user_nobody").await;
        sink.set_busy(true);
        app.change_by_sql("UPDATE users SET email = 'nobody@example.com' WHERE id = 'user_nobody'");
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        let tried = || async { campaign(&admin, &id).await["pending"] == 2 };
        eventually(Duration::from_secs(5), "the mail server is busy", tried).await;
        app.user("user_a").patch("/v1/users/profile", json!({ "marketing_opt_in": false })).await.expect(200);
        sink.set_busy(false);
        app.database.execute("UPDATE mails SET due_at = 0");
        is_done(&admin, &id).await;
        let told = campaign(&admin, &id).await;
        assert_eq!((&told["sent"], &told["suppressed"], &told["failed"]), (&json!(0), &json!(1), &json!(1)), "{told}");
        assert!(sink.mails().is_empty());
    })
    .await;
}

#[tokio::test]
async fn what_could_not_be_delivered_is_shown_and_sent_again() {
    beside_a_mail_server(async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        consenting(app, "user_nobody").await;
        app.change_by_sql("UPDATE users SET email = 'nobody@example.com' WHERE id = 'user_nobody'");
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let failed = admin.get("/v1/admin/mail?status=failed").await.expect(200).body;
        let mail = &failed["mail"][0];
        assert_eq!((&failed["total"], &mail["campaign_id"]), (&json!(1), &id), "{failed}");
        assert_eq!((&mail["email"], &mail["subject"]), (&json!("nobody@example.com"), &news()["subject"]));
        assert!(mail["last_error"].as_str().unwrap().contains("refused"), "{mail}");
        assert_eq!(admin.get("/v1/admin/mail?limit=1").await.expect(200).body["total"], 2);
        problem(admin.get("/v1/admin/mail?status=lost").await, 400);

        app.change_by_sql("UPDATE users SET email = 'somebody@example.com' WHERE id = 'user_nobody'");
        let retry = format!("/v1/admin/mail/{}/retry", mail["id"]);
        assert_eq!(admin.post(&retry, json!({})).await.expect(200).body["status"], "pending");
        is_done(&admin, &id).await;
        assert!(sink.mails().iter().any(|mail| mail.starts_with("somebody@example.com")));
        problem(admin.post(&retry, json!({})).await, 409);
        problem(admin.post("/v1/admin/mail/999/retry", json!({})).await, 404);
        problem(app.user("user_a").get("/v1/admin/mail").await, 403);
        problem(app.user("user_a").post(&retry, json!({})).await, 403);
        assert_eq!(audited(&admin, "action=mail.retry&status=success").await, 1);
    })
    .await;
}

/// `kill -9` in the middle of a campaign: everybody gets it, and nobody more often than the mail that was on its way.
#[tokio::test]
async fn a_campaign_outlives_kills() {
    const RECIPIENTS: usize = 2_000;
    const KILLS: usize = 3;
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let sink = MailSink::start().await;
        let binary = Binary::on(&database.url).trusting(&provider).with("AEDILE_RATE_ADMIN", "0");
        let binary = binary.with("SMTP_URL", &sink.url).with("EMAIL_FROM", "Market <mail@market.example>");
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        database.execute(&format!(
            "INSERT INTO users (id, email, marketing_opt_in, created_at, updated_at) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RECIPIENTS}) \
             SELECT 'user_n' || i, 'n' || i || '@example.com', TRUE, 1, 1 FROM n"
        ));
        let token = IdentityProvider::token("user_root", true);
        let server = binary.serve(&[]).await;
        let sent = server.caller(Some(&token)).post(CAMPAIGNS, news()).await.expect(201).body;
        assert_eq!(sent["recipients"], RECIPIENTS);
        let mut server = Some(server);
        for kill in 1..=KILLS {
            let far_enough = || async { sink.mails().len() >= kill * 450 };
            eventually(Duration::from_secs(60), "some of it was sent", far_enough).await;
            server.take().unwrap().kill();
            // What the dead server had taken is due again after a minute.
            database.execute("UPDATE mails SET due_at = 1 WHERE status = 'pending'");
            server = Some(binary.serve(&[]).await);
        }
        let admin = server.as_ref().unwrap().caller(Some(&token));
        let done = || async { campaign(&admin, &sent["campaign_id"]).await["sent"] == RECIPIENTS };
        eventually(Duration::from_secs(60), "the campaign is sent", done).await;
        let mails = sink.mails();
        let mut people: Vec<&str> = mails.iter().map(|mail| mail.lines().next().unwrap()).collect();
        people.sort_unstable();
        people.dedup();
        assert_eq!(people.len(), RECIPIENTS, "{backend:?}: somebody was left out");
        assert!(mails.len() <= RECIPIENTS + KILLS, "{backend:?}: {} mails", mails.len());
        provider.stop().await;
    }
}

#[tokio::test]
async fn who_asks_to_be_deleted_is_told_when() {
    beside_a_mail_server(async |app, sink| {
        let user = known(app, "user_a").await;
        user.delete("/v1/users/profile").await.expect(202);
        let told = || async { sink.mails().iter().any(|mail| mail.contains("Your account will be deleted")) };
        eventually(Duration::from_secs(10), "the notice is sent", told).await;
        let mail = sink.mails().remove(0);
        assert!(mail.starts_with("user_a@example.com") && !mail.contains("List-Unsubscribe"), "{mail}");
    })
    .await;
}

#[tokio::test]
async fn without_a_mail_server_mail_waits() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        assert_eq!(campaign(&admin, &id).await["pending"], 1);
        for bad in [
            json!({ "subject": "a" }),
            json!({ "subject": "a\r\nBcc: x@example.com", "html_body": "b" }),
            json!({ "subject": "", "html_body": "b" }),
            json!({ "subject": "a", "html_body": "" }),
            json!({ "subject": "a", "html_body": "b", "to": "c" }),
        ] {
            problem(admin.post(CAMPAIGNS, bad).await, 400);
        }
        problem(admin.get(&format!("{CAMPAIGNS}/999")).await, 404);
        let user = app.user("user_a");
        problem(user.post(CAMPAIGNS, news()).await, 403);
        problem(user.get(&format!("{CAMPAIGNS}/{id}")).await, 403);
    })
    .await;
}
