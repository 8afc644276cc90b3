//! Dollars in wallets.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{admin, audited, error, fits, key, known};
use crate::support::on_each_backend;

const GRANT: &str = "/api/v1/admin/credits/grant";
const FREEZE: &str = "/api/v1/admin/credits/freeze";
const SPEND: &str = "/api/v1/credits/spend";

#[tokio::test]
async fn the_documented_example_gets_the_documented_answer_and_its_row() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let program = key(app, &admin).await;
        let body = json!({ "email": "User_A@example.com", "amount_usd": 12.50 });
        admin.post(GRANT, body).await.expect(200);
        let body = json!({ "email": "user_a@example.com", "amount_usd": 25.00, "note": "compensation for outage" });
        let granted = program.post(GRANT, body).await.expect(200);
        let id = granted.body["ledger_id"].as_str().unwrap().to_owned();
        assert!(id.starts_with("led_"));
        assert_eq!(granted.body, json!({ "ok": true, "balance_after_usd": 37.5, "ledger_id": id }));

        assert_eq!(
            user.get("/api/v1/credits").await.expect(200).body,
            json!({ "credits_usd": 37.5, "credits_frozen": false })
        );
        let ledger = user.get("/api/v1/credits/ledger").await.expect(200);
        let entry = &ledger.body["entries"][0];
        assert_eq!(
            entry,
            &json!({
                "id": id, "amount_usd": 25, "balance_after_usd": 37.5, "source": "admin_add",
                "note": "compensation for outage", "api_key_id": "key_1", "actor_id": "user_root",
                "created_at": entry["created_at"],
            })
        );
        assert!(entry["created_at"].as_i64().unwrap() > 1_700_000_000_000);
        assert_eq!((&ledger.body["total"], &ledger.body["entries"][1]["api_key_id"]), (&json!(2), &Value::Null));
        let row = admin.get("/admin/system/audit?action=credits.grant").await.expect(200);
        assert!(row.body["logs"][0]["metadata"].as_str().unwrap().contains("key_1"), "{}", row.text);

        let taken =
            program.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": -37.5 })).await.expect(200);
        assert_eq!(taken.body["balance_after_usd"], 0);
        assert_eq!(user.get("/api/v1/credits/ledger").await.expect(200).body["entries"][0]["source"], "admin_remove");
        error(program.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": -0.000001 })).await, 400);
        assert_eq!(audited(&admin, "action=credits.grant&status=failure").await, 1);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_frozen_wallet_spends_nothing_and_takes_what_admins_give() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        admin.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": 3 })).await.expect(200);
        let spent = user.post(SPEND, json!({ "amount_usd": 1.25, "note": "render" })).await.expect(200);
        assert_eq!(spent.body["balance_after_usd"], 1.75);
        let short = error(user.post(SPEND, json!({ "amount_usd": 1.750001 })).await, 402);
        assert!(short.body["error"].as_str().unwrap().contains("1.75"), "{}", short.text);
        let frozen = admin.post(FREEZE, json!({ "email": "user_a@example.com", "frozen": true })).await.expect(200);
        assert_eq!(frozen.body, json!({ "ok": true, "email": "user_a@example.com", "credits_frozen": true }));
        error(user.post(SPEND, json!({ "amount_usd": 1 })).await, 403);
        admin.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": 1 })).await.expect(200);
        assert_eq!(
            user.get("/api/v1/credits").await.expect(200).body,
            json!({ "credits_usd": 2.75, "credits_frozen": true })
        );
        admin.post(FREEZE, json!({ "email": "user_a@example.com", "frozen": true })).await.expect(200);
        assert_eq!(audited(&admin, "action=credits.freeze").await, 1, "twice is once");
        admin.post(FREEZE, json!({ "email": "user_a@example.com", "frozen": false })).await.expect(200);
        user.post(SPEND, json!({ "amount_usd": 2.75 })).await.expect(200);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn who_may_not_and_what_does_not_fit_is_refused() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        for bad in [
            json!({ "email": "user_a@example.com" }),
            json!({ "email": "user_a@example.com", "amount_usd": 0 }),
            json!({ "email": "user_a@example.com", "amount_usd": "12" }),
            json!({ "email": "user_a@example.com", "amount_usd": null }),
            json!({ "email": "user_a@example.com", "amount_usd": 1e15 }),
            json!({ "email": "nobody", "amount_usd": 1 }),
            json!({ "email": "user_a@example.com", "amount_usd": 1, "balance": 5 }),
            json!({ "email": "user_a@example.com", "amount_usd": 1, "note": "x".repeat(501) }),
        ] {
            error(admin.post(GRANT, bad).await, 400);
        }
        error(admin.post(GRANT, json!({ "email": "nobody@example.com", "amount_usd": 1 })).await, 404);
        error(admin.post(FREEZE, json!({ "email": "nobody@example.com", "frozen": true })).await, 404);
        error(admin.post(FREEZE, json!({ "email": "user_a@example.com" })).await, 400);
        for bad in [json!({}), json!({ "amount_usd": -1 }), json!({ "amount_usd": 0 })] {
            error(user.post(SPEND, bad).await, 400);
        }
        for (caller, status) in [(&user, 403), (&app.anonymous(), 401), (&app.with_token("vfc_live_nonsense"), 401)] {
            error(caller.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": 1 })).await, status);
            error(caller.post(FREEZE, json!({ "email": "user_a@example.com", "frozen": true })).await, status);
        }
        error(app.anonymous().get("/api/v1/credits").await, 401);
        error(app.anonymous().get("/api/v1/nope").await, 404);
        error(user.delete("/api/v1/credits").await, 405);
        let two = known(app, "user_b").await;
        app.database.execute("UPDATE users SET sort_email = 'user_a@example.com' WHERE id = 'user_b'");
        error(admin.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": 1 })).await, 409);
        assert_eq!(two.get("/api/v1/credits").await.expect(200).body["credits_usd"], 0);
        assert_eq!(audited(&admin, "action=credits.grant&status=denied").await, 1);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_balance_that_covers_ten_is_spent_ten_times() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        admin.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": 10.5 })).await.expect(200);
        let spends = join_all((0..100).map(|_| user.post(SPEND, json!({ "amount_usd": 1 })))).await;
        assert_eq!(spends.iter().filter(|reply| reply.status == 200).count(), 10);
        assert!(spends.iter().all(|reply| [200, 402].contains(&reply.status)));
        assert_eq!(user.get("/api/v1/credits").await.expect(200).body["credits_usd"], 0.5);

        let retried = user.with_header("Idempotency-Key", "spend-1");
        let replies = join_all((0..50).map(|_| retried.post(SPEND, json!({ "amount_usd": 0.25 })))).await;
        let answered: Vec<_> = replies.iter().filter(|reply| reply.status == 200).collect();
        assert!(!answered.is_empty() && replies.iter().all(|reply| [200, 409].contains(&reply.status)), "{replies:?}");
        assert!(answered.iter().all(|reply| reply.body == answered[0].body));
        assert_eq!(user.get("/api/v1/credits").await.expect(200).body["credits_usd"], 0.25);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_ledger_comes_in_pages() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        for cents in 1..=5 {
            let amount = f64::from(cents) / 100.0;
            admin.post(GRANT, json!({ "email": "user_a@example.com", "amount_usd": amount })).await.expect(200);
        }
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = user.get(&format!("/api/v1/credits/ledger?limit=2{next}")).await.expect(200);
            seen.extend(page.body["entries"].as_array().unwrap().iter().map(|entry| entry["amount_usd"].to_string()));
            let Some(cursor) = page.body["next_cursor"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(seen, ["0.05", "0.04", "0.03", "0.02", "0.01"]);
        for bad in ["limit=0", "limit=101", "cursor=x", "offset=-1", "x=1"] {
            error(user.get(&format!("/api/v1/credits/ledger?{bad}")).await, 400);
        }
    })
    .await;
}
