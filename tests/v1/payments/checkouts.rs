//! Which payment counts for which purchase.

use std::time::Duration;

use aedile_fake_stripe::{FakeStripe, SignedEvent, Trouble};
use serde_json::{Value, json};

use super::purchases::{
    SECRET, beside_stripe, beside_stripe_with, bought, checkout, deliver, downloads, earned, flags, purchase, refunded,
    shop,
};
use crate::api::{admin, fits, known};
use crate::support::{Caller, TestApp};
use crate::v1::problem;

const TWO_DAYS: Duration = Duration::from_secs(2 * 24 * 60 * 60);

fn text(of: &Value) -> &str {
    of.as_str().unwrap()
}

async fn take_all(app: &TestApp, stripe: &FakeStripe) {
    for event in stripe.take_events() {
        deliver(app, &event).await.expect(200);
    }
}

async fn buy(user: &Caller) -> u16 {
    user.post("/v1/checkout", json!({ "skill_slug": "pro" })).await.status
}

#[tokio::test]
async fn a_foreign_session_completes_no_purchase_and_is_shown() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let begun = checkout(&user).await;
        let reference = stripe.books().sessions()[0].reference.clone().unwrap();
        assert_eq!(reference.len(), 32, "{reference}");
        let links = [
            (Some(reference.as_str()), 1, "jpy"),
            (Some(reference.as_str()), 999, "usd"),
            (Some("1"), 999, "usd"),
            (None, 999, "usd"),
        ];
        for (reference, amount, currency) in links {
            stripe.books().pay_link(reference, amount, currency).unwrap();
        }
        take_all(app, stripe).await;
        assert_eq!((purchase(&user).await["status"].clone(), downloads(&user).await), (json!("pending"), 402));
        assert_eq!(earned(app).await, 0);
        assert_eq!(flags(&admin, "unmatched_payment").await, 2, "those that name a purchase of ours");
        // Its own session still counts.
        deliver(app, &stripe.pay(text(&begun["session_id"]), "evt_own").unwrap()).await.expect(200);
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("completed"), 8_490_000));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_second_database_never_meets_the_sessions_of_the_first() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let first = checkout(&known(app, "user_a").await).await;
        // The same numbers again, as after a backup was restored.
        let restored = TestApp::start(
            app.backend,
            &[
                "--stripe-secret-key",
                "sk_test_of_the_tests",
                "--stripe-webhook-secret",
                SECRET,
                "--stripe-api-base",
                stripe.url(),
            ],
        )
        .await;
        shop(&restored).await;
        let other = known(&restored, "user_b").await;
        let second = checkout(&other).await;
        assert_eq!(first["purchase_id"], second["purchase_id"]);
        assert_ne!(first["session_id"], second["session_id"], "buyer B gets no page of buyer A's");
        let paid = stripe.pay(text(&first["session_id"]), "evt_a").unwrap();
        for server in [app, &restored] {
            deliver(server, &paid).await.expect(200);
        }
        assert_eq!(purchase(&other).await["status"], "pending");
        assert_eq!((earned(app).await, earned(&restored).await), (8_490_000, 0));
        restored.stop().await;
    })
    .await;
}

#[tokio::test]
async fn refunding_one_of_two_payments_keeps_the_licence_that_is_still_paid() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let first = checkout(&user).await;
        app.database.execute("UPDATE skills SET price_cents = 1099 WHERE slug = 'pro'");
        let second = checkout(&user).await;
        assert_ne!(first["purchase_id"], second["purchase_id"]);
        for (number, begun) in [&first, &second].into_iter().enumerate() {
            let event = stripe.pay(text(&begun["session_id"]), &format!("evt_{number}")).unwrap();
            deliver(app, &event).await.expect(200);
        }
        assert_eq!(flags(&admin, "double_payment").await, 1, "both are paid");
        for (begun, status) in [(&first, 404), (&second, 402)] {
            let id = begun["purchase_id"].as_i64().unwrap();
            admin.post(&format!("/v1/admin/refunds/{id}"), json!({})).await.expect(200);
            deliver(app, &refunded(app, stripe, id, &format!("evt_back_{id}")).await).await.expect(200);
            // What is sold here came from a test and has no package in the store.
            assert_eq!(downloads(&user).await == 402, status == 402, "{begun}");
        }
        assert_eq!(earned(app).await, 0);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_skill_that_was_renamed_can_be_bought_at_once() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let (user, other) = (known(app, "user_a").await, known(app, "user_b").await);
        let begun = checkout(&user).await;
        stripe.expect_trouble([Trouble::LosesAnswer, Trouble::HangsUp, Trouble::HangsUp]);
        problem(other.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 503);
        app.database.execute("UPDATE skills SET name = 'Pro, renamed' WHERE slug = 'pro'");
        assert_eq!(checkout(&user).await, begun);
        let anew = checkout(&other).await;
        deliver(app, &stripe.pay(text(&anew["session_id"]), "evt_1").unwrap()).await.expect(200);
        assert_eq!(purchase(&other).await["status"], "completed");
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_payment_that_takes_days_allows_no_second_purchase_and_then_counts() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let user = known(app, "user_a").await;
        let begun = checkout(&user).await;
        let session = text(&begun["session_id"]).to_owned();
        stripe.books().pay_later(&session).unwrap();
        assert_eq!(buy(&user).await, 409, "the provider is asked before its event comes");
        take_all(app, stripe).await;
        assert_eq!(purchase(&user).await["checkout"], "processing");
        app.database.execute("UPDATE skills SET price_cents = 1099 WHERE slug = 'pro'");
        assert_eq!((buy(&user).await, downloads(&user).await), (409, 402));
        stripe.books().settle_payment(&session, true).unwrap();
        take_all(app, stripe).await;
        assert_eq!((purchase(&user).await["status"].clone(), earned(app).await), (json!("completed"), 8_490_000));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_session_that_failed_or_expired_is_replaced_at_once() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let user = known(app, "user_a").await;
        let failed = checkout(&user).await;
        let session = text(&failed["session_id"]).to_owned();
        stripe.books().pay_later(&session).unwrap();
        stripe.books().settle_payment(&session, false).unwrap();
        take_all(app, stripe).await;
        let expired = checkout(&user).await;
        assert_ne!(expired["session_id"], failed["session_id"]);
        stripe.advance(TWO_DAYS);
        let keyed = user.with_header("Idempotency-Key", "buy-1");
        let anew = keyed.post("/v1/checkout", json!({ "skill_slug": "pro" })).await.expect(201).body;
        assert_ne!(anew["session_id"], expired["session_id"], "nobody told of it, and it is asked about");
        let again = keyed.post("/v1/checkout", json!({ "skill_slug": "pro" })).await.expect(201).body;
        assert_eq!(again, anew);
        take_all(app, stripe).await;
        let states: Vec<Value> = user.get("/v1/purchases").await.expect(200).body["purchases"]
            .as_array()
            .unwrap()
            .iter()
            .map(|purchase| purchase["checkout"].clone())
            .collect();
        assert_eq!(states, ["open", "over", "over"]);
        deliver(app, &stripe.pay(text(&anew["session_id"]), "evt_paid").unwrap()).await.expect(200);
        // Sent again, it is answered as before and opens nothing.
        assert_eq!(keyed.post("/v1/checkout", json!({ "skill_slug": "pro" })).await.expect(201).body, anew);
        assert_eq!(stripe.books().sessions().len(), 3);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_seller_who_takes_the_account_away_sells_no_more_until_they_open_another() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let user = known(app, "user_a").await;
        checkout(&user).await;
        let account = stripe.books().accounts()[0].id.clone();
        stripe.books().deauthorize(&account).unwrap();
        take_all(app, stripe).await;
        assert_eq!(buy(&user).await, 409);
        let bob = app.user("user_bob");
        assert_eq!(bob.get("/v1/sellers/status").await.expect(200).body["stripe_connected"], false);
        let connect = json!({ "accept_tos": true, "display_name": "Bob" });
        let connected = bob.post("/v1/sellers/connect", connect).await.expect(200).body;
        assert_ne!(connected["account_id"], account);
        assert_eq!(buy(&user).await, 201);
    })
    .await;
}

#[tokio::test]
async fn events_of_either_endpoint_are_taken_and_thin_ones_left_alone() {
    let both = format!("whsec_of_connected_accounts,{SECRET}");
    beside_stripe_with(&["--stripe-webhook-secret", &both], async |app, stripe| {
        shop(app).await;
        let user = known(app, "user_a").await;
        bought(app, stripe, &user).await;
        let thin = stripe.books().thin_event("v2.core.account[requirements].updated", "acct_1");
        deliver(app, &stripe.sign(&thin)).await.expect(200);
        let connect = FakeStripe::start("whsec_of_connected_accounts").unwrap();
        let SignedEvent { body, signature } =
            connect.event("evt_connect", "account.updated", &json!({ "id": "acct_1" }));
        deliver(app, &SignedEvent { body, signature }).await.expect(200);
        let other = FakeStripe::start("whsec_of_somebody_else").unwrap();
        problem(deliver(app, &other.event("evt_other", "account.updated", &json!({ "id": "acct_1" }))).await, 401);
        connect.stop().await;
        other.stop().await;
    })
    .await;
}

#[tokio::test]
async fn buyers_and_sellers_come_back_to_pages() {
    beside_stripe_with(&["--public-url", "https://market.example"], async |app, stripe| {
        shop(app).await;
        checkout(&known(app, "user_a").await).await;
        let id = stripe.books().sessions()[0].id.clone();
        let sent = stripe.books().session(&id).unwrap();
        assert_eq!(sent["success_url"], "https://market.example/dashboard/purchases");
    })
    .await;
}
