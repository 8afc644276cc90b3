//! Reviews and installations.

use aedile_catalog::skills::PublishSkill;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::skills::{market, publish, skill};
use super::{admin, audited, known, problem};
use crate::support::{Caller, TestApp, on_each_backend};

const REVIEWS: &str = "/v1/skills/hello/reviews";

/// A free skill `hello`, one at a price, and one of another registry.
async fn shop(app: &TestApp) -> Caller {
    market(app).await;
    publish(app, "ada", skill("Hello")).await.unwrap();
    publish(app, "ada", PublishSkill { price_cents: 900, ..skill("Pro") }).await.unwrap();
    let admin = admin(app).await;
    let external = json!({
        "registry": "r", "external_id": "x", "name": "External", "description": "D", "category": "developer-tools",
    });
    admin.post("/v1/admin/skills/import", external).await.expect(201);
    admin
}

async fn install(caller: &Caller, slug: &str) {
    let reply = caller.post("/v1/installations", json!({ "skill_slug": slug })).await.expect(201);
    assert_eq!(reply.body, json!({ "skill_slug": slug, "recorded": true }));
}

async fn rating(app: &TestApp) -> (Value, Value) {
    let detail = app.anonymous().get("/v1/detail/hello").await.expect(200);
    (detail.body["reviews"]["average"].clone(), detail.body["reviews"]["count"].clone())
}

#[tokio::test]
async fn who_installed_a_skill_reviews_it_and_may_think_again() {
    on_each_backend(async |app| {
        let admin = shop(app).await;
        let (a, b) = (known(app, "user_a").await, known(app, "user_b").await);
        problem(a.post(REVIEWS, json!({ "rating": 5 })).await, 403);
        install(&a, "hello").await;
        install(&b, "hello").await;
        a.patch("/v1/users/profile", json!({ "display_name": "Anna" })).await.expect(200);
        let first = a.post(REVIEWS, json!({ "rating": 2, "title": "Hm", "body": "Not\nyet." })).await.expect(201);
        assert_eq!((&first.body["reviewer"], &first.body["body"]), (&json!("Anna"), &json!("Not\nyet.")));
        b.post(REVIEWS, json!({ "rating": 4 })).await.expect(201);
        assert_eq!(rating(app).await, (json!(3.0), json!(2)));
        let second = a.post(REVIEWS, json!({ "rating": 5 })).await.expect(200);
        assert_eq!((&second.body["id"], &second.body["title"]), (&first.body["id"], &Value::Null));
        assert_eq!(rating(app).await, (json!(4.5), json!(2)));
        assert_eq!(audited(&admin, "action=review.write").await, 3);

        let listed = app.anonymous().get(&format!("{REVIEWS}?limit=1")).await.expect(200);
        assert_eq!((&listed.body["total"], &listed.body["reviews"][0]["rating"]), (&json!(2), &json!(4)));
        let next = listed.body["next_cursor"].as_str().unwrap();
        let rest = app.anonymous().get(&format!("{REVIEWS}?limit=1&cursor={next}")).await.expect(200);
        assert_eq!((&rest.body["reviews"][0]["rating"], &rest.body["next_cursor"]), (&json!(5), &Value::Null));
    })
    .await;
}

#[tokio::test]
async fn who_may_not_review_is_told_why() {
    on_each_backend(async |app| {
        shop(app).await;
        let (ada, a) = (app.user("user_ada"), known(app, "user_a").await);
        install(&ada, "hello").await;
        problem(ada.post(REVIEWS, json!({ "rating": 5 })).await, 403);
        problem(app.anonymous().post(REVIEWS, json!({ "rating": 5 })).await, 401);
        problem(a.post("/v1/skills/nothing/reviews", json!({ "rating": 5 })).await, 404);
        problem(a.get("/v1/skills/nothing/reviews").await, 404);
        install(&a, "hello").await;
        for bad in [
            json!({ "rating": 0 }),
            json!({ "rating": 6 }),
            json!({ "rating": 4.5 }),
            json!({ "rating": "5" }),
            json!({}),
            json!({ "rating": 5, "title": "two\nlines" }),
            json!({ "rating": 5, "stars": 5 }),
        ] {
            problem(a.post(REVIEWS, bad).await, 400);
        }
        assert_eq!(rating(app).await, (Value::Null, json!(0)));
    })
    .await;
}

#[tokio::test]
async fn one_user_who_writes_twenty_reviews_at_once_has_written_one() {
    on_each_backend(async |app| {
        shop(app).await;
        let a = known(app, "user_a").await;
        install(&a, "hello").await;
        let write = |n: i64| {
            let a = &a;
            async move { a.post(REVIEWS, json!({ "rating": n % 5 + 1 })).await.status }
        };
        let statuses = join_all((0..20).map(write)).await;
        assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
        assert!(statuses.iter().all(|status| [200, 201].contains(status)), "{statuses:?}");
        let listed = app.anonymous().get(REVIEWS).await.expect(200);
        assert_eq!(listed.body["total"], 1);
        let (average, count) = rating(app).await;
        assert_eq!((average.as_f64(), count), (listed.body["reviews"][0]["rating"].as_f64(), json!(1)));
    })
    .await;
}

#[tokio::test]
async fn installations_are_counted_once_a_user() {
    on_each_backend(async |app| {
        let admin = shop(app).await;
        let (a, anonymous) = (known(app, "user_a").await, app.anonymous());
        let installed = async |slug: &str| {
            app.anonymous().get(&format!("/v1/detail/{slug}")).await.expect(200).body["installations"].clone()
        };
        install(&a, "hello").await;
        install(&a, "hello").await;
        assert_eq!(installed("hello").await, 1, "the same again is the same");
        install(&anonymous, "hello").await;
        assert_eq!(installed("hello").await, 2);

        let passed_over = anonymous.post("/v1/installations", json!({ "skill_slug": "external" })).await.expect(201);
        assert_eq!(passed_over.body, json!({ "skill_slug": "external", "recorded": false }));
        install(&a, "external").await;
        assert_eq!(installed("external").await, 1);
        assert_eq!(audited(&admin, "action=installation.record").await, 2, "an anonymous one is only counted");

        problem(a.post("/v1/installations", json!({ "skill_slug": "pro" })).await, 402);
        problem(anonymous.post("/v1/installations", json!({ "skill_slug": "pro" })).await, 401);
        install(&app.user("user_ada"), "pro").await;
        problem(a.post("/v1/installations", json!({ "skill_slug": "nothing" })).await, 404);
        for bad in [
            json!({}),
            json!({ "skill_slug": "hello", "version": "" }),
            json!({ "skill_slug": "hello", "client": "x".repeat(65) }),
            json!({ "skill_slug": "hello", "user_id": "user_b" }),
        ] {
            problem(a.post("/v1/installations", bad).await, 400);
        }
    })
    .await;
}
