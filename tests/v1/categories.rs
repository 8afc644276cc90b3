//! Categories.

use serde_json::json;

use super::skills::{publish, seller, skill};
use super::{admin, audited, known, problem};
use crate::support::on_each_backend;

const CATEGORIES: &str = "/v1/admin/categories";

#[tokio::test]
async fn the_documented_examples_get_the_documented_answers() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let made = json!({
            "name": "Developer Tools", "description": "Skills for building and debugging software", "icon": "code",
            "sample_keywords": "debug, lint, test, build",
        });
        let made = admin.post(CATEGORIES, made).await.expect(201);
        let expected = json!({
            "id": "cat-developer-tools", "category": "developer-tools", "name": "Developer Tools",
            "description": "Skills for building and debugging software", "icon": "code",
            "sample_keywords": "debug, lint, test, build",
        });
        assert_eq!(made.body, expected);
        let changes = json!({ "description": "Updated description", "icon": "zap" });
        let changed = admin.put(&format!("{CATEGORIES}/developer-tools"), changes).await.expect(200);
        assert_eq!(
            (&changed.body["description"], &changed.body["icon"]),
            (&json!("Updated description"), &json!("zap"))
        );
        assert_eq!(changed.body["name"], "Developer Tools");
        assert!(changed.body["updated_at"].as_str().unwrap().ends_with('Z'));

        for (caller, path) in [(&app.anonymous(), "/v1/categories"), (&admin, CATEGORIES)] {
            let listed = caller.get(path).await.expect(200);
            assert_eq!(listed.body["total"], 1);
            assert_eq!(listed.body["categories"][0]["category"], "developer-tools");
        }
        admin.delete(&format!("{CATEGORIES}/developer-tools")).await.expect(204);
        assert_eq!(
            app.anonymous().get("/v1/categories").await.expect(200).body,
            json!({ "categories": [], "total": 0 })
        );
        for action in ["category.create", "category.update", "category.delete"] {
            assert_eq!(audited(&admin, &format!("action={action}&status=success")).await, 1, "{action}");
        }
    })
    .await;
}

#[tokio::test]
async fn slugs_are_one_space_with_skills_and_free_again_in_the_end() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        seller(app, "ada", false).await;
        admin.post(CATEGORIES, json!({ "name": "Developer Tools" })).await.expect(201);
        publish(app, "ada", skill("Écoles")).await.unwrap();
        for taken in ["developer tools!", "ecoles"] {
            problem(admin.post(CATEGORIES, json!({ "name": taken })).await, 409);
        }
        assert_eq!(audited(&admin, "action=category.create&status=failure").await, 2);
        let in_use = problem(admin.delete(&format!("{CATEGORIES}/developer-tools")).await, 409);
        assert!(in_use.body["detail"].as_str().unwrap().contains("a skill belongs to"), "{}", in_use.text);
        let chosen = json!({ "name": "Developer Tools", "slug": "more-tools" });
        assert_eq!(admin.post(CATEGORIES, chosen.clone()).await.expect(201).body["category"], "more-tools");
        problem(admin.post(CATEGORIES, chosen).await, 409);
        admin.post(CATEGORIES, json!({ "name": "Empty" })).await.expect(201);
        admin.delete(&format!("{CATEGORIES}/empty")).await.expect(204);
        admin.post(CATEGORIES, json!({ "name": "Empty" })).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn skills_are_found_by_the_new_name_and_keywords_of_their_category() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        seller(app, "ada", false).await;
        admin.post(CATEGORIES, json!({ "name": "Developer Tools" })).await.expect(201);
        publish(app, "ada", skill("Hello")).await.unwrap();
        let hits = async |word: &str| {
            let found = app.anonymous().get(&format!("/v1/search?q={word}")).await.expect(200);
            found.body["skills"].as_array().unwrap().len()
        };
        assert_eq!((hits("workbench").await, hits("hammer").await), (0, 0));
        let changes = json!({ "name": "Workbench", "sample_keywords": "hammer, saw" });
        admin.put(&format!("{CATEGORIES}/developer-tools"), changes).await.expect(200);
        assert_eq!((hits("workbench").await, hits("hammer").await), (1, 1));
    })
    .await;
}

#[tokio::test]
async fn what_makes_no_category_is_refused() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        admin.post(CATEGORIES, json!({ "name": "A" })).await.expect(201);
        for bad in [
            json!({ "name": "" }),
            json!({ "name": "B", "icon": "rocket" }),
            json!({ "name": "B", "slug": "C c" }),
            json!({ "description": "no name" }),
        ] {
            problem(admin.post(CATEGORIES, bad).await, 400);
        }
        for bad in [json!({}), json!({ "icon": "rocket" }), json!({ "slug": "b" }), json!({ "name": "a\u{1b}" })] {
            problem(admin.put(&format!("{CATEGORIES}/a"), bad).await, 400);
        }
        problem(admin.put(&format!("{CATEGORIES}/nowhere"), json!({ "icon": "zap" })).await, 404);
        problem(admin.delete(&format!("{CATEGORIES}/nowhere")).await, 404);
        problem(admin.get("/v1/categories?x=1").await, 400);
        for (caller, status) in [(&user, 403), (&app.anonymous(), 401)] {
            problem(caller.get(CATEGORIES).await, status);
            problem(caller.post(CATEGORIES, json!({ "name": "B" })).await, status);
            problem(caller.put(&format!("{CATEGORIES}/a"), json!({ "icon": "zap" })).await, status);
            problem(caller.delete(&format!("{CATEGORIES}/a")).await, status);
        }
        assert_eq!(audited(&admin, "status=denied&resource_type=category").await, 4);
    })
    .await;
}
