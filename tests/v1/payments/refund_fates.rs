//! Refunds whose outcome is open: nothing is paid back twice, and what fails is given back.

use std::time::Duration;

use aedile_fake_stripe::{DisputeStatus, FakeStripe, RefundState, Refusal, Trouble};
use serde_json::{Value, json};

use super::purchases::{
    beside_stripe, bought, deliver, downloads, earned, flags, purchase, refunded, session_of, shop,
};
use crate::api::{admin, audited, fits, known};
use crate::support::{Backend, Binary, Caller, TestApp, eventually};
use crate::v1::problem;

/// Stripe's keys are forgotten after a day.
const TWO_DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

/// An admin, and a buyer with a purchase that is paid; its path for refunds, and its number.
async fn sold(app: &TestApp, stripe: &FakeStripe) -> (Caller, Caller, String, i64) {
    let admin = admin(app).await;
    shop(app).await;
    let user = known(app, "user_a").await;
    let id = bought(app, stripe, &user).await;
    (admin, user, format!("/v1/admin/refunds/{id}"), id)
}

/// What `aedile stripe reconcile` prints; it ends with this status.
async fn reconcile(app: &TestApp, stripe: &FakeStripe, status: i32) -> String {
    app.database.execute("UPDATE refunds SET created_at = 1");
    let binary = Binary::on(&app.database.url).with("STRIPE_API_BASE", stripe.url());
    let binary = binary.with("STRIPE_SECRET_KEY", "sk_test_of_the_tests");
    let run = move || binary.run(&["stripe", "reconcile"]).expect(status).stdout;
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Takes every event that nobody has taken yet.
async fn take_all(app: &TestApp, stripe: &FakeStripe) {
    for event in stripe.take_events() {
        deliver(app, &event).await.expect(200);
    }
}

#[tokio::test]
async fn an_attempt_that_was_not_heard_says_nothing_of_earlier_ones() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, _) = sold(app, stripe).await;
        stripe.expect_trouble([Trouble::LosesAnswer, Trouble::HangsUp, Trouble::HangsUp]);
        problem(admin.post(&path, json!({})).await, 503);
        for status in [401, 403, 424] {
            stripe.expect_trouble_reading([Trouble::Refuses(Refusal::with(status)); 9]);
            stripe.expect_trouble([Trouble::Refuses(Refusal::with(status)); 9]);
            let refused = admin.post(&path, json!({})).await.status;
            assert!([409, 503].contains(&refused), "{refused}");
            assert_eq!(purchase(&user).await["status"], "refunding", "{status}: an earlier one may have been heard");
            assert_eq!(stripe.refund_count(), 1);
            stripe.expect_trouble_reading([]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_may_have_been_heard_is_looked_up_and_made_once() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, id) = sold(app, stripe).await;
        stripe.expect_trouble([Trouble::LosesAnswer, Trouble::HangsUp, Trouble::HangsUp]);
        problem(admin.post(&path, json!({})).await, 503);
        stripe.refuse_connections().await;
        problem(admin.post(&path, json!({})).await, 503);
        assert_eq!(purchase(&user).await["status"], "refunding", "an earlier attempt may have been heard");
        stripe.accept_connections().unwrap();
        // The keys are gone: asked for again, it would be made again.
        stripe.advance(TWO_DAYS);
        let told = admin.post(&path, json!({})).await.expect(200).body;
        assert_eq!(told["status"], "succeeded");
        assert_eq!(stripe.refund_count(), 1);
        deliver(app, &refunded(app, stripe, id, "evt_told").await).await.expect(200);
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("refunded"), 0));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_was_never_heard_is_withdrawn_and_its_key_asks_for_nothing() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, _) = sold(app, stripe).await;
        stripe.refuse_connections().await;
        let keyed = admin.with_header("Idempotency-Key", "refund-1");
        problem(keyed.post(&path, json!({})).await, 503);
        assert_eq!(purchase(&user).await["status"], "completed", "nobody heard of it");
        stripe.accept_connections().unwrap();
        for _ in 0..2 {
            problem(keyed.post(&path, json!({})).await, 409);
            assert_eq!((stripe.refund_count(), stripe.books().calls("POST refunds")), (0, 0));
        }
        assert_eq!(purchase(&user).await["status"], "completed");
        let keyed = admin.with_header("Idempotency-Key", "refund-2");
        let first = keyed.post(&path, json!({})).await.expect(200).body;
        assert_eq!(keyed.post(&path, json!({})).await.expect(200).body, first);
        assert_eq!((stripe.refund_count(), stripe.books().calls("POST refunds")), (1, 1));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn reconciling_looks_up_what_the_provider_has_and_never_requests_it_again() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, _) = sold(app, stripe).await;
        stripe.books().begin_refunds_as(RefundState::Pending);
        assert_eq!(admin.post(&path, json!({})).await.expect(200).body["status"], "pending");
        for _ in 0..2 {
            stripe.advance(TWO_DAYS);
            assert!(reconcile(app, stripe, 1).await.contains("Stripe does not say"));
            assert_eq!(purchase(&user).await["status"], "refunding");
        }
        let refund = stripe.books().refunds()[0].id.clone();
        stripe.books().settle_refund(&refund, RefundState::Succeeded).unwrap();
        assert!(reconcile(app, stripe, 0).await.contains("was refunded"));
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("refunded"), 0));
        assert_eq!((stripe.refund_count(), stripe.books().calls("POST refunds")), (1, 1));
        assert!(reconcile(app, stripe, 0).await.contains(": 0 mended"));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn reconciling_requests_what_the_provider_never_heard_of() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, _) = sold(app, stripe).await;
        stripe.expect_trouble([Trouble::HangsUp; 3]);
        problem(admin.post(&path, json!({ "amount_cents": 400 })).await, 503);
        stripe.advance(TWO_DAYS);
        assert!(reconcile(app, stripe, 0).await.contains("was refunded"));
        assert_eq!((stripe.refund_count(), purchase(&user).await["refunded_cents"].clone()), (1, json!(400)));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_full_refund_that_was_made_is_not_withdrawn_when_a_second_one_is_refused() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, _) = sold(app, stripe).await;
        stripe.expect_trouble([Trouble::LosesAnswer, Trouble::HangsUp, Trouble::HangsUp]);
        problem(admin.post(&path, json!({})).await, 503);
        stripe.advance(TWO_DAYS);
        assert!(reconcile(app, stripe, 0).await.contains("was refunded"));
        assert_eq!((purchase(&user).await["status"].clone(), stripe.refund_count()), (json!("refunded"), 1));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_refund_that_fails_later_gives_licence_and_earnings_back_and_tells_the_admins() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, id) = sold(app, stripe).await;
        admin.post(&path, json!({})).await.expect(200);
        take_all(app, stripe).await;
        assert_eq!((purchase(&user).await["status"].clone(), downloads(&user).await), (json!("refunded"), 402));
        let refund = stripe.books().refunds()[0].id.clone();
        stripe.books().settle_refund(&refund, RefundState::Failed).unwrap();
        take_all(app, stripe).await;
        let back = purchase(&user).await;
        assert_eq!((&back["status"], &back["refunded_cents"]), (&json!("completed"), &json!(0)));
        assert_ne!(downloads(&user).await, 402, "the licence is back");
        assert_eq!(earned(app).await, 8_490_000);
        assert_eq!(flags(&admin, "refund_failed").await, 1);
        // It can be refunded again.
        stripe.books().begin_refunds_as(RefundState::Succeeded);
        admin.post(&path, json!({})).await.expect(200);
        take_all(app, stripe).await;
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("refunded"), 0));
        let refunds = admin.get(&format!("/v1/admin/refunds/{id}")).await.expect(200).body;
        let refunds = refunds["refunds"].as_array().unwrap();
        let statuses: Vec<&Value> = refunds.iter().map(|refund| &refund["status"]).collect();
        assert_eq!(statuses, ["failed", "succeeded"]);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_disputed_payment_is_shown_and_not_refunded_and_a_lost_one_ends_the_licence() {
    beside_stripe(async |app, stripe| {
        let (admin, user, path, id) = sold(app, stripe).await;
        let session = session_of(app, id).await;
        let intent = stripe.books().payment_called(&session).unwrap().intent.clone();
        stripe.books().dispute(&intent).unwrap();
        take_all(app, stripe).await;
        let open = admin.get("/v1/admin/disputes?open=true").await.expect(200).body;
        let dispute = &open["disputes"][0];
        assert_eq!((&open["total"], &dispute["purchase_id"]), (&json!(1), &json!(id)), "{open}");
        assert_eq!((&dispute["status"], &dispute["amount_cents"]), (&json!("needs_response"), &json!(999)));
        assert!(dispute["due_by"].as_str().unwrap().ends_with('Z'), "{dispute}");
        problem(user.get("/v1/admin/disputes").await, 403);
        problem(admin.get("/v1/admin/disputes?closed=true").await, 400);
        assert_eq!(flags(&admin, "dispute_opened").await, 1);
        assert_ne!(downloads(&user).await, 402, "the licence stays while it is open");
        let refused = problem(admin.post(&path, json!({})).await, 409);
        assert!(refused.text.contains("disputed"), "{}", refused.text);
        assert_eq!((stripe.refund_count(), purchase(&user).await["status"].clone()), (0, json!("completed")));

        let provider_id = stripe.books().disputes()[0].id.clone();
        stripe.books().settle_dispute(&provider_id, DisputeStatus::Lost).unwrap();
        take_all(app, stripe).await;
        assert_eq!((downloads(&user).await, earned(app).await), (402, 0));
        assert_eq!(purchase(&user).await["status"], "refunded");
        assert_eq!(flags(&admin, "dispute_lost").await, 1);
        problem(admin.post(&path, json!({})).await, 400);
        assert_eq!(admin.get("/v1/admin/disputes?open=true").await.expect(200).body["total"], 0);
        assert_eq!(admin.get("/v1/admin/disputes").await.expect(200).body["disputes"][0]["status"], "lost");
        assert!(audited(&admin, "action=dispute.note").await >= 2);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn without_a_webhook_payments_and_refunds_settle_by_asking() {
    for backend in Backend::all() {
        let stripe = FakeStripe::start("whsec_of_nobody").unwrap();
        let arguments = [
            "--stripe-secret-key",
            "sk_test_of_the_tests",
            "--payments-ask-seconds",
            "1",
            "--stripe-api-base",
            stripe.url(),
        ];
        let app = TestApp::start(backend, &arguments).await;
        let admin = admin(&app).await;
        shop(&app).await;
        let user = known(&app, "user_a").await;
        let begun = super::purchases::checkout(&user).await;
        let _untold = stripe.pay(begun["session_id"].as_str().unwrap(), "evt_untold").unwrap();
        let is = async |status: &str| purchase(&user).await["status"] == status;
        eventually(Duration::from_secs(20), "the payment is known", || is("completed")).await;
        admin.post(&format!("/v1/admin/refunds/{}", begun["purchase_id"]), json!({})).await.expect(200);
        eventually(Duration::from_secs(20), "the refund is known", || is("refunded")).await;
        assert_eq!((stripe.refund_count(), earned(&app).await), (1, 0));
        fits(&app).await;
        app.stop().await;
        stripe.stop().await;
    }
}
