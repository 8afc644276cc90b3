//! Abuse flags, and accounts on hold.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::skills::{market, publish, skill};
use super::{admin, audited, known, problem};
use crate::support::{TestApp, on_each_backend};

const FLAGGED: &str = "/v1/admin/abuse/flagged";

/// So many users install the skill `hello` of `user_ada`, and review it.
async fn reviewed(app: &TestApp, from: usize, to: usize) {
    for number in from..to {
        let user = known(app, &format!("user_{number}")).await;
        user.post("/v1/installations", json!({ "skill_slug": "hello" })).await.expect(201);
        user.post("/v1/skills/hello/reviews", json!({ "rating": 5 })).await.expect(201);
    }
}

#[tokio::test]
async fn a_burst_of_reviews_raises_one_flag_that_is_resolved_once() {
    on_each_backend(async |app| {
        market(app).await;
        publish(app, "ada", skill("Hello")).await.unwrap();
        let admin = admin(app).await;
        reviewed(app, 0, 9).await;
        assert_eq!(admin.get(FLAGGED).await.expect(200).body["total"], 0);
        reviewed(app, 9, 12).await;
        let listed = admin.get(&format!("{FLAGGED}?status=open&flag_type=review_burst")).await.expect(200);
        assert_eq!(
            (&listed.body["total"], &listed.body["limit"], &listed.body["offset"]),
            (&json!(1), &json!(50), &json!(0))
        );
        let flag = &listed.body["flags"][0];
        assert_eq!((&flag["reference_id"], &flag["reference_type"]), (&json!("user_ada"), &json!("seller")));
        assert_eq!((&flag["details"]["reviews"], &flag["status"]), (&json!(10), &json!("open")));
        assert_eq!(audited(&admin, "action=abuse_flag.raise").await, 1);
        let story = admin.get("/v1/admin/users/user_ada").await.expect(200);
        assert_eq!(story.body["flags"][0]["flag_type"], "review_burst");

        assert_eq!(admin.get(&format!("{FLAGGED}/{}", flag["id"])).await.expect(200).body, *flag);
        problem(admin.get(&format!("{FLAGGED}/999")).await, 404);
        let path = format!("/v1/admin/abuse/{}/resolve", flag["id"]);
        let notes = "Reviewed transaction history, activity is legitimate.";
        for bad in
            [json!({ "resolution": "open" }), json!({ "resolution": "fine" }), json!({}), json!({ "notes": "a" })]
        {
            problem(admin.post(&path, bad).await, 400);
        }
        let decision = json!({ "resolution": "resolved_legit", "notes": notes });
        let resolved = admin.post(&path, decision.clone()).await.expect(200);
        assert_eq!(
            (&resolved.body["status"], &resolved.body["resolved_by"], &resolved.body["resolution_notes"]),
            (&json!("resolved_legit"), &json!("user_root"), &json!(notes))
        );
        assert!(resolved.body["resolved_at"].as_str().unwrap().ends_with('Z'));
        let fields: Vec<&String> = resolved.body.as_object().unwrap().keys().collect();
        for field in ["id", "flag_type", "reference_id", "reference_type", "details", "status", "resolved_by"] {
            assert!(fields.iter().any(|name| *name == field), "{field}");
        }
        problem(admin.post(&path, decision).await, 409);
        problem(admin.post("/v1/admin/abuse/999/resolve", json!({ "resolution": "resolved_fraud" })).await, 404);
        assert_eq!(audited(&admin, "action=abuse_flag.resolve&status=success").await, 1);
        assert_eq!(audited(&admin, "action=abuse_flag.resolve&status=failure").await, 2);

        // The burst goes on, and nobody has decided about that.
        reviewed(app, 12, 13).await;
        assert_eq!(admin.get(&format!("{FLAGGED}?status=open")).await.expect(200).body["total"], 1);
        assert_eq!(admin.get(FLAGGED).await.expect(200).body["total"], 2);
    })
    .await;
}

#[tokio::test]
async fn reviews_at_the_same_moment_raise_one_flag() {
    on_each_backend(async |app| {
        market(app).await;
        publish(app, "ada", skill("Hello")).await.unwrap();
        publish(app, "ada", skill("World")).await.unwrap();
        let admin = admin(app).await;
        let review = |number: usize| async move {
            let (user, slug) = (known(app, &format!("user_{number}")).await, ["hello", "world"][number % 2]);
            user.post("/v1/installations", json!({ "skill_slug": slug })).await.expect(201);
            user.post(&format!("/v1/skills/{slug}/reviews"), json!({ "rating": 5 })).await.expect(201);
        };
        join_all((0..12).map(review)).await;
        assert_eq!(admin.get(FLAGGED).await.expect(200).body["total"], 1);
    })
    .await;
}

#[tokio::test]
async fn lists_refuse_what_they_do_not_know() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        for query in ["status=closed", "flag_type=theft", "limit=0", "limit=101", "offset=-1", "cursor=x", "x=1"] {
            problem(admin.get(&format!("{FLAGGED}?{query}")).await, 400);
        }
        problem(user.get(FLAGGED).await, 403);
        problem(app.anonymous().get(FLAGGED).await, 401);
    })
    .await;
}

#[tokio::test]
async fn a_held_account_is_shut_out_at_once_and_comes_back() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let hold = |reason: &str| json!({ "reason": reason });
        let path = "/v1/admin/abuse/hold-account/user_a";
        let held = admin.post(path, hold("Suspected fraudulent purchase pattern")).await.expect(200);
        assert_eq!(held.body, json!({ "status": "held", "user_id": "user_a" }));
        problem(user.get("/v1/skills").await, 403);
        problem(user.get("/v1/sellers/status").await, 403);
        assert_eq!(user.get("/v1/users/profile").await.expect(200).body["status"], "held");
        user.get("/v1/admin/check").await.expect(200);
        admin.post(path, hold("Again")).await.expect(200);
        assert_eq!(audited(&admin, "action=account.hold").await, 1, "the second was no change");
        let row = admin.get("/admin/system/audit?action=account.hold").await.expect(200);
        let new: Value = serde_json::from_str(row.body["logs"][0]["new_values"].as_str().unwrap()).unwrap();
        assert_eq!(new["reason"], "Suspected fraudulent purchase pattern");

        let release = "/v1/admin/abuse/release-account/user_a";
        let released = admin.post(release, json!({})).await.expect(200);
        assert_eq!(released.body, json!({ "status": "active", "user_id": "user_a" }));
        user.get("/v1/skills").await.expect(200);
        admin.post(release, json!({})).await.expect(200);
        assert_eq!(audited(&admin, "action=account.release").await, 1);
        let story = admin.get("/v1/admin/users/user_a").await.expect(200);
        assert_eq!(story.body["audit"][0]["action"], "account.release");
    })
    .await;
}

#[tokio::test]
async fn oneself_the_last_admin_and_strangers_are_not_held() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let reason = json!({ "reason": "why" });
        let hold = |id: &str| format!("/v1/admin/abuse/hold-account/{id}");
        problem(admin.post(&hold("user_root"), reason.clone()).await, 409);
        problem(admin.post(&hold("user_nobody"), reason.clone()).await, 404);
        problem(admin.post("/v1/admin/abuse/release-account/user_nobody", json!({})).await, 404);
        problem(admin.post(&hold("user_a"), json!({})).await, 400);
        problem(admin.post(&hold("user_a"), json!({ "reason": " " })).await, 400);
        problem(user.post(&hold("user_root"), reason.clone()).await, 403);
        // Of two admins one is gone, so the other is the last: an admin whose own flag came by SQL holds them not.
        admin.post("/v1/admin/admins/user_a", json!({})).await.expect(200);
        app.change_by_sql("UPDATE users SET api_disabled = TRUE WHERE id = 'user_root'");
        problem(user.post(&hold("user_a"), reason).await, 409);
    })
    .await;
}

#[tokio::test]
async fn a_hold_outlasts_the_grace_of_a_deletion() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        user.delete("/v1/users/profile").await.expect(202);
        admin.post("/v1/admin/abuse/hold-account/user_a", json!({ "reason": "why" })).await.expect(200);
        problem(user.post("/v1/users/profile/cancel-deletion", json!({})).await, 403);
        let released = admin.post("/v1/admin/abuse/release-account/user_a", json!({})).await.expect(200);
        assert_eq!(released.body["status"], "pending_deletion");
        user.post("/v1/users/profile/cancel-deletion", json!({})).await.expect(200);
    })
    .await;
}
