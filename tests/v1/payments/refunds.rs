//! Refunds, and the order that the provider's events come in.

use aedile_fake_stripe::{FakeStripe, SignedEvent, Trouble};
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::purchases::{
    beside_stripe, beside_stripe_with, bought, checkout, deliver, downloads, earned, purchase, refunded, shop,
};
use crate::api::{admin, audited, fits, known};
use crate::operations::agents::asked;
use crate::support::Binary;
use crate::v1::problem;

#[tokio::test]
async fn a_refund_gives_everything_back_once() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let id = bought(app, stripe, &user).await;
        let path = format!("/v1/admin/refunds/{id}");
        let refunds = join_all((0..50).map(|_| admin.post(&path, json!({ "reason": "asked for" })))).await;
        assert!(refunds.iter().all(|reply| reply.status == 200), "{refunds:?}");
        let refund = &refunds[0].body;
        assert!(refund["refund_id"].as_str().unwrap().starts_with("re_"));
        assert_eq!((&refund["status"], &refund["amount_cents"]), (&json!("succeeded"), &json!(999)));
        assert!(refunds.iter().all(|reply| reply.body == *refund));
        assert_eq!(stripe.refund_count(), 1, "once at the provider");
        assert_eq!(purchase(&user).await["status"], "refunding");

        let event = refunded(app, stripe, id, "evt_refund").await;
        for _ in 0..3 {
            deliver(app, &event).await.expect(200);
        }
        let sales = admin.get("/v1/admin/sales?status=refunded&buyer_id=user_a").await.expect(200).body;
        assert_eq!((&sales["total"], &sales["sales"][0]["purchase_id"]), (&json!(1), &json!(id)), "{sales}");
        assert_eq!(admin.get("/v1/admin/sales?status=completed").await.expect(200).body["sales"], json!([]));
        problem(admin.get("/v1/admin/sales?status=sold").await, 400);
        problem(user.get("/v1/admin/sales").await, 403);
        let postings = admin.get("/v1/admin/ledger?limit=1").await.expect(200).body;
        let newest = &postings["postings"][0];
        assert_eq!((&newest["source"], newest["lines"].as_array().unwrap().len()), (&json!("refund"), 3), "{newest}");
        problem(user.get("/v1/admin/ledger").await, 403);
        let gone = purchase(&user).await;
        assert_eq!((&gone["status"], &gone["refunded_cents"]), (&json!("refunded"), &json!(999)));
        assert_eq!(earned(app).await, 0);
        problem(user.get("/v1/skills/pro/download").await, 402);
        problem(admin.post(&path, json!({})).await, 400);
        problem(admin.post("/v1/admin/refunds/999", json!({})).await, 404);
        problem(user.post(&path, json!({})).await, 403);
        assert_eq!(audited(&admin, "action=refund.settle").await, 1);
        assert_eq!(audited(&admin, "action=refund.issue&status=failure").await, 2);
        fits(app).await;
        // It can be bought again.
        bought(app, stripe, &user).await;
        assert_ne!(downloads(&user).await, 402);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn parts_are_given_back_up_to_what_was_paid() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let id = bought(app, stripe, &user).await;
        let path = format!("/v1/admin/refunds/{id}");
        for bad in [
            json!({ "amount_cents": 0 }),
            json!({ "amount_cents": 1000 }),
            json!({ "amount_cents": -1 }),
            json!({ "cents": 1 }),
        ] {
            problem(admin.post(&path, bad).await, 400);
        }
        for (number, (cents, in_all, left)) in [(333, 333, 5_660_000), (333, 666, 2_830_000)].into_iter().enumerate() {
            admin.post(&path, json!({ "amount_cents": cents })).await.expect(200);
            deliver(app, &refunded(app, stripe, id, &format!("evt_part_{number}")).await).await.expect(200);
            let purchase = purchase(&user).await;
            assert_eq!((&purchase["status"], &purchase["refunded_cents"]), (&json!("completed"), &json!(in_all)));
            assert_eq!(earned(app).await, left);
            assert_ne!(downloads(&user).await, 402, "a part leaves the licence");
        }
        admin.post(&path, json!({})).await.expect(200);
        deliver(app, &refunded(app, stripe, id, "evt_rest").await).await.expect(200);
        assert_eq!(purchase(&user).await["status"], "refunded");
        assert_eq!((earned(app).await, stripe.refund_count()), (0, 3));
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn events_in_any_order_end_in_the_same_state() {
    beside_stripe(async |app, stripe| {
        shop(app).await;
        let orders = permutations(&[0, 1, 2, 3]);
        assert_eq!(orders.len(), 24);
        for (number, order) in orders.iter().enumerate() {
            let user = known(app, &format!("user_{number}")).await;
            let begun = checkout(&user).await;
            let session = begun["session_id"].as_str().unwrap();
            let paid = stripe.pay(session, &format!("evt_{number}_paid")).unwrap();
            // The provider gives money back by itself, in two parts, as its dashboard lets people do.
            let part = refund_event(stripe, session, 400, &format!("evt_{number}_part"));
            let whole = refund_event(stripe, session, 999, &format!("evt_{number}_whole"));
            let events = [paid.clone(), part, whole, paid];
            for at in order {
                deliver(app, &events[*at]).await.expect(200);
            }
            let purchase = purchase(&user).await;
            assert_eq!(
                (&purchase["status"], &purchase["refunded_cents"]),
                (&json!("refunded"), &json!(999)),
                "{order:?}"
            );
            assert_eq!(downloads(&user).await, 402, "{order:?}");
            assert_eq!(earned(app).await, 0, "{order:?}");
        }
        fits(app).await;
    })
    .await;
}

/// An event that says that so much was given back in all.
fn refund_event(stripe: &FakeStripe, session: &str, cents: i64, id: &str) -> SignedEvent {
    let intent = stripe.books().payment_called(session).unwrap().intent.clone();
    let mut charge = stripe.books().charge(&intent).unwrap();
    charge["amount_refunded"] = json!(cents);
    stripe.event(id, "charge.refunded", &charge)
}

fn permutations(items: &[usize]) -> Vec<Vec<usize>> {
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (at, first) in items.iter().enumerate() {
        let rest: Vec<usize> = items[..at].iter().chain(&items[at + 1..]).copied().collect();
        all.extend(permutations(&rest).into_iter().map(|rest| [vec![*first], rest].concat()));
    }
    all
}

/// Nobody hears of a payment, nor of what became of a refund: the books are mended by asking, once.
#[tokio::test]
async fn what_nobody_heard_of_is_mended_by_asking() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let (user, other) = (known(app, "user_a").await, known(app, "user_b").await);
        let unheard = checkout(&user).await;
        let _lost = stripe.pay(unheard["session_id"].as_str().unwrap(), "evt_lost").unwrap();
        let id = bought(app, stripe, &other).await;
        stripe.expect_trouble([Trouble::FailsAfterwards, Trouble::Fails, Trouble::Fails]);
        problem(admin.post(&format!("/v1/admin/refunds/{id}"), json!({})).await, 503);
        let reconcile = || {
            let binary = Binary::on(&app.database.url).with("STRIPE_API_BASE", stripe.url());
            let binary = binary.with("STRIPE_SECRET_KEY", "sk_test_of_the_tests");
            tokio::task::spawn_blocking(move || binary.run(&["stripe", "reconcile"]).expect(0).stdout)
        };
        assert!(reconcile().await.unwrap().contains(": 0 mended"), "what is a minute old is left to its event");
        app.database.execute("UPDATE purchases SET created_at = 1");
        app.database.execute("UPDATE refunds SET created_at = 1");
        let told = reconcile().await.unwrap();
        assert!(told.contains(&format!("purchase {}: was paid", unheard["purchase_id"])), "{told}");
        assert!(told.contains(&format!("purchase {id}: was refunded")), "{told}");
        assert_eq!(
            (purchase(&user).await["status"].clone(), purchase(&other).await["status"].clone()),
            (json!("completed"), json!("refunded"))
        );
        assert_eq!((stripe.refund_count(), earned(app).await), (1, 8_490_000));
        deliver(app, &refunded(app, stripe, id, "evt_late").await).await.expect(200);
        assert!(reconcile().await.unwrap().contains(": 0 mended"));
        assert_eq!(earned(app).await, 8_490_000);
        fits(app).await;
    })
    .await;
}

/// What an agent shows before it is done must be known again, though the database numbers each attempt anew.
#[tokio::test]
async fn an_agent_shows_a_refund_and_then_issues_it() {
    beside_stripe_with(&["--agents-allow-write"], async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let id = bought(app, stripe, &known(app, "user_a").await).await;
        let call = async |arguments: Value| {
            let result = asked(&admin, "tools/call", json!({ "name": "refund_issue", "arguments": arguments })).await;
            result["content"][0]["text"].as_str().unwrap().to_owned()
        };
        let shown = call(json!({ "purchase": id })).await;
        assert!(shown.contains("Nothing was done yet"), "{shown}");
        let token = shown.split("\"preview_token\": \"").nth(1).unwrap().split('"').next().unwrap();
        let done = call(json!({ "purchase": id, "preview_token": token })).await;
        assert!(done.contains("succeeded"), "{done}");
        assert_eq!(stripe.refund_count(), 1);
    })
    .await;
}
