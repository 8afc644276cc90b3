//! Plans and their credits, under `/api/admin/users`.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{admin, audited, error, fits, known};
use crate::support::{ADMIN_KEY, on_each_backend};

const PLAN: &str = "/api/admin/users/user_a/plan";
const CREDITS: &str = "/api/admin/users/user_a/credits";
const EVENTS: &str = "/api/admin/users/user_a/credit-events";

#[tokio::test]
async fn the_documented_examples_get_the_documented_answers() {
    on_each_backend(async |app| {
        let (admin, _) = (admin(app).await, known(app, "user_a").await);
        let operator = app.operator();
        let plan = operator.get(PLAN).await.expect(200);
        let reset = plan.body["plan"]["reset_date"].as_str().unwrap().to_owned();
        assert_eq!(
            plan.body,
            json!({
                "ok": true, "userId": "user_a",
                "plan": {
                    "id": "plan", "userId": "user_a", "type": "plan", "tier": "free", "credits_balance": 5000,
                    "credits_monthly": 0, "reset_date": reset,
                },
            })
        );
        assert!(reset.len() == 24 && reset.ends_with('Z') && reset.as_bytes()[19] == b'.', "{reset}");

        let set = operator.post(PLAN, json!({ "tier": "pro" })).await.expect(200);
        assert_eq!(set.body, json!({ "ok": true, "userId": "user_a", "tier": "pro", "creditsGranted": 100_000 }));
        let given = operator.post(CREDITS, json!({ "amount": 5000, "reason": "courtesy_grant" })).await.expect(200);
        assert_eq!(given.body, json!({ "ok": true, "userId": "user_a", "amount": 5000, "newBalance": 105_000 }));
        let taken = operator.post(CREDITS, json!({ "amount": -105_000 })).await.expect(200);
        assert_eq!(taken.body["newBalance"], 0);

        let events = operator.get(EVENTS).await.expect(200);
        let told: Vec<(i64, &str, i64)> = events.body["events"]
            .as_array()
            .unwrap()
            .iter()
            .map(|e| {
                (e["amount"].as_i64().unwrap(), e["reason"].as_str().unwrap(), e["balance_after"].as_i64().unwrap())
            })
            .collect();
        assert_eq!(
            told,
            [
                (-105_000, "admin_remove", 0),
                (5_000, "courtesy_grant", 105_000),
                (100_000, "plan_reset", 100_000),
                (-5_000, "plan_expire", 0),
                (5_000, "signup_grant", 5_000),
            ]
        );
        let event = &events.body["events"][0];
        assert!(event["id"].as_str().unwrap().starts_with("evt_1"), "{event}");
        assert_eq!(event["timestamp"].as_str().unwrap().len(), 24);
        assert_eq!((&events.body["ok"], &events.body["userId"]), (&json!(true), &json!("user_a")));
        let two = operator.get(&format!("{EVENTS}?limit=2")).await.expect(200);
        assert_eq!(two.body["events"].as_array().unwrap().len(), 2);

        for (action, rows) in [("plan.set", 1), ("credits.grant", 1), ("credits.remove", 1)] {
            assert_eq!(
                audited(&admin, &format!("action={action}&actor_id=admin-key&status=success")).await,
                rows,
                "{action}"
            );
        }
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn every_new_user_has_a_plan_from_the_first_moment() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let local = json!({ "identifier": "new@example.com", "password": "correct horse battery" });
        let local = admin.post("/admin/local-users", local).await.expect(201);
        let id = local.body["user"]["id"].as_str().unwrap().to_owned();
        for user in ["user_root", id.as_str()] {
            let plan = app.operator().get(&format!("/api/admin/users/{user}/plan")).await.expect(200);
            assert_eq!(plan.body["plan"]["credits_balance"], 5000, "{user}");
        }
        for tier in [("free", 5_000, 0), ("starter", 25_000, 25_000), ("enterprise", 1_000_000, 1_000_000)] {
            let path = format!("/api/admin/users/{id}/plan");
            let set = app.operator().post(&path, json!({ "tier": tier.0 })).await.expect(200);
            assert_eq!(set.body["creditsGranted"], tier.1);
            let plan = app.operator().get(&path).await.expect(200).body["plan"].clone();
            assert_eq!((&plan["credits_balance"], &plan["credits_monthly"]), (&json!(tier.1), &json!(tier.2)));
        }
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_is_refused_and_nothing_is_changed() {
    on_each_backend(async |app| {
        let (admin, _) = (admin(app).await, known(app, "user_a").await);
        let operator = app.operator();
        for bad in [
            json!({}),
            json!({ "tier": "gold" }),
            json!({ "tier": "" }),
            json!({ "tier": 1 }),
            json!({ "tier": "pro", "balance": 1 }),
        ] {
            error(operator.post(PLAN, bad).await, 400);
        }
        for bad in [
            json!({}),
            json!({ "amount": 0 }),
            json!({ "amount": 1.5 }),
            json!({ "amount": "5" }),
            json!({ "amount": -5001 }),
            json!({ "amount": i64::MAX }),
            json!({ "amount": i64::MIN }),
            json!({ "amount": 1, "reason": "a\nb" }),
        ] {
            error(operator.post(CREDITS, bad.clone()).await, 400);
        }
        for query in ["limit=0", "limit=201", "limit=x", "x=1"] {
            error(operator.get(&format!("{EVENTS}?{query}")).await, 400);
        }
        for path in [PLAN, CREDITS, EVENTS].map(|path| path.replace("user_a", "user_nobody")) {
            let reply = if path.ends_with("credits") {
                operator.post(&path, json!({ "amount": 1 })).await
            } else {
                operator.get(&path).await
            };
            error(reply, 404);
        }
        assert_eq!(operator.get(PLAN).await.expect(200).body["plan"]["credits_balance"], 5000);
        assert_eq!(audited(&admin, "action=plan_credits.adjust&status=failure").await, 6);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn nobody_but_the_operator_gets_in_and_everybody_else_gets_403() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let key = super::key(app, &admin).await;
        let wrong = app.anonymous().with_header("X-Admin-Key", &format!("{ADMIN_KEY}x"));
        let empty = app.anonymous().with_header("X-Admin-Key", "");
        for caller in [&admin, &user, &key, &app.anonymous(), &wrong, &empty, &app.with_token("nonsense")] {
            error(caller.get(PLAN).await, 403);
            error(caller.post(PLAN, json!({ "tier": "pro" })).await, 403);
            error(caller.post(CREDITS, json!({ "amount": 1 })).await, 403);
            error(caller.get(EVENTS).await, 403);
        }
        error(admin.with_header("X-Admin-Key", ADMIN_KEY).get(PLAN).await, 400);
        error(app.operator().get("/api/admin/users/user_a/nope").await, 404);
        error(app.operator().delete(PLAN).await, 405);
        // The key opens nothing else.
        app.operator().get("/v1/admin/users").await.expect(403);
        app.operator().get("/admin/system/roles").await.refused(403);
        error(app.operator().get("/api/v1/admin/users").await, 403);
        assert_eq!(app.operator().get(PLAN).await.expect(200).body["plan"]["tier"], "free");
    })
    .await;
}

#[tokio::test]
async fn the_same_key_fifty_times_is_one_change() {
    on_each_backend(async |app| {
        known(app, "user_a").await;
        let operator = app.operator().with_header("Idempotency-Key", "grant-1");
        let body = json!({ "amount": 10, "reason": "once" });
        let first = operator.post(CREDITS, body.clone()).await.expect(200);
        let replies = join_all((0..50).map(|_| operator.post(CREDITS, body.clone()))).await;
        for reply in &replies {
            assert_eq!((reply.status, &reply.body), (200, &first.body), "{}", reply.text);
            assert_eq!(reply.header("idempotent-replayed"), Some("true"));
        }
        error(operator.post(CREDITS, json!({ "amount": 11 })).await, 422);
        let plan = app.operator().get(PLAN).await.expect(200);
        assert_eq!(plan.body["plan"]["credits_balance"], 5010);
        let events: Value = app.operator().get(EVENTS).await.expect(200).body["events"].clone();
        assert_eq!(events.as_array().unwrap().len(), 2);

        let set = app.operator().with_header("Idempotency-Key", "plan-1");
        let tries = join_all((0..20).map(|_| set.post(PLAN, json!({ "tier": "starter" })))).await;
        assert!(tries.iter().all(|reply| [200, 409].contains(&reply.status)), "{tries:?}");
        let events: Value = app.operator().get(EVENTS).await.expect(200).body["events"].clone();
        assert_eq!(events.as_array().unwrap().len(), 4, "one expiry, one reset");
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_month_ends_once_and_who_has_no_plan_gets_one() {
    on_each_backend(async |app| {
        known(app, "user_a").await;
        app.operator().post(PLAN, json!({ "tier": "starter" })).await.expect(200);
        app.operator().post(CREDITS, json!({ "amount": -20_000 })).await.expect(200);
        app.database.execute("UPDATE user_plans SET started_at = 1700000000000000, reset_date = 1702592000000000");
        app.database.execute("INSERT INTO users (id, created_at, updated_at) VALUES ('user_sql', 1, 1)");
        use aedile_billing::plans::ResetsPlans;
        for _ in 0..3 {
            let left = app.server.runner().reset_due(100).await.unwrap();
            assert!(left.is_empty(), "{left:?}");
        }
        let plan = app.operator().get(PLAN).await.expect(200).body["plan"].clone();
        assert_eq!(plan["credits_balance"], 25_000);
        let events = app.operator().get(EVENTS).await.expect(200).body["events"].clone();
        let resets = events.as_array().unwrap().iter().filter(|event| event["reason"] == "plan_reset").count();
        assert_eq!(resets, 2, "the first and the month's: {events}");
        let plan = app.operator().get("/api/admin/users/user_sql/plan").await.expect(200).body["plan"].clone();
        assert_eq!((&plan["tier"], &plan["credits_balance"]), (&json!("free"), &json!(5000)));
        fits(app).await;
    })
    .await;
}
