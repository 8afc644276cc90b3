//! Sellers who may not sell, withdrawn skills and removed reviews.

use aedile_catalog::skills::PublishSkill;
use serde_json::{Value, json};

use super::skills::{market, publish, skill};
use super::{admin, audited, known, problem};
use crate::support::{Caller, TestApp, on_each_backend};
use crate::v1::payments::purchases::beside_stripe_with;

/// Whether everybody finds the skill `hello`: listed, searched, by its page, at its seller's, to download and to install.
async fn is_offered(app: &TestApp) -> bool {
    let anyone = app.anonymous();
    let slugs = |body: &Value| body["skills"].as_array().unwrap().iter().any(|skill| skill["slug"] == "hello");
    let listed = slugs(&anyone.get("/v1/skills").await.expect(200).body);
    let found = slugs(&anyone.get("/v1/search?q=hello").await.expect(200).body);
    let of_seller = slugs(&anyone.get("/v1/sellers/ada/skills").await.expect(200).body);
    let shown = anyone.get("/v1/skills/hello").await.status == 200;
    let detailed = anyone.get("/v1/detail/hello").await.status == 200;
    let reviewed = anyone.get("/v1/skills/hello/reviews").await.status == 200;
    let installed = anyone.post("/v1/installations", json!({ "skill_slug": "hello" })).await.status == 201;
    let all = [listed, found, of_seller, shown, detailed, reviewed, installed];
    assert!(all.iter().all(|offered| *offered == listed), "some but not all: {all:?}");
    listed
}

async fn shop(app: &TestApp) -> Caller {
    market(app).await;
    publish(app, "ada", skill("Hello")).await.unwrap();
    publish(app, "ada", PublishSkill { price_cents: 900, ..skill("Pro") }).await.unwrap();
    admin(app).await
}

#[tokio::test]
async fn held_and_deleted_sellers_sell_no_more() {
    beside_stripe_with(&[], async |app, _| {
        let admin = shop(app).await;
        assert!(is_offered(app).await);
        let reason = json!({ "reason": "Fraud" });
        admin.post("/v1/admin/abuse/hold-account/user_ada", reason).await.expect(200);
        assert!(!is_offered(app).await);
        let buyer = known(app, "user_buyer").await;
        problem(buyer.post("/v1/checkout", json!({ "skill_slug": "pro" })).await, 404);
        problem(buyer.get("/v1/skills/pro/download").await, 404);
        admin.post("/v1/admin/abuse/release-account/user_ada", json!({})).await.expect(200);
        assert!(is_offered(app).await);
        app.database.execute("UPDATE users SET status = 'deleted' WHERE id = 'user_ada'");
        assert!(!is_offered(app).await);
    })
    .await;
}

#[tokio::test]
async fn a_skill_is_withdrawn_and_restored_by_its_route_and_by_name() {
    on_each_backend(async |app| {
        let admin = shop(app).await;
        let withdraw = "/v1/admin/skills/hello/withdraw";
        problem(known(app, "user_b").await.post(withdraw, json!({ "reason": "x" })).await, 403);
        problem(admin.post(withdraw, json!({})).await, 400);
        problem(admin.post("/v1/admin/skills/nothing/withdraw", json!({ "reason": "x" })).await, 404);
        let withdrawn = admin.post(withdraw, json!({ "reason": "Malware" })).await.expect(200);
        assert_eq!(withdrawn.body["slug"], "hello");
        assert_eq!(withdrawn.body["withdrawn"]["reason"], "Malware");
        assert!(!is_offered(app).await);
        let list = admin.get("/v1/admin/skills/withdrawn").await.expect(200);
        assert_eq!((&list.body["total"], &list.body["skills"][0]["slug"]), (&json!(1), &json!("hello")));
        let restored = admin.post("/v1/admin/skills/hello/restore", json!({ "reason": "A false alarm" })).await;
        assert_eq!(restored.expect(200).body["withdrawn"], Value::Null);
        assert!(is_offered(app).await);

        let by_name = |name: &str| format!("/v1/admin/operations/{name}");
        let input = json!({ "slug": "hello", "reason": "Malware" });
        admin.post(&by_name("skill.withdraw"), input).await.expect(200);
        assert!(!is_offered(app).await);
        admin.post(&by_name("skill.restore"), json!({ "slug": "hello" })).await.expect(200);
        admin.post("/v1/admin/skills/hello/restore", json!({})).await.expect(200);
        assert!(is_offered(app).await);
        for action in ["skill.withdraw", "skill.restore"] {
            assert_eq!(audited(&admin, &format!("action={action}&status=success")).await, 2, "{action}");
        }
    })
    .await;
}

#[tokio::test]
async fn those_who_bought_keep_the_download_of_a_withdrawn_skill() {
    on_each_backend(async |app| {
        let admin = shop(app).await;
        let buyer = known(app, "user_buyer").await;
        for (withdrawal, expected) in [(false, 402), (true, 404)] {
            if withdrawal {
                admin.post("/v1/admin/skills/pro/withdraw", json!({ "reason": "x" })).await.expect(200);
            }
            problem(buyer.get("/v1/skills/pro/download").await, expected);
        }
        app.database.execute(
            "INSERT INTO purchases (buyer_id, skill_id, seller_id, amount_cents, fee_cents, created_at) \
             SELECT 'user_buyer', id, 'user_ada', 900, 135, 0 FROM skills WHERE slug = 'pro'",
        );
        app.database.execute(
            "INSERT INTO licences (user_id, skill_id, purchase_id, created_at) \
             SELECT buyer_id, skill_id, id, 0 FROM purchases",
        );
        // There is no package behind this version in the tests; what matters is that the skill is not hidden.
        let kept = buyer.get("/v1/skills/pro/download").await;
        assert!(![402, 404].contains(&kept.status), "{}", kept.text);
    })
    .await;
}

#[tokio::test]
async fn a_review_is_removed_with_its_rating_and_restored() {
    on_each_backend(async |app| {
        let admin = shop(app).await;
        let reviews = "/v1/skills/hello/reviews";
        let mut ids = Vec::new();
        for (name, rating) in [("user_a", 1), ("user_b", 5)] {
            let user = known(app, name).await;
            user.post("/v1/installations", json!({ "skill_slug": "hello" })).await.expect(201);
            ids.push(
                user.post(reviews, json!({ "rating": rating, "body": name })).await.expect(201).body["id"].clone(),
            );
        }
        let average = async || app.anonymous().get("/v1/detail/hello").await.expect(200).body["reviews"].clone();
        assert_eq!(average().await["average"], 3.0);
        let remove = format!("/v1/admin/reviews/{}/remove", ids[0]);
        let restore = format!("/v1/admin/reviews/{}/restore", ids[0]);
        problem(admin.post("/v1/admin/reviews/999/remove", json!({ "reason": "x" })).await, 404);
        for _ in 0..2 {
            let removed = admin.post(&remove, json!({ "reason": "Insults" })).await.expect(200);
            assert_eq!((&removed.body["id"], &removed.body["removed"]["reason"]), (&ids[0], &json!("Insults")));
        }
        assert_eq!((&average().await["average"], &average().await["count"]), (&json!(5.0), &json!(1)));
        let left = app.anonymous().get(reviews).await.expect(200);
        assert_eq!((&left.body["total"], &left.body["reviews"][0]["id"]), (&json!(1), &ids[1]));
        problem(app.user("user_a").post(reviews, json!({ "rating": 1 })).await, 403);
        let list = admin.get("/v1/admin/reviews/removed").await.expect(200);
        assert_eq!((&list.body["total"], &list.body["reviews"][0]["id"]), (&json!(1), &ids[0]));
        admin.post(&restore, json!({})).await.expect(200);
        assert_eq!(average().await["average"], 3.0);
        app.user("user_a").post(reviews, json!({ "rating": 3 })).await.expect(200);
        assert_eq!(average().await["average"], 4.0);
        for action in ["review.remove", "review.restore"] {
            assert_eq!(audited(&admin, &format!("action={action}&status=success")).await, 1, "{action}");
        }
    })
    .await;
}
