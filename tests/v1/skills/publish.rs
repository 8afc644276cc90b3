use aedile_catalog::skills::PublishSkill;
use aedile_kernel::Error;
use serde_json::{Value, json};

use super::{audited, category, market, publish, published, seller, skill};
use crate::support::on_each_backend;

#[tokio::test]
async fn what_is_published_is_on_the_shelf_for_everybody() {
    on_each_backend(async |app| {
        market(app).await;
        let paid = PublishSkill { price_cents: 999, ..skill("Héllo, World!") };
        published(app, paid).await;
        let reply = app.anonymous().get("/v1/skills/hello-world").await.expect(200);
        let mut body = reply.body;
        for time in ["created_at", "updated_at"] {
            let text = body[time].as_str().unwrap();
            assert!(text.len() == 20 && text.ends_with('Z'), "{text}");
            body[time] = Value::Null;
        }
        let expected = json!({
            "slug": "hello-world", "name": "Héllo, World!", "description": "What Héllo, World! does.",
            "category": "developer-tools", "price_cents": 999, "currency": "usd", "version": "1.0.0",
            "seller": {"slug": "ada", "display_name": "Seller ada"}, "rating": null, "downloads": 0, "source": "native",
            "created_at": null, "updated_at": null,
        });
        assert_eq!(body, expected);
        let admin = app.super_admin().await;
        let rows = audited(&admin, "skill.publish").await;
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!(
            [&row["actor_id"], &row["resource_type"], &row["resource_id"]],
            ["user_ada", "skill", "hello-world"]
        );
    })
    .await;
}

#[tokio::test]
async fn versions_grow_and_bring_their_words_along() {
    on_each_backend(async |app| {
        market(app).await;
        published(app, skill("Hello")).await;
        let renewed = PublishSkill {
            slug: Some("hello".into()),
            name: "Bonjour".into(),
            description: "D".into(),
            category: "documents".into(),
            price_cents: 50,
            version: "1.1.0".into(),
            ..skill("Hello")
        };
        published(app, renewed).await;
        let body = app.anonymous().get("/v1/skills/hello").await.expect(200).body;
        assert_eq!([&body["name"], &body["version"], &body["category"]], ["Bonjour", "1.1.0", "documents"]);
        assert_eq!(body["price_cents"], 50);
        for version in ["1.1.0", "1.0.9", "1.1.0-rc.1"] {
            let stale = publish(app, "ada", PublishSkill { version: version.into(), ..skill("Hello") }).await;
            assert!(matches!(stale, Err(Error::Conflict(_))), "{version}");
        }
        let detail = app.anonymous().get("/v1/detail/hello").await.expect(200).body;
        let versions: Vec<_> = detail["versions"].as_array().unwrap().iter().map(|v| v["version"].clone()).collect();
        assert_eq!(versions, ["1.1.0", "1.0.0"]);
    })
    .await;
}

#[tokio::test]
async fn who_may_not_publish_is_told_why() {
    on_each_backend(async |app| {
        market(app).await;
        category(app, "taken", "Taken", "");
        seller(app, "bob", false).await;
        app.user("user_eve").get("/v1/flags").await.expect(200);
        published(app, skill("Hello")).await;
        let refused = async |user: &str, skill: PublishSkill| publish(app, user, skill).await.unwrap_err();
        assert!(matches!(refused("eve", skill("Mine")).await, Error::Forbidden(_)), "no seller");
        assert!(matches!(refused("bob", skill("Hello")).await, Error::Conflict(_)), "another seller's slug");
        assert!(matches!(refused("bob", skill("Taken")).await, Error::Conflict(_)), "a category's slug");
        let paid = PublishSkill { price_cents: 999, ..skill("Mine") };
        assert!(matches!(refused("bob", paid).await, Error::Conflict(_)), "no Stripe account");
        let nowhere = PublishSkill { category: "nowhere".into(), ..skill("Mine") };
        assert!(matches!(refused("bob", nowhere).await, Error::Invalid(_)), "no such category");
        assert_eq!(app.anonymous().get("/v1/skills").await.expect(200).body["skills"].as_array().unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_31_twenty_at_once_make_one_skill_of_one_slug() {
    on_each_backend(async |app| {
        market(app).await;
        for number in 0..20 {
            seller(app, &format!("s{number}"), false).await;
        }
        let sellers: Vec<String> = (0..20).map(|number| format!("s{number}")).collect();
        let attempts = sellers.iter().map(|user| publish(app, user, skill("Hello")));
        let results = futures_of(attempts.collect()).await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        assert!(results.iter().all(|result| matches!(result, Ok(_) | Err(Error::Conflict(_)))));
        let admin = app.super_admin().await;
        assert_eq!(audited(&admin, "skill.publish").await.len(), 1);
    })
    .await;
}

/// Runs all of them at the same time.
async fn futures_of<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| Some(Box::pin(future))).collect();
    let mut done: Vec<Option<T>> = waiting.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (slot, output) in waiting.iter_mut().zip(&mut done) {
            let Some(future) = slot else { continue };
            if let std::task::Poll::Ready(value) = future.as_mut().poll(context) {
                (*slot, *output) = (None, Some(value));
            }
        }
        if waiting.iter().all(Option::is_none) { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    done.into_iter().flatten().collect()
}
