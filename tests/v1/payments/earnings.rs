//! What sellers earn, and what looks suspicious of it.

use aedile_catalog::skills::PublishSkill;
use serde_json::{Value, json};

use super::purchases::{beside_stripe, bought_skill, deliver, refunded, shop};
use crate::api::{admin, fits, known};
use crate::v1::problem;
use crate::v1::skills::{publish, skill};

#[tokio::test]
async fn figures_are_exact_sums_across_refunds() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        publish(app, "bob", PublishSkill { price_cents: 333, ..skill("Odd") }).await.unwrap();
        let bob = app.user("user_bob");
        let nothing = json!({
            "sales": 0, "gross_cents": 0, "fee_cents": 0, "refunded_cents": 0, "net_cents": 0, "currency": "usd",
        });
        assert_eq!(bob.get("/v1/sellers/earnings").await.expect(200).body, nothing);
        let mut ids = Vec::new();
        for number in 0..3 {
            let user = known(app, &format!("user_{number}")).await;
            ids.push(bought_skill(app, stripe, &user, "pro").await);
            bought_skill(app, stripe, &user, "odd").await;
        }
        // 9.99 costs a fee of 1.50, 3.33 one of 0.50.
        let earned = bob.get("/v1/sellers/earnings").await.expect(200).body;
        assert_eq!(
            (&earned["sales"], &earned["gross_cents"], &earned["fee_cents"], &earned["net_cents"]),
            (&json!(6), &json!(3_996), &json!(600), &json!(3_396))
        );
        admin.post(&format!("/v1/admin/refunds/{}", ids[0]), json!({})).await.expect(200);
        deliver(app, &refunded(app, stripe, ids[0], "evt_all").await).await.expect(200);
        admin.post(&format!("/v1/admin/refunds/{}", ids[1]), json!({ "amount_cents": 100 })).await.expect(200);
        deliver(app, &refunded(app, stripe, ids[1], "evt_part").await).await.expect(200);
        // Of 1.50 for 9.99, 0.15 go back with 1.00.
        let earned = bob.get("/v1/sellers/earnings").await.expect(200).body;
        assert_eq!((&earned["refunded_cents"], &earned["fee_cents"]), (&json!(1_099), &json!(600 - 150 - 15)));
        assert_eq!(earned["net_cents"], 3_996 - 1_099 - 435);
        assert_eq!(super::purchases::earned(app).await, 2_462 * 10_000, "and so says the ledger");

        let revenue = bob.get("/v1/sellers/revenue").await.expect(200).body;
        assert_eq!((&revenue["net_cents"], &revenue["sales"]), (&earned["net_cents"], &json!(6)));
        let past = bob.get("/v1/sellers/revenue?from=2020-01-01&to=2020-02-01").await.expect(200).body;
        assert_eq!((&past["net_cents"], &past["from"]), (&json!(0), &json!("2020-01-01T00:00:00Z")));
        for (by, rows) in [("skill", 2), ("day", 1), ("month", 1)] {
            let parts = bob.get(&format!("/v1/sellers/revenue/breakdown?by={by}")).await.expect(200).body;
            let list = parts["breakdown"].as_array().unwrap();
            assert_eq!((list.len(), &parts["by"]), (rows, &json!(by)), "{parts}");
            let sum = |name: &str| list.iter().map(|row| row[name].as_i64().unwrap()).sum::<i64>();
            assert_eq!((sum("net_cents"), sum("sales")), (2_462, 6), "{by}");
        }
        let skills = bob.get("/v1/sellers/skills").await.expect(200).body;
        let net: i64 =
            skills["skills"].as_array().unwrap().iter().map(|skill| skill["net_cents"].as_i64().unwrap()).sum();
        assert_eq!((net, &skills["total"]), (2_462, &json!(2)));

        let first = bob.get("/v1/sellers/sales?limit=4").await.expect(200).body;
        let next = first["next_cursor"].as_str().unwrap();
        let rest = bob.get(&format!("/v1/sellers/sales?limit=4&cursor={next}")).await.expect(200).body;
        let sales: Vec<&Value> = [&first, &rest].iter().flat_map(|page| page["sales"].as_array().unwrap()).collect();
        assert_eq!((sales.len(), &first["total"]), (6, &json!(6)));
        assert_eq!(sales.iter().map(|sale| sale["net_cents"].as_i64().unwrap()).sum::<i64>(), 2_462);
        assert!(sales.iter().all(|sale| sale.get("buyer_id").is_none()));
        let activity = bob.get("/v1/sellers/activity?limit=3").await.expect(200).body;
        let kinds: Vec<_> = activity["activity"].as_array().unwrap().iter().map(|row| row["kind"].clone()).collect();
        assert_eq!(kinds, ["refund", "refund", "sale"]);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn figures_are_ones_own_and_ranges_make_sense() {
    beside_stripe(async |app, _| {
        let user = known(app, "user_a").await;
        for path in ["earnings", "skills", "sales", "revenue", "revenue/breakdown", "activity"] {
            problem(app.anonymous().get(&format!("/v1/sellers/{path}")).await, 401);
            user.get(&format!("/v1/sellers/{path}")).await.expect(200);
            problem(user.get(&format!("/v1/sellers/{path}?x=1")).await, 400);
        }
        for bad in ["from=x", "from=2026-02-01&to=2026-01-01", "from=1990-01-01", "to=2026-01-01&from=2026-01-01"] {
            problem(user.get(&format!("/v1/sellers/revenue?{bad}")).await, 400);
            problem(user.get(&format!("/v1/sellers/revenue/breakdown?{bad}")).await, 400);
        }
        problem(user.get("/v1/sellers/revenue/breakdown?by=hour").await, 400);
        problem(user.get("/v1/sellers/activity?limit=101").await, 400);
    })
    .await;
}

#[tokio::test]
async fn suspicious_purchases_and_refunds_are_flagged() {
    beside_stripe(async |app, stripe| {
        let admin = admin(app).await;
        shop(app).await;
        let user = known(app, "user_a").await;
        let flags = async || {
            let listed = admin.get("/v1/admin/abuse/flagged").await.expect(200).body;
            let types =
                listed["flags"].as_array().unwrap().iter().map(|flag| flag["flag_type"].as_str().unwrap().to_owned());
            types.collect::<Vec<_>>()
        };
        let mut ids = vec![bought_skill(app, stripe, &user, "pro").await];
        for number in 1..5 {
            assert!(flags().await.is_empty());
            publish(app, "bob", PublishSkill { price_cents: 100, ..skill(&format!("More {number}")) }).await.unwrap();
            ids.push(bought_skill(app, stripe, &user, &format!("more-{number}")).await);
        }
        assert_eq!(flags().await, ["buyer_seller_burst"]);
        for (number, id) in ids.iter().take(3).enumerate() {
            admin.post(&format!("/v1/admin/refunds/{id}"), json!({})).await.expect(200);
            deliver(app, &refunded(app, stripe, *id, &format!("evt_refund_{number}")).await).await.expect(200);
        }
        assert_eq!(flags().await, ["refund_burst", "buyer_seller_burst"]);
        let twin = known(app, "user_b").await;
        app.database.execute("UPDATE users SET email = 'user_bob+shop@example.com' WHERE id = 'user_b'");
        bought_skill(app, stripe, &twin, "pro").await;
        assert_eq!(flags().await, ["self_purchase", "refund_burst", "buyer_seller_burst"]);
        let story = admin.get("/v1/admin/users/user_a").await.expect(200).body;
        assert_eq!(story["flags"].as_array().unwrap().len(), 2);
        fits(app).await;
    })
    .await;
}
