//! Operations by their names, at `/v1/admin/operations`.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp, on_each_backend, on_each_backend_with};
use crate::v1::problem;

const OPERATIONS: &str = "/v1/admin/operations";

async fn run(caller: &Caller, name: &str, input: Value) -> Reply {
    caller.post(&format!("{OPERATIONS}/{name}"), input).await
}

async fn preview(caller: &Caller, name: &str, input: Value) -> Reply {
    caller.post(&format!("{OPERATIONS}/{name}?dry_run=true"), input).await
}

async fn names(caller: &Caller) -> BTreeSet<String> {
    let listed = caller.get(OPERATIONS).await.expect(200).body;
    let operations = listed["operations"].as_array().unwrap().iter();
    operations.map(|operation| operation["name"].as_str().unwrap().to_owned()).collect()
}

async fn rows(admin: &Caller, query: &str) -> u64 {
    admin.get(&format!("/admin/system/audit?limit=1&{query}")).await.expect(200).body["total"].as_u64().unwrap()
}

/// An admin of everything, and a user with the address `user_a@example.com`.
async fn people(app: &TestApp) -> (Caller, Caller) {
    let (admin, user) = (app.super_admin().await, app.user("user_a"));
    for caller in [&admin, &user] {
        caller.get("/api/v1/me").await.expect(200);
    }
    (admin, user)
}

#[tokio::test]
async fn everybody_is_shown_what_they_may_run() {
    on_each_backend(async |app| {
        let (admin, user) = people(app).await;
        let all = names(&admin).await;
        for name in ["credits.grant", "role.assign", "refund.issue", "flag.update", "plan.set", "audit.list"] {
            assert!(all.contains(name), "{name}: {all:?}");
        }
        for hidden in ["credits.spend", "profile.update", "purchase.complete", "owner.appoint"] {
            assert!(!all.contains(hidden), "{hidden} is no operation of the admin area");
        }
        assert_eq!(names(&user).await, BTreeSet::new());
        let viewer = names(&app.with_role("viewer").await).await;
        assert!(viewer.contains("flag.list") && viewer.contains("audit.list"), "{viewer:?}");
        assert!(!viewer.contains("flag.update") && !viewer.contains("wallet.list"), "{viewer:?}");
        let operator = names(&app.operator()).await;
        assert!(operator.contains("plan.set") && !operator.contains("role.list"), "{operator:?}");
        problem(app.anonymous().get(OPERATIONS).await, 401);
        problem(run(&app.anonymous(), "credits.grant", json!({})).await, 401);
    })
    .await;
}

#[tokio::test]
async fn what_is_described_can_be_read_by_others() {
    on_each_backend(async |app| {
        let (admin, _) = people(app).await;
        let listed = admin.get(OPERATIONS).await.expect(200).body;
        for operation in listed["operations"].as_array().unwrap() {
            let name = operation["name"].as_str().unwrap();
            assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{name}");
            assert_eq!(operation["input"]["type"], "object", "{name}");
            let schema = jsonschema::validator_for(&operation["input"]).unwrap();
            assert!(!schema.is_valid(&json!({ "unheard_of": 1 })), "{name} takes anything");
            jsonschema::validator_for(&operation["output"]).unwrap();
        }
    })
    .await;
}

#[tokio::test]
async fn an_operation_does_the_same_as_elsewhere() {
    on_each_backend(async |app| {
        let (admin, user) = people(app).await;
        let grant = json!({ "email": "user_a@example.com", "amount": "12.50", "note": "hello" });
        let previewed = preview(&admin, "credits.grant", grant.clone()).await.expect(200).body;
        assert_eq!(previewed["output"]["balance_after"], "12.5");
        assert_eq!(previewed["records"][0]["resource_id"], "user_a");
        let balance = async || user.get("/api/v1/credits").await.expect(200).body["credits_usd"].clone();
        assert_eq!(balance().await, 0);

        let once = admin.with_header("Idempotency-Key", "grant-1");
        let granted = run(&once, "credits.grant", grant.clone()).await.expect(200);
        let again = run(&once, "credits.grant", grant.clone()).await.expect(200);
        assert_eq!((&granted.body, again.header("idempotent-replayed")), (&again.body, Some("true")));
        problem(run(&once, "credits.grant", json!({ "email": "user_a@example.com", "amount": "1" })).await, 422);
        assert_eq!(balance().await, 12.5);
        assert_eq!(rows(&admin, "action=credits.grant&status=success&actor_id=user_root").await, 1);

        let listed = run(&admin, "audit.list", json!({ "action": "credits.grant", "page": { "limit": 1 } })).await;
        assert_eq!(listed.expect(200).body["items"][0]["action"], "credits.grant");
    })
    .await;
}

#[tokio::test]
async fn pages_follow_each_other() {
    on_each_backend(async |app| {
        let (admin, _) = people(app).await;
        app.user("user_b").get("/api/v1/me").await.expect(200);
        let (mut seen, mut page) = (Vec::new(), json!({ "limit": 1 }));
        loop {
            let listed = run(&admin, "user.list", json!({ "page": page })).await.expect(200).body;
            seen.extend(listed["items"].as_array().unwrap().iter().map(|user| user["id"].to_string()));
            if listed["next"].is_null() {
                break;
            }
            page = json!({ "limit": 1, "after": listed["next"] });
        }
        assert_eq!(seen.iter().collect::<BTreeSet<_>>().len(), 3, "{seen:?}");
        for bad in
            [json!({ "limit": 0 }), json!({ "limit": 101 }), json!({ "offset": 0, "after": { "key": 1, "id": 1 } })]
        {
            problem(run(&admin, "user.list", json!({ "page": bad })).await, 400);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_drawn_or_hashed_works_by_name_too() {
    on_each_backend(async |app| {
        let (admin, user) = people(app).await;
        let key = json!({ "name": "by name", "scopes": ["admin:read"] });
        assert!(!preview(&admin, "api_key.create", key.clone()).await.expect(200).text.contains("secret"));
        let minted = run(&admin, "api_key.create", key).await.expect(200).body;
        let key = app.with_token(minted["secret"].as_str().unwrap());
        let rotation = json!({ "id": minted["key"]["id"], "grace_minutes": 0 });
        assert!(!preview(&admin, "api_key.rotate", rotation.clone()).await.expect(200).text.contains("secret"));
        let rotated = run(&admin, "api_key.rotate", rotation).await.expect(200).body;
        key.get("/api/v1/me").await.expect(401);
        let key = app.with_token(rotated["secret"].as_str().unwrap());
        let of_key = names(&key).await;
        assert!(of_key.contains("wallet.list") && !of_key.contains("credits.grant"), "{of_key:?}");
        assert!(!of_key.contains("role.list"), "a key opens nothing where roles rule");
        problem(run(&key, "credits.grant", json!({})).await, 403);

        let wanted = json!({ "amount": "5", "count": 2 });
        preview(&admin, "voucher.mint", wanted.clone()).await.expect(200);
        let minted = run(&admin, "voucher.mint", wanted).await.expect(200).body;
        assert_eq!(minted["codes"].as_array().unwrap().len(), 2);
        user.post("/api/v1/vouchers/redeem", json!({ "code": minted["codes"][1] })).await.expect(200);
        let vouchers = run(&admin, "voucher.list", json!({})).await.expect(200).body;
        assert_eq!((&vouchers["total"], &vouchers["items"][0]["amount"]), (&json!(2), &json!("5")));

        let local = json!({ "identifier": "new@example.com", "password": "a good password" });
        preview(&admin, "local_user.create", local.clone()).await.expect(200);
        run(&admin, "local_user.create", local.clone()).await.expect(200);
        app.anonymous().post("/auth/login", local).await.expect(200);
        let hash = json!({ "identifier": "other@example.com", "password_hash": "$pbkdf2-sha256$i=1,l=32$YQ$YQ" });
        problem(run(&admin, "local_user.create", hash).await, 400);
    })
    .await;
}

#[tokio::test]
async fn nobody_gets_further_here_than_elsewhere() {
    on_each_backend_with(&["--rate-admin", "0"], async |app| {
        let (admin, user) = people(app).await;
        let operator = app.operator();
        let (viewer, editor) = (app.with_role("viewer").await, app.with_role("editor").await);
        let all = names(&admin).await;
        for caller in [&user, &viewer, &editor, &operator] {
            let may = names(caller).await;
            for name in all.difference(&may) {
                let before = rows(&admin, "status=denied").await;
                let reply = run(caller, name, json!({ "unheard_of": 1 })).await;
                assert!(matches!(reply.status, 401 | 403), "{name}: {}", reply.text);
                assert_eq!(rows(&admin, "status=denied").await, before + 1, "{name} left no row");
            }
            for name in &may {
                assert_eq!(run(caller, name, json!({ "unheard_of": 1 })).await.status, 400, "{name}");
            }
        }
        admin.post("/v1/admin/abuse/hold-account/user_a", json!({ "reason": "why" })).await.expect(200);
        problem(user.get(OPERATIONS).await, 403);
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    on_each_backend(async |app| {
        let (admin, _) = people(app).await;
        problem(run(&admin, "nothing.do", json!({})).await, 404);
        problem(run(&admin, "credits.spend", json!({ "amount": "1" })).await, 404);
        problem(run(&admin, "purchase.complete", json!({})).await, 404);
        for bad in [json!([]), json!("x"), json!({}), json!({ "email": "a@example.com", "amount": 12.5 })] {
            problem(run(&admin, "credits.grant", bad).await, 400);
        }
        problem(admin.post(&format!("{OPERATIONS}/credits.grant?dry_run=perhaps"), json!({})).await, 400);
        problem(admin.get(&format!("{OPERATIONS}/credits.grant")).await, 405);
    })
    .await;
}
