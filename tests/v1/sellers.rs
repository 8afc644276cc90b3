//! How users become sellers, and their public pages.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::skills::{market, publish, skill};
use super::{admin, audited, known, problem};
use crate::support::{Caller, on_each_backend};

const CONNECT: &str = "/v1/sellers/connect";

/// Without payments the way to be paid is not there, but selling is.
async fn register(user: &Caller, name: &str) -> Value {
    problem(user.post(CONNECT, json!({ "accept_tos": true, "display_name": name })).await, 503);
    user.get("/v1/sellers/status").await.expect(200).body
}

#[tokio::test]
async fn whoever_accepts_the_terms_sells_under_a_name_of_their_own() {
    on_each_backend(async |app| {
        let (admin, ada, bob) = (admin(app).await, known(app, "user_ada").await, known(app, "user_bob").await);
        let none = json!({
            "user_id": "user_ada", "is_seller": false, "slug": null, "display_name": null, "tos_accepted_at": null,
            "stripe_connected": false,
            "payments_enabled": null,
        });
        assert_eq!(ada.get("/v1/sellers/status").await.expect(200).body, none);
        let status = register(&ada, "Ada Lovelace").await;
        assert_eq!((&status["slug"], &status["is_seller"]), (&json!("ada-lovelace"), &json!(true)));
        assert_eq!(register(&bob, "ADA lovelace").await["slug"], "ada-lovelace-2");
        let renamed = register(&ada, "Countess").await;
        assert_eq!((&renamed["slug"], &renamed["display_name"]), (&json!("ada-lovelace"), &json!("Countess")));
        assert_eq!(register(&known(app, "user_c").await, "Status").await["slug"], "status-2");
        let nameless = register(&known(app, "user_d").await, "***").await;
        assert!(nameless["slug"].as_str().is_some_and(|slug| slug.starts_with("seller-")), "{nameless}");
        let chosen = json!({ "accept_tos": true, "display_name": "Eve", "slug": "ada-lovelace-2" });
        let eve = known(app, "user_e").await;
        problem(eve.post(CONNECT, chosen).await, 409);

        let listed = admin.get("/v1/admin/users?sort_by=is_seller&limit=3").await.expect(200);
        assert!(listed.body["users"].as_array().unwrap().iter().all(|user| user["is_seller"] == true));
        assert_eq!(audited(&admin, "action=seller.register&resource_id=user_ada").await, 2);
    })
    .await;
}

#[tokio::test]
async fn who_does_not_accept_or_has_no_name_does_not_sell() {
    on_each_backend(async |app| {
        let ada = known(app, "user_ada").await;
        for bad in [
            json!({ "accept_tos": false, "display_name": "Ada" }),
            json!({ "display_name": "Ada" }),
            json!({ "accept_tos": true }),
            json!({ "accept_tos": true, "display_name": "\u{200b}" }),
            json!({ "accept_tos": true, "display_name": "Ada", "slug": "No Slug" }),
            json!({ "accept_tos": true, "display_name": "Ada", "slug": "earnings" }),
        ] {
            problem(ada.post(CONNECT, bad).await, 400);
        }
        assert_eq!(ada.get("/v1/sellers/status").await.expect(200).body["is_seller"], false);
        problem(app.anonymous().post(CONNECT, json!({ "accept_tos": true, "display_name": "A" })).await, 401);
        problem(app.anonymous().get("/v1/sellers/status").await, 401);
    })
    .await;
}

#[tokio::test]
async fn a_page_shows_what_is_sold() {
    on_each_backend(async |app| {
        market(app).await;
        for name in ["One", "Two", "Three"] {
            publish(app, "ada", skill(name)).await.unwrap();
        }
        app.database.execute("UPDATE skills SET downloads = 5, rating_sum = 9, rating_count = 2 WHERE slug = 'one'");
        let page = app.anonymous().get("/v1/sellers/ada").await.expect(200);
        assert_eq!(
            page.body,
            json!({
                "slug": "ada", "display_name": "Seller ada", "skills": 3, "downloads": 5, "rating": 4.5, "reviews": 2,
                "joined_at": "1970-01-01T00:00:00Z",
            })
        );
        let first = app.anonymous().get("/v1/sellers/ada/skills?limit=2").await.expect(200);
        let next = first.body["next_cursor"].as_str().unwrap().to_owned();
        let rest = app.anonymous().get(&format!("/v1/sellers/ada/skills?limit=2&cursor={next}")).await.expect(200);
        let slugs: Vec<_> = [&first, &rest]
            .iter()
            .flat_map(|reply| reply.body["skills"].as_array().unwrap())
            .map(|skill| skill["slug"].clone())
            .collect();
        assert_eq!(slugs, ["three", "two", "one"]);
        assert_eq!(rest.body["next_cursor"], Value::Null);
        problem(app.anonymous().get("/v1/sellers/nobody").await, 404);
        problem(app.anonymous().get("/v1/sellers/nobody/skills").await, 404);
        problem(app.anonymous().get("/v1/sellers/ada/skills?limit=0").await, 400);
    })
    .await;
}

#[tokio::test]
async fn twenty_who_take_one_name_at_once_get_twenty_slugs_or_are_told_to_try_again() {
    on_each_backend(async |app| {
        let users = join_all((0..20).map(|n| async move { known(app, &format!("user_{n}")).await })).await;
        let body = json!({ "accept_tos": true, "display_name": "Acme" });
        let statuses = join_all(users.iter().map(|user| async { user.post(CONNECT, body.clone()).await.status })).await;
        assert!(statuses.iter().all(|status| [503, 409].contains(status)), "{statuses:?}");
        let slugs = join_all(users.iter().map(|user| async {
            user.get("/v1/sellers/status").await.expect(200).body["slug"].as_str().map(str::to_owned)
        }))
        .await;
        let mut taken: Vec<_> = slugs.into_iter().flatten().collect();
        assert_eq!(taken.len(), statuses.iter().filter(|status| **status == 503).count());
        taken.sort();
        taken.dedup();
        assert!(!taken.is_empty() && taken.len() == statuses.iter().filter(|status| **status == 503).count());
    })
    .await;
}
