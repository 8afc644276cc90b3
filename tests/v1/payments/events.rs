//! What the payment provider tells late, twice, of accounts, or of what was done elsewhere.

use std::sync::Arc;
use std::time::Duration;

use aedile_fake_stripe::{FakeStripe, SignedEvent, Trouble};
use serde_json::{Value, json};

use super::purchases::{
    beside_stripe, beside_stripe_with, bought, checkout, deliver, earned, purchase, refunded, refunded_by_hand, shop,
};
use crate::api::{admin, audited, fits, known};
use crate::support::{Binary, IdentityProvider, MailSink, TestApp, eventually};
use crate::v1::problem;

const STATUS: &str = "/v1/sellers/status";

async fn account_of(app: &TestApp) -> String {
    let connect = json!({ "accept_tos": true, "display_name": "Bob" });
    let connected = app.user("user_bob").post("/v1/sellers/connect", connect).await.expect(200).body;
    connected["account_id"].as_str().unwrap().to_owned()
}

fn updated(stripe: &FakeStripe, id: &str, account: &str, may: bool) -> SignedEvent {
    let object = json!({ "id": account, "object": "account", "charges_enabled": may, "payouts_enabled": may });
    stripe.event(id, "account.updated", &object)
}

async fn replay(app: &TestApp, stripe: &FakeStripe) -> String {
    let binary = Binary::on(&app.database.url).with("STRIPE_API_BASE", stripe.url());
    let binary = binary.with("STRIPE_SECRET_KEY", "sk_test_of_the_tests");
    let replay = move || binary.run(&["stripe", "replay"]).expect(0).stdout;
    tokio::task::spawn_blocking(replay).await.unwrap()
}

#[tokio::test]
async fn a_seller_who_can_not_be_paid_sells_nothing() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let (bob, user, account) = (app.user("user_bob"), known(app, "user_a").await, account_of(app).await);
        let enabled = async || bob.get(STATUS).await.expect(200).body["payments_enabled"].clone();
        assert_eq!(enabled().await, Value::Null, "nobody has said");
        deliver(app, &updated(stripe, "evt_1", &account, false)).await.expect(200);
        assert_eq!(enabled().await, false);
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 409);
        let onboarded = stripe.onboard(&account).unwrap();
        for _ in 0..3 {
            deliver(app, &onboarded).await.expect(200);
        }
        assert_eq!(enabled().await, true);
        checkout(&user).await;
        deliver(app, &updated(stripe, "evt_2", "acct_of_somebody_else", false)).await.expect(200);
        assert_eq!(enabled().await, true);
        assert_eq!(audited(&admin, "action=payment_account.note").await, 2);
    })
    .await;
}

#[tokio::test]
async fn events_that_nobody_took_are_asked_for() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let (user, other, account) = (known(app, "user_a").await, known(app, "user_b").await, account_of(app).await);
        let taken = bought(app, stripe, &other).await;
        let unheard = checkout(&user).await;
        let _lost = stripe.pay(unheard["session_id"].as_str().unwrap(), "evt_lost").unwrap();
        let _lost = refunded_by_hand(app, stripe, taken, 333, "evt_lost_too").await;
        let _lost = stripe.onboard(&account).unwrap();
        // More than Stripe lists at a time.
        for number in 0..230 {
            let _other = updated(stripe, &format!("evt_other_{number}"), "acct_of_somebody_else", true);
        }
        let told = replay(app, stripe).await;
        let count: usize = told.lines().find_map(|line| line.split_once(" events since")?.0.parse().ok()).unwrap();
        assert!(count >= 234, "{told}");
        assert_eq!(purchase(&user).await["status"], "completed");
        assert_eq!(purchase(&other).await["refunded_cents"], 333);
        assert_eq!(app.user("user_bob").get(STATUS).await.expect(200).body["payments_enabled"], true);
        let (before, rows) = (earned(app).await, audited(&admin, "limit=1").await);
        replay(app, stripe).await;
        assert_eq!((earned(app).await, audited(&admin, "limit=1").await), (before, rows), "twice is once");
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn refunds_that_were_made_elsewhere_count_like_any_other() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let id = bought(app, stripe, &user).await;
        for number in 1..=3 {
            let event = refunded_by_hand(app, stripe, id, 100, &format!("evt_{number}")).await;
            deliver(app, &event).await.expect(200);
        }
        let flags = admin.get("/v1/admin/abuse/flagged?flag_type=refund_burst").await.expect(200).body;
        assert_eq!((&flags["total"], &flags["flags"][0]["details"]["refunds"]), (&json!(1), &json!(3)), "{flags}");
        let path = format!("/v1/admin/refunds/{id}");
        problem(admin.post(&path, json!({ "amount_cents": 700 })).await, 400);
        admin.post(&path, json!({ "amount_cents": 699 })).await.expect(200);
        deliver(app, &refunded(app, stripe, id, "evt_rest").await).await.expect(200);
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("refunded"), 0));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn buyers_get_a_receipt_and_are_told_of_refunds() {
    let sink = MailSink::start().await;
    let mail = ["--smtp-url", &sink.url, "--email-from", "Market <mail@market.example>"];
    beside_stripe_with(&mail, async |app, stripe| {
        let before = sink.mails().len();
        shop(app).await;
        let user = known(app, "user_a").await;
        let id = bought(app, stripe, &user).await;
        deliver(app, &refunded_by_hand(app, stripe, id, 333, "evt_part").await).await.expect(200);
        let both = || async { sink.mails().len() == before + 2 };
        eventually(Duration::from_secs(10), "receipt and notice", both).await;
        let mails = sink.mails().split_off(before);
        let of = |subject: &str| mails.iter().find(|mail| mail.contains(&format!("Subject: {subject}"))).unwrap();
        let (receipt, notice) = (of("Your purchase of Pro"), of("Your refund for Pro"));
        for mail in [receipt, notice] {
            assert!(mail.starts_with("user_a@example.com") && !mail.contains("List-Unsubscribe"), "{mail}");
        }
        assert!(receipt.contains("for $9.99"), "{receipt}");
        assert!(notice.contains("$3.33 were given back") && notice.contains("You keep the skill"), "{notice}");
    })
    .await;
}

/// `kill -9` after a refund was written down and before Stripe answered: asking again finishes it, and gives back once.
#[tokio::test]
async fn a_refund_outlives_a_kill() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let id = bought(app, stripe, &user).await;
        let provider = IdentityProvider::start();
        let binary = Binary::on(&app.database.url)
            .trusting(&provider)
            .with("STRIPE_API_BASE", stripe.url())
            .with("STRIPE_SECRET_KEY", "sk_test_of_the_tests");
        let server = binary.serve(&[]).await;
        stripe.expect_trouble([Trouble::AnswersAfter(Duration::from_secs(8))]);
        let (admin, path) = (server.caller(Some(admin.token())), format!("/v1/admin/refunds/{id}"));
        let asking = tokio::spawn(async move { admin.try_post(&path, json!({})).await });
        eventually(Duration::from_secs(10), "Stripe has it", || async { stripe.refund_count() == 1 }).await;
        server.kill();
        assert_eq!(asking.await.unwrap(), None, "nobody was told");
        assert_eq!(purchase(&user).await["status"], "refunding");

        app.database.execute("UPDATE refunds SET created_at = 1");
        let binary = Arc::new(binary);
        for mended in [": 1 mended", ": 0 mended"] {
            let binary = Arc::clone(&binary);
            let told = tokio::task::spawn_blocking(move || binary.run(&["stripe", "reconcile"]).expect(0).stdout);
            let told = told.await.unwrap();
            assert!(told.contains(mended), "{told}");
        }
        assert_eq!((stripe.refund_count(), earned(app).await), (1, 0));
        assert_eq!(purchase(&user).await["status"], "refunded");
        fits(app).await;
        provider.stop().await;
    })
    .await;
}
