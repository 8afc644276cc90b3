//! Nothing tells who somebody was once they are deleted: not the database, not its file, not the log.

use std::time::Duration;

use aedile_catalog::skills::PublishSkill;
use aedile_fake_stripe::FakeStripe;
use serde_json::{Value, json};

use super::mail::{CAMPAIGNS, news};
use super::skills::{publish, skill};
use super::{admin, problem};
use crate::support::{Binary, Caller, IdentityProvider, JWT_SECRET, MailSink, TestApp, eventually};
use crate::v1::payments::purchases::{beside_stripe_with, checkout, deliver, shop};

const EMAIL: &str = "ada.lovelace@person.example";
const NAME: &str = "Ada Lovelace";
const PHONE: &str = "+4915112345678";
/// What tells who Ada was; a typo in her address tells, too.
const TELLING: [&str; 4] = ["ada.lovelace@", "Ada Lovelace", "4915112345678", "ada-lovelace"];
const PATIENCE: Duration = Duration::from_secs(30);

fn ada_claims() -> String {
    let mut claims = IdentityProvider::claims("user_ada");
    claims.insert("email".into(), json!(EMAIL));
    claims.insert("name".into(), json!(NAME));
    claims.insert("public_metadata".into(), json!({ "role": "admin" }));
    IdentityProvider::sign(&claims)
}

/// Text of hers with everything in it.
fn text() -> String {
    format!("I am {NAME}: write to {EMAIL} or call {PHONE}.")
}

#[tokio::test]
async fn a_person_who_did_everything_leaves_nothing_that_tells_who_they_were() {
    let sink = MailSink::start().await;
    let mail = ["--smtp-url", &sink.url, "--email-from", "mail@market.example"];
    beside_stripe_with(&mail, async |app, stripe| {
        shop(app).await;
        let root = admin(app).await;
        // The server whose log is looked through.
        let binary = Binary::on(&app.database.url).trusting(&app.provider).with("JWT_SECRET", JWT_SECRET);
        let binary = binary.with("RUST_LOG", "debug").with("AEDILE_RATE_WRITE", "0").with("AEDILE_RATE_ADMIN", "0");
        let binary =
            binary.with("AEDILE_RATE_AUTHENTICATED_READ", "0").with("STRIPE_SECRET_KEY", "sk_test_of_the_tests");
        let binary = binary.with("STRIPE_API_BASE", stripe.url());
        let server = binary.serve(&[]).await;
        let logged_root = server.caller(Some(root.token()));
        let ada = server.caller(Some(&ada_claims()));

        sells_and_claims(app, &ada, &root).await;
        buys_and_says_so(app, stripe, &ada, &root).await;
        administers(&ada, &logged_root).await;
        let phone = signs_in_with_a_phone(&logged_root).await;
        assert!(told(app).iter().all(Option::is_some), "the test looks where it should: {:?}", told(app));

        app.database.execute(
            "UPDATE users SET status = 'pending_deletion', deletion_requested_at = 1, \
             deletion_scheduled_for = 1 WHERE id = 'user_ada'",
        );
        logged_root.delete(&format!("/admin/local-users/{phone}")).await.expect(200);
        let again = app.another_instance(&[]).await;
        let gone = || async { app.database.number("SELECT COUNT(*) FROM users WHERE status = 'deleted'") == 2 };
        eventually(PATIENCE, "both are erased", gone).await;
        again.stop().await;

        for found in told(app) {
            assert_eq!(found, None, "{:?}", app.backend);
        }
        let log = server.log();
        for telling in TELLING {
            assert!(!log.contains(telling), "the log: {:?}", log.lines().find(|line| line.contains(telling)));
        }
        drop(server);
        binary.run(&["audit", "verify"]).expect(0);
        binary.run(&["ledger", "verify"]).expect(0);
        assert_eq!(in_file(app), None);
        let shown = root.get("/admin/system/audit?actor_id=user_ada").await.expect(200).body;
        assert!(shown["total"].as_u64().unwrap() > 5, "what was done stays: {shown}");
        for row in shown["logs"].as_array().unwrap() {
            assert_eq!((&row["actor_email"], &row["ip_address"]), (&Value::Null, &Value::Null), "{row}");
        }
    })
    .await;
}

/// Where each of the telling texts is found in the database.
fn told(app: &TestApp) -> Vec<Option<String>> {
    let all = app.database.dump();
    TELLING.iter().map(|telling| all.iter().find(|line| line.contains(telling)).cloned()).collect()
}

/// What of it is in the raw file of SQLite, with its write-ahead log.
fn in_file(app: &TestApp) -> Option<&'static str> {
    let path = app.database.url.strip_prefix("sqlite:")?;
    app.database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    let bytes = std::fs::read(path).unwrap();
    TELLING.into_iter().find(|telling| bytes.windows(telling.len()).any(|window| window == telling.as_bytes()))
}

async fn sells_and_claims(app: &TestApp, ada: &Caller, root: &Caller) {
    ada.get("/v1/users/profile").await.expect(200);
    ada.patch("/v1/users/profile", json!({ "display_name": NAME, "marketing_opt_in": true })).await.expect(200);
    app.database.execute(&format!(
        "UPDATE users SET email = '{EMAIL}', sort_email = '{EMAIL}', search_text = '{EMAIL}', email_verified = TRUE, \
         seller_slug = NULL, seller_name = NULL, tos_accepted_at = NULL, stripe_connect_id = NULL WHERE id = 'user_ada'",
    ));
    ada.post("/v1/sellers/connect", json!({ "accept_tos": true, "display_name": NAME })).await.expect(200);
    publish(app, "ada", PublishSkill { slug: None, ..skill("Engine") }).await.unwrap();
    for (id, owner) in [("hers", EMAIL), ("anothers", "owner@acme.example")] {
        let imported = json!({
            "registry": "r", "external_id": id, "name": id, "description": "D", "category": "developer-tools",
            "owner_email": owner,
        });
        root.post("/v1/admin/skills/import", imported).await.expect(201);
        ada.post(&format!("/v1/skills/{id}/claim"), json!({ "evidence": text() })).await.expect(201);
    }
    let claims = root.get("/v1/admin/claims/sandbox").await.expect(200).body;
    let reject = format!("/v1/admin/claims/{}/reject", claims["claims"][0]["id"]);
    root.post(&reject, json!({ "reason": text() })).await.expect(200);
}

async fn buys_and_says_so(app: &TestApp, stripe: &FakeStripe, ada: &Caller, root: &Caller) {
    let begun = checkout(ada).await;
    let paid = stripe.pay(begun["session_id"].as_str().unwrap(), "evt_ada").unwrap();
    deliver(app, &paid).await.expect(200);
    let review = json!({ "rating": 4, "title": NAME, "body": text() });
    ada.post("/v1/skills/pro/reviews", review).await.expect(201);
    ada.post("/v1/installations", json!({ "skill_slug": "pro", "client": NAME })).await.expect(201);
    let refund = format!("/v1/admin/refunds/{}", begun["purchase_id"]);
    root.post(&refund, json!({ "reason": text(), "amount_cents": 100 })).await.expect(200);
    let grant = "/api/v1/admin/credits/grant";
    let once = root.with_header("Idempotency-Key", "for-ada");
    once.post(grant, json!({ "email": EMAIL, "amount_usd": 5, "note": text() })).await.expect(200);
    for typo in ["ada.lovelace@persn.example", "ada.lovelace@"] {
        root.post(grant, json!({ "email": typo, "amount_usd": 5, "note": text() })).await;
        root.get(&format!("/v1/admin/users/{typo}")).await;
    }
    ada.post("/api/v1/credits/spend", json!({ "amount_usd": 1, "note": text() })).await.expect(200);
}

async fn administers(ada: &Caller, root: &Caller) {
    root.post("/v1/admin/admins/user_ada", json!({})).await.expect(200);
    let role = json!({ "clerk_user_id": "user_ada", "role_name": "super-admin" });
    root.post("/admin/system/roles/assign", role).await.expect(200);
    ada.post(&format!("{CAMPAIGNS}/test"), json!({ "subject": NAME, "html_body": text() })).await.expect(201);
    let hers = json!({ "subject": format!("News from {NAME}"), "html_body": text() });
    ada.with_header("Idempotency-Key", "news").post(CAMPAIGNS, hers).await.expect(201);
    ada.post(CAMPAIGNS, news()).await.expect(201);
    let key = json!({ "name": format!("{NAME}'s key"), "scopes": ["admin:read"] });
    ada.post("/api/admin/api-keys", key).await.expect(201);
    let held = json!({ "reason": format!("asked by {EMAIL}, {PHONE}") });
    root.post("/v1/admin/abuse/hold-account/user_ada", held).await.expect(200);
    root.post("/v1/admin/abuse/release-account/user_ada", json!({})).await.expect(200);
    problem(ada.get("/v1/admin/users/ada.lovelace@person.example").await, 404);
}

/// A local user with her phone number, who mistypes; their ID.
async fn signs_in_with_a_phone(root: &Caller) -> String {
    let made = json!({ "identifier": PHONE, "password": "a good password" });
    let made = root.post("/admin/local-users", made).await.expect(201).body;
    for (identifier, password) in [(PHONE, "wrong password"), (EMAIL, "wrong password"), ("ada.lovelace@x", "wrong")] {
        root.post("/auth/login", json!({ "identifier": identifier, "password": password })).await;
    }
    let again = json!({ "identifier": PHONE, "password": "a good password" });
    root.post("/admin/local-users", again).await.refused(409);
    made["user"]["id"].as_str().or(made["id"].as_str()).unwrap().to_owned()
}
