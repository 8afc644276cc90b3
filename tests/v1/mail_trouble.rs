//! Unkind mail servers, and several instances that send.

use std::collections::HashSet;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::mail::{CAMPAIGNS, campaign, consenting, is_done, news};
use super::{admin, problem};
use crate::support::{Backend, Binary, Caller, IdentityProvider, MailSink, TestApp, TestDatabase, eventually};

const PATIENCE: Duration = Duration::from_secs(30);

/// Runs a test on each database with a sink, reached by the URL that `url` makes of its own.
async fn beside(url: fn(&str) -> String, further: &[&str], test: impl AsyncFn(&TestApp, &MailSink)) {
    for backend in Backend::all() {
        let sink = MailSink::start().await;
        let url = url(&sink.url);
        let arguments =
            ["--smtp-url", &url, "--email-from", "mail@market.example", "--public-url", "https://m.example"];
        let app = TestApp::start(backend, &[&arguments, further].concat()).await;
        test(&app, &sink).await;
        app.stop().await;
    }
}

fn plainly(url: &str) -> String {
    url.to_owned()
}

fn with_password(url: &str) -> String {
    url.replace("smtp://", "smtp://mailer:old%20one@")
}

/// The mail that was tried and could not be sent, once there is one.
async fn waiting(admin: &Caller) -> Value {
    let overview = async || admin.get("/v1/admin/overview").await.expect(200).body;
    eventually(PATIENCE, "trouble is shown", || async { overview().await["mail_trouble"].is_object() }).await;
    let pending = admin.get("/v1/admin/mail?status=pending").await.expect(200).body;
    let mail = pending["mail"].as_array().unwrap().iter().find(|mail| mail["last_error"].is_string()).unwrap().clone();
    assert_eq!(mail["attempts"], 0, "trouble of the server counts for no mail: {mail}");
    mail
}

/// Lets mail be tried at once.
fn hurry(app: &TestApp) {
    app.database.execute("UPDATE mails SET due_at = 1 WHERE status = 'pending' AND lease_owner IS NULL");
}

#[tokio::test]
async fn a_rotated_password_keeps_mail_waiting_and_is_shown() {
    beside(with_password, &["--smtp-allow-clear-password"], async |app, sink| {
        sink.behave(|manners| manners.credentials = Some(("mailer".into(), "new one".into())));
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        let mail = waiting(&admin).await;
        let said = mail["last_error"].as_str().unwrap();
        assert!(said.contains("signing in failed") && said.contains("535"), "{said}");
        assert!(!said.contains("old one"), "{said}");
        let page = admin.get("/v1/admin/overview").await.expect(200).body;
        assert_eq!(
            (&page["mail_trouble"]["waiting"], &page["mail_trouble"]["error"]),
            (&json!(1), &mail["last_error"])
        );

        sink.behave(|manners| manners.credentials = Some(("mailer".into(), "old one".into())));
        hurry(app);
        is_done(&admin, &id).await;
        assert_eq!(campaign(&admin, &id).await["sent"], 1);
        assert_eq!(admin.get("/v1/admin/overview").await.expect(200).body["mail_trouble"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn a_password_is_not_sent_in_clear_unless_a_setting_says_so() {
    beside(with_password, &[], async |app, sink| {
        sink.behave(|manners| manners.credentials = Some(("mailer".into(), "old one".into())));
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        admin.post(CAMPAIGNS, news()).await.expect(201);
        let said = waiting(&admin).await["last_error"].to_string();
        assert!(said.contains("SMTP_ALLOW_CLEAR_PASSWORD"), "{said}");
        assert_eq!((sink.passwords(), sink.mails().len()), (0, 0));
    })
    .await;
}

#[tokio::test]
async fn denied_relaying_kills_no_mail_and_an_unknown_recipient_does() {
    beside(plainly, &[], async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        consenting(app, "user_nobody").await;
        app.change_by_sql("UPDATE users SET email = 'nobody@example.com' WHERE id = 'user_nobody'");
        sink.behave(|manners| manners.denies_relay = true);
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        assert!(waiting(&admin).await["last_error"].to_string().contains("relay access denied"));
        assert_eq!(campaign(&admin, &id).await["failed"], 0);

        sink.behave(|manners| manners.denies_relay = false);
        hurry(app);
        is_done(&admin, &id).await;
        let told = campaign(&admin, &id).await;
        assert_eq!((&told["sent"], &told["failed"]), (&json!(1), &json!(1)), "{told}");
        let failed = admin.get("/v1/admin/mail?status=failed").await.expect(200).body["mail"][0].clone();
        let said = failed["last_error"].as_str().unwrap();
        assert!(said.contains("refused") && said.contains("no such user") && !said.contains("nobody@"), "{said}");
    })
    .await;
}

#[tokio::test]
async fn an_address_beyond_ascii_fails_with_words_where_it_is_not_taken() {
    beside(plainly, &[], async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        app.change_by_sql("UPDATE users SET email = 'jörg@bücher.example' WHERE id = 'user_a'");
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let failed = admin.get("/v1/admin/mail?status=failed").await.expect(200).body["mail"][0].clone();
        assert!(failed["last_error"].as_str().unwrap().contains("SMTPUTF8"), "{failed}");
        sink.behave(|manners| manners.knows_utf8 = true);
        admin.post(&format!("/v1/admin/mail/{}/retry", failed["id"]), json!({})).await.expect(200);
        is_done(&admin, &id).await;
        assert!(sink.mails()[0].starts_with("jörg@xn--bcher-kva.example"), "{:?}", sink.mails());
    })
    .await;
}

#[tokio::test]
async fn a_lost_answer_is_tried_again_under_the_same_message_id() {
    beside(plainly, &[], async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        sink.behave(|manners| manners.answers_to_lose = 1);
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        waiting(&admin).await;
        hurry(app);
        is_done(&admin, &id).await;
        let ids: Vec<String> = sink.mails().iter().map(|mail| message_id(mail)).collect();
        assert_eq!(ids.len(), 2);
        assert_eq!(ids[0], ids[1]);
    })
    .await;
}

fn message_id(mail: &str) -> String {
    mail.lines().find(|line| line.starts_with("Message-ID: ")).unwrap().to_owned()
}

#[tokio::test]
async fn another_installation_gives_other_message_ids() {
    let ids = async || {
        let ids = std::cell::RefCell::new(Vec::new());
        beside(plainly, &[], async |app, sink| {
            let admin = admin(app).await;
            admin.post(&format!("{CAMPAIGNS}/test"), news()).await.expect(201);
            eventually(PATIENCE, "the mail is sent", || async { !sink.mails().is_empty() }).await;
            ids.borrow_mut().push(message_id(&sink.mails()[0]));
        })
        .await;
        ids.into_inner()
    };
    let all = [ids().await, ids().await].concat();
    let unique: HashSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len(), "the first mail of each database: {all:?}");
}

#[tokio::test]
async fn mail_is_encrypted_when_offered_and_only_for_a_certificate_of_that_host() {
    let database = TestDatabase::fresh(Backend::Sqlite).await;
    let provider = IdentityProvider::start();
    for (host, parameter, is_sent) in [
        ("localhost", "", true),
        ("localhost", "?tls=required", true),
        ("elsewhere.example", "", false),
        ("elsewhere.example", "?tls=required", false),
    ] {
        let (sink, certificate) = MailSink::with_certificate_for(host).await;
        let url = format!("smtp://localhost:{}{parameter}", sink.port);
        let binary = Binary::on(&database.url).trusting(&provider).with("EMAIL_FROM", "mail@market.example");
        let trusted = binary.folder().join("roots.pem");
        std::fs::write(&trusted, certificate).unwrap();
        let binary = binary.with("SMTP_URL", &url).with("SSL_CERT_FILE", trusted.to_str().unwrap());
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let server = binary.serve(&[]).await;
        let admin = server.caller(Some(&IdentityProvider::token("user_root", true)));
        admin.post(&format!("{CAMPAIGNS}/test"), news()).await.expect(201);
        if is_sent {
            eventually(PATIENCE, "the mail is sent", || async { !sink.mails().is_empty() }).await;
            assert_eq!(sink.encrypted(), 1, "{url}");
        } else {
            assert!(waiting(&admin).await["last_error"].to_string().contains("certificate"), "{url}");
            assert!(sink.mails().is_empty());
        }
        drop(server);
        database.execute("DELETE FROM mails");
    }
    provider.stop().await;
}

#[tokio::test]
async fn encryption_that_is_required_and_not_offered_keeps_mail_waiting() {
    let required = |url: &str| format!("{url}?tls=required");
    beside(required, &[], async |app, sink| {
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        admin.post(CAMPAIGNS, news()).await.expect(201);
        assert!(waiting(&admin).await["last_error"].to_string().contains("STARTTLS"));
        assert!(sink.mails().is_empty());
    })
    .await;
}

#[tokio::test]
async fn consent_is_read_right_before_each_mail_is_sent() {
    beside(plainly, &[], async |app, sink| {
        let admin = admin(app).await;
        for id in ["user_a", "user_b", "user_c"] {
            consenting(app, id).await;
        }
        sink.behave(|manners| manners.holds = true);
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        eventually(PATIENCE, "the first mail is on its way", || async { sink.mails().len() == 1 }).await;
        app.user("user_b").patch("/v1/users/profile", json!({ "marketing_opt_in": false })).await.expect(200);
        app.database.execute("UPDATE users SET status = 'deleted', email = NULL WHERE id = 'user_c'");
        sink.behave(|manners| manners.holds = false);
        is_done(&admin, &id).await;
        let told = campaign(&admin, &id).await;
        assert_eq!((&told["sent"], &told["suppressed"]), (&json!(1), &json!(2)), "{told}");
        assert_eq!(sink.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_slow_mail_server_gets_a_mail_once_because_its_lease_is_renewed() {
    beside(plainly, &[], async |app, sink| {
        let sink_url = ["--smtp-url", &sink.url, "--email-from", "mail@market.example"];
        let other = app.another_instance(&sink_url).await;
        let admin = admin(app).await;
        consenting(app, "user_a").await;
        sink.behave(|manners| manners.holds = true);
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        eventually(PATIENCE, "the mail is on its way", || async { !sink.mails().is_empty() }).await;
        let leased_until = "SELECT due_at FROM mails";
        let first = app.database.number(leased_until);
        let renewed = || async { app.database.number(leased_until) > first };
        eventually(PATIENCE, "the lease is renewed", renewed).await;
        sink.behave(|manners| manners.holds = false);
        is_done(&admin, &id).await;
        assert_eq!(sink.mails().len(), 1);
        other.stop().await;
    })
    .await;
}

/// Two instances, of which one or the other is killed three times in the middle of a campaign.
#[tokio::test]
async fn two_instances_and_three_kills_send_twice_only_what_was_on_its_way() {
    const RECIPIENTS: usize = 600;
    const KILLS: usize = 3;
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let sink = MailSink::start().await;
        let binary = Binary::on(&database.url).trusting(&provider).with("AEDILE_RATE_ADMIN", "0");
        let binary = binary.with("SMTP_URL", &sink.url).with("EMAIL_FROM", "mail@market.example");
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        database.execute(&format!(
            "INSERT INTO users (id, email, marketing_opt_in, created_at, updated_at) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {RECIPIENTS}) \
             SELECT 'user_n' || i, 'n' || i || '@example.com', TRUE, 1, 1 FROM n"
        ));
        let token = IdentityProvider::token("user_root", true);
        let mut servers = std::collections::VecDeque::from([binary.serve(&[]).await, binary.serve(&[]).await]);
        let sent = servers[0].caller(Some(&token)).post(CAMPAIGNS, news()).await.expect(201).body;
        for kill in 1..=KILLS {
            let far_enough = || async { sink.mails().len() >= kill * RECIPIENTS / (KILLS + 1) };
            eventually(Duration::from_secs(60), "some of it was sent", far_enough).await;
            servers.pop_front().unwrap().kill();
            servers.push_back(binary.serve(&[]).await);
        }
        // Whatever the dead had leased is free after a minute, which is long for a test: the last ones alive hold nothing now.
        let admin = servers[0].caller(Some(&token));
        let quiet = || async {
            campaign(&admin, &sent["campaign_id"]).await["pending"].as_u64().unwrap() <= u64::try_from(KILLS).unwrap()
        };
        eventually(Duration::from_secs(60), "only leased mail is left", quiet).await;
        database.execute("UPDATE mails SET due_at = 1 WHERE status = 'pending'");
        let done = || async { campaign(&admin, &sent["campaign_id"]).await["sent"] == RECIPIENTS };
        eventually(Duration::from_secs(60), "the campaign is sent", done).await;
        let mails = sink.mails();
        let people: HashSet<&str> = mails.iter().map(|mail| mail.lines().next().unwrap()).collect();
        assert_eq!(people.len(), RECIPIENTS, "{backend:?}: somebody was left out");
        assert!(mails.len() <= RECIPIENTS + KILLS, "{backend:?}: {} mails", mails.len());
        let ids: HashSet<String> = mails.iter().map(|mail| message_id(mail)).collect();
        assert_eq!(ids.len(), RECIPIENTS, "{backend:?}: a mail that is sent again is the same mail");
        provider.stop().await;
    }
}

#[tokio::test]
async fn one_click_is_not_limited_by_the_senders_address() {
    beside(plainly, &["--rate-write", "3", "--rate-public-read", "3"], async |app, sink| {
        let admin = admin(app).await;
        let people: Vec<String> = (0..8).map(|number| format!("user_{number}")).collect();
        for id in &people {
            consenting(app, id).await;
        }
        let id = admin.post(CAMPAIGNS, news()).await.expect(201).body["campaign_id"].clone();
        is_done(&admin, &id).await;
        let click = Some(("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click".to_vec()));
        let links: Vec<String> = sink.mails().iter().map(|mail| link(mail)).collect();
        assert_eq!(links.len(), people.len());
        for link in &links {
            app.anonymous().get(link).await.expect(200);
            app.anonymous().send_raw(Method::POST, link, click.clone()).await.expect(200);
        }
        let forged = "/v1/unsubscribe/AAAAAAAAAAEAAAAAAAAAAAAAAAAAAAAA";
        for _ in 0..8 {
            problem(app.anonymous().send_raw(Method::POST, forged, click.clone()).await, 404);
        }
        // One good link can't keep the store busy.
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(app.anonymous().send_raw(Method::POST, &links[0], click.clone()).await.status);
        }
        assert!(statuses.contains(&429), "{statuses:?}");
    })
    .await;
}

fn link(mail: &str) -> String {
    mail.split("List-Unsubscribe: <https://m.example").nth(1).unwrap().split('>').next().unwrap().to_owned()
}
