//! Checkout, the provider's events, licences and refunds.

use std::time::Duration;

use aedile_catalog::skills::PublishSkill;
use aedile_fake_stripe::{FakeStripe, SignedEvent, Trouble};
use reqwest::Method;
use serde_json::{Value, json};

use crate::api::{admin, audited, fits, known};
use crate::support::{Backend, Caller, Reply, TestApp};
use crate::v1::problem;
use crate::v1::skills::{market, publish, seller, skill};

pub(super) const SECRET: &str = "whsec_of_the_tests";
pub(super) const EVENTS: &str = "/v1/webhooks/stripe";

/// Runs a test on each database there is, beside a payment provider of its own.
pub(super) async fn beside_stripe(test: impl AsyncFn(&TestApp, &FakeStripe)) {
    beside_stripe_with(&[], test).await;
}

/// The same with more settings.
pub(crate) async fn beside_stripe_with(more: &[&str], test: impl AsyncFn(&TestApp, &FakeStripe)) {
    for backend in Backend::all() {
        let stripe = FakeStripe::start(SECRET).unwrap();
        let mut arguments = vec!["--stripe-secret-key", "sk_test_of_the_tests", "--stripe-api-base", stripe.url()];
        if !more.contains(&"--stripe-webhook-secret") {
            arguments.extend(["--stripe-webhook-secret", SECRET]);
        }
        let app = TestApp::start(backend, &[&arguments, more].concat()).await;
        test(&app, &stripe).await;
        app.stop().await;
        stripe.stop().await;
    }
}

/// The seller `user_bob`, who is paid by way of an account, and their skill `pro` for 9.99 dollars.
pub(crate) async fn shop(app: &TestApp) {
    market(app).await;
    seller(app, "bob", false).await;
    let connect = json!({ "accept_tos": true, "display_name": "Bob" });
    let connected = app.user("user_bob").post("/v1/sellers/connect", connect).await.expect(200);
    assert!(connected.body["onboarding_url"].as_str().unwrap().contains("/onboarding/acct_"));
    publish(app, "bob", PublishSkill { price_cents: 999, ..skill("Pro") }).await.unwrap();
}

pub(crate) async fn checkout(user: &Caller) -> Value {
    user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await.expect(201).body
}

pub(crate) async fn deliver(app: &TestApp, event: &SignedEvent) -> Reply {
    let sender = app.anonymous().with_header("Stripe-Signature", &event.signature);
    sender.send_raw(Method::POST, EVENTS, Some(("application/json", event.body.clone().into_bytes()))).await
}

/// A purchase of the skill `pro` that is paid; its number.
pub(super) async fn bought(app: &TestApp, stripe: &FakeStripe, user: &Caller) -> i64 {
    bought_skill(app, stripe, user, "pro").await
}

/// A purchase that is paid; its number.
pub(super) async fn bought_skill(app: &TestApp, stripe: &FakeStripe, user: &Caller, slug: &str) -> i64 {
    let begun = user.post("/v1/checkout", json!({ "skill_slug": slug })).await.expect(201).body;
    let id = format!("evt_paid_{}", begun["purchase_id"]);
    deliver(app, &stripe.pay(begun["session_id"].as_str().unwrap(), &id).unwrap()).await.expect(200);
    begun["purchase_id"].as_i64().unwrap()
}

/// The provider's page of a purchase.
pub(super) async fn session_of(app: &TestApp, purchase: i64) -> String {
    use aedile_billing::purchases::{PurchaseId, Purchases};
    use aedile_kernel::UnitOfWork;
    let store = app.server.runner().store().clone();
    let find = move |c: &mut aedile_store::Connection| Purchases::find(c, PurchaseId(purchase));
    store.read(find).await.unwrap().unwrap().session_id.unwrap()
}

/// The event that tells how much was given back of a purchase.
pub(super) async fn refunded(app: &TestApp, stripe: &FakeStripe, purchase: i64, event: &str) -> SignedEvent {
    stripe.refunded(session_of(app, purchase).await, event).unwrap()
}

/// Gives back a part of a purchase in the provider's dashboard; the event that tells of it.
pub(super) async fn refunded_by_hand(
    app: &TestApp,
    stripe: &FakeStripe,
    purchase: i64,
    cents: i64,
    event: &str,
) -> SignedEvent {
    stripe.refund_by_hand(session_of(app, purchase).await, cents, event).unwrap()
}

/// How many open flags of this type there are.
pub(super) async fn flags(admin: &Caller, flag_type: &str) -> u64 {
    let path = format!("/v1/admin/abuse/flagged?status=open&flag_type={flag_type}");
    admin.get(&path).await.expect(200).body["total"].as_u64().unwrap()
}

pub(super) async fn purchase(user: &Caller) -> Value {
    user.get("/v1/purchases").await.expect(200).body["purchases"][0].clone()
}

/// What the ledger says the seller has, in millionths of a dollar.
pub(super) fn earned(app: &TestApp) -> impl Future<Output = i64> {
    use aedile_billing::ledger::{Account, Ledger};
    use aedile_kernel::{UnitOfWork, UserId};
    let store = app.server.runner().store().clone();
    async move {
        let account = Account::of_seller(&UserId::parse("user_bob").unwrap());
        store.read(move |connection| connection.balance(&account)).await.unwrap()
    }
}

pub(super) async fn downloads(user: &Caller) -> u16 {
    user.get("/v1/skills/pro/download").await.status
}

#[tokio::test]
async fn a_purchase_is_begun_paid_and_downloaded() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        problem(user.get("/v1/skills/pro/download").await, 402);
        let begun = checkout(&user).await;
        assert!(begun["checkout_url"].as_str().unwrap().contains("/pay/cs_"));
        assert_eq!(checkout(&user).await, begun, "a second click goes on with the same");
        assert_eq!(purchase(&user).await["status"], "pending");
        let session = begun["session_id"].as_str().unwrap();
        let confirm = format!("/v1/purchases/confirm?session_id={session}");
        assert_eq!(user.get(&confirm).await.expect(200).body["status"], "pending");
        problem(known(app, "user_b").await.get(&confirm).await, 404);

        let event = stripe.pay(session, "evt_1").unwrap();
        for _ in 0..3 {
            assert_eq!(deliver(app, &event).await.expect(200).body, json!({ "received": true }));
        }
        let bought = purchase(&user).await;
        assert_eq!(
            (&bought["status"], &bought["amount_cents"], &bought["skill_slug"]),
            (&json!("completed"), &json!(999), &json!("pro"))
        );
        // What is sold here came from a test and has no package in the store, but the licence is there.
        assert_ne!(downloads(&user).await, 402);
        assert_eq!(earned(app).await, 8_490_000, "9.99 less a fee of 1.50");
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 409);
        assert_eq!(audited(&admin, "action=purchase.complete").await, 1);
        user.post("/v1/skills/pro/reviews", json!({ "rating": 5 })).await.expect(201);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_comes_back_before_the_event_is_confirmed_all_the_same() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let user = known(app, "user_a").await;
        let begun = checkout(&user).await;
        let session = begun["session_id"].as_str().unwrap();
        let event = stripe.pay(session, "evt_1").unwrap();
        let confirmed = user.get(&format!("/v1/purchases/confirm?session_id={session}")).await.expect(200);
        assert_eq!(confirmed.body["status"], "completed");
        deliver(app, &event).await.expect(200);
        assert_eq!(earned(app).await, 8_490_000, "once");
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_bought_is_refused() {
    beside_stripe(async |app, _| {
        shop(app).await;
        let user = known(app, "user_a").await;
        publish(app, "ada", skill("Free")).await.unwrap();
        publish(app, "ada", PublishSkill { price_cents: 500, ..skill("Unconnected") }).await.unwrap();
        app.database.execute("UPDATE users SET stripe_connect_id = NULL WHERE id = 'user_ada'");
        let buy = async |caller: &Caller, slug: &str| caller.post("/v1/checkout", json!({ "skill_slug": slug })).await;
        problem(buy(&user, "nothing").await, 404);
        problem(buy(&user, "free").await, 400);
        problem(buy(&user, "unconnected").await, 409);
        problem(buy(&app.user("user_bob"), "pro").await, 400);
        problem(buy(&app.anonymous(), "pro").await, 401);
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro", "amount_cents": 1 })).await, 400);
        problem(user.get("/v1/purchases/confirm?session_id=cs_unknown").await, 404);
        problem(user.get("/v1/purchases/confirm").await, 400);
        problem(app.anonymous().get("/v1/purchases").await, 401);
    })
    .await;
}

#[tokio::test]
async fn a_provider_in_trouble_loses_nothing_and_doubles_nothing() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        // One failure is tried again under the same key; three are given up, and the purchase waits.
        stripe.expect_trouble([Trouble::FailsAfterwards]);
        let begun = checkout(&user).await;
        let other = known(app, "user_b").await;
        stripe.expect_trouble([Trouble::Fails, Trouble::Fails, Trouble::FailsAfterwards]);
        problem(other.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 503);
        checkout(&other).await;
        // A page that is open is asked about before anybody is sent there again.
        stripe.expect_trouble_reading([Trouble::Fails; 3]);
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 503);
        assert_eq!(checkout(&user).await, begun);
        assert_eq!(stripe.books().sessions().len(), 2);
        let event = stripe.pay(begun["session_id"].as_str().unwrap(), "evt_1").unwrap();
        deliver(app, &event).await.expect(200);

        let path = format!("/v1/admin/refunds/{}", begun["purchase_id"]);
        stripe.expect_trouble([Trouble::FailsAfterwards, Trouble::Fails, Trouble::Fails]);
        problem(admin.post(&path, json!({})).await, 503);
        assert_eq!(purchase(&user).await["status"], "refunding", "nobody knows");
        problem(admin.post(&path, json!({ "amount_cents": 5 })).await, 409);
        stripe.expect_trouble([Trouble::AnswersAfter(Duration::from_millis(300))]);
        admin.post(&path, json!({})).await.expect(200);
        assert_eq!(stripe.refund_count(), 1);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_away_leaves_everything_as_it_was() {
    for backend in Backend::all() {
        let nowhere = ["--stripe-secret-key", "sk_test_x", "--stripe-api-base", "http://127.0.0.1:9"];
        let app = TestApp::start(backend, &nowhere).await;
        let admin = admin(&app).await;
        market(&app).await;
        publish(&app, "ada", PublishSkill { price_cents: 999, ..skill("Pro") }).await.unwrap();
        let user = known(&app, "user_a").await;
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 503);
        app.database.execute("UPDATE purchases SET status = 'completed', payment_intent = 'pi_1', completed_at = 1");
        let path = format!("/v1/admin/refunds/{}", purchase(&user).await["purchase_id"]);
        problem(admin.post(&path, json!({})).await, 503);
        assert_eq!(purchase(&user).await["status"], "completed", "it certainly did not happen");
        problem(app.anonymous().post(EVENTS, json!({})).await, 503);
        app.stop().await;
    }
}

#[tokio::test]
async fn without_payments_whatever_needs_them_is_503() {
    for backend in Backend::all() {
        let app = TestApp::start(backend, &[]).await;
        let (admin, user) = (admin(&app).await, known(&app, "user_a").await);
        problem(user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 503);
        problem(admin.post("/v1/admin/refunds/1", json!({})).await, 503);
        problem(app.anonymous().post(EVENTS, json!({})).await, 503);
        assert_eq!(user.get("/v1/purchases").await.expect(200).body["purchases"], json!([]));
        app.stop().await;
    }
}

#[tokio::test]
async fn only_signed_events_are_taken() {
    beside_stripe(async |app, stripe| {
        let event = stripe.event("evt_1", "payout.paid", &json!({}));
        deliver(app, &event).await.expect(200);
        let forged = SignedEvent { signature: event.signature.replace("v1=", "v1=0"), ..event.clone() };
        let changed = SignedEvent { body: event.body.replace("payout", "refund"), ..event.clone() };
        for bad in [forged, changed, SignedEvent { signature: String::new(), ..event.clone() }] {
            problem(deliver(app, &bad).await, 401);
        }
        problem(app.anonymous().post(EVENTS, json!({})).await, 401);
        let unknown = stripe.event(
            "evt_2",
            "checkout.session.completed",
            &json!({
                "client_reference_id": "999", "payment_status": "paid", "payment_intent": "pi_x",
            }),
        );
        deliver(app, &unknown).await.expect(200);
    })
    .await;
}
