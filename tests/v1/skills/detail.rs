use aedile_catalog::skills::PublishSkill;
use serde_json::{Value, json};

use super::{market, published, skill};
use crate::support::on_each_backend;

#[tokio::test]
async fn a_skills_page_holds_all_there_is_to_know() {
    on_each_backend(async |app| {
        market(app).await;
        let id = published(app, skill("Hello")).await.id;
        for number in 0..6 {
            published(app, skill(&format!("Neighbour {number}"))).await;
        }
        published(app, PublishSkill { category: "documents".into(), ..skill("Far away") }).await;
        for number in 0..6 {
            let user = format!("user_r{number}");
            app.user(&user).get("/v1/flags").await.expect(200);
            app.database.execute(&format!(
                "INSERT INTO reviews (skill_id, user_id, rating, title, created_at, updated_at) \
                 VALUES ({id}, '{user}', 4, 'Good', {number}000000, {number}000000)"
            ));
            app.database.execute(&format!("INSERT INTO installations (skill_id, created_at) VALUES ({id}, 0)"));
        }
        app.database.execute(&format!("UPDATE skills SET rating_sum = 25, rating_count = 6 WHERE id = {id}"));

        let body = app.anonymous().get("/v1/detail/hello").await.expect(200).body;
        let names: Vec<&String> = body.as_object().unwrap().keys().collect();
        assert_eq!(names, ["installations", "related", "reviews", "seller", "skill", "version_count", "versions"]);
        let skill = app.anonymous().get("/v1/skills/hello").await.expect(200).body;
        assert_eq!((&body["skill"], &skill["rating"]), (&skill, &json!(4.17)));
        assert_eq!(body["seller"], json!({"slug": "ada", "display_name": "Seller ada"}));
        assert_eq!((&body["reviews"]["average"], &body["reviews"]["count"]), (&json!(4.17), &json!(6)));
        assert_eq!(body["installations"], 6);
        let latest = body["reviews"]["latest"].as_array().unwrap();
        let reviewers: Vec<&Value> = latest.iter().map(|review| &review["reviewer"]).collect();
        assert_eq!(reviewers, ["user_r5", "user_r4", "user_r3", "user_r2", "user_r1"]);
        let mut review = latest[0].clone();
        review["id"] = Value::Null;
        let expected = json!({
            "id": null, "reviewer": "user_r5", "rating": 4, "title": "Good", "body": null,
            "created_at": "1970-01-01T00:00:05Z", "updated_at": "1970-01-01T00:00:05Z",
        });
        assert_eq!(review, expected);
        let mut version = body["versions"][0].clone();
        version["created_at"] = Value::Null;
        let sha256 = "ab".repeat(32);
        let expected =
            json!({"version": "1.0.0", "sha256": sha256, "size_bytes": 1_234, "entries": 2, "created_at": null});
        assert_eq!(version, expected);
        let related: Vec<&Value> = body["related"].as_array().unwrap().iter().map(|skill| &skill["slug"]).collect();
        assert_eq!(related, ["neighbour-5", "neighbour-4", "neighbour-3", "neighbour-2", "neighbour-1"]);
        for secret in ["user_ada", "acct_ada", "artifact", "@example.com"] {
            assert!(!body.to_string().contains(secret), "{secret}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_skill_that_nobody_owns_or_rates_says_so() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await;
        let new = json!({
            "registry": "r", "external_id": "x", "name": "Found", "description": "D", "category": "documents",
        });
        admin.post("/v1/admin/skills/import", new).await.expect(201);
        let body = app.anonymous().get("/v1/detail/found").await.expect(200).body;
        assert_eq!(
            (&body["seller"], &body["skill"]["seller"], &body["skill"]["version"]),
            (&Value::Null, &Value::Null, &Value::Null)
        );
        assert_eq!(body["reviews"], json!({"average": null, "count": 0, "latest": []}));
        assert_eq!((&body["versions"], &body["related"], &body["installations"]), (&json!([]), &json!([]), &json!(0)));
        assert_eq!(body["skill"]["source"], "external");
    })
    .await;
}
