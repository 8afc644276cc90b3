use serde_json::{Value, json};

use super::{about, ada, both, kept, package, publish, seller, send, the_only_one, with};
use crate::support::on_each_backend;
use crate::v1::{audited, problem};

#[tokio::test]
async fn a_package_becomes_a_skill_and_then_its_next_version() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let mut body = publish(&ada, &about("Hello, World", 0), &package("one")).await.expect(201).body;
        for time in ["created_at", "updated_at"] {
            assert!(body[time].as_str().unwrap().ends_with('Z'), "{body}");
            body[time] = Value::Null;
        }
        let expected = json!({
            "slug": "hello-world", "name": "Hello, World", "description": "What it does.", "category": "developer-tools",
            "price_cents": 0, "currency": "usd", "version": "1.0.0", "seller": {"slug": "ada", "display_name": "Seller ada"},
            "rating": null, "downloads": 0, "source": "native", "created_at": null, "updated_at": null,
        });
        assert_eq!(body, expected);
        let next = with(with(about("Hello, World", 0), "version", "1.1.0"), "slug", "hello-world");
        publish(&ada, &next, &package("two")).await.expect(201);
        let detail = app.anonymous().get("/v1/detail/hello-world").await.expect(200).body;
        let versions: Vec<_> = detail["versions"].as_array().unwrap().iter().map(|v| v["version"].clone()).collect();
        assert_eq!(versions, ["1.1.0", "1.0.0"]);
        assert_eq!(detail["versions"][0]["entries"], 2);
        assert_eq!(detail["versions"][0]["size_bytes"], package("two").len());
        assert_eq!(kept(app), 2);
        let admin = app.super_admin().await;
        assert_eq!(audited(&admin, "action=skill.publish").await, 2);
    })
    .await;
}

#[tokio::test]
async fn the_same_package_is_kept_once() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        for name in ["One", "Two", "Three"] {
            publish(&ada, &about(name, 0), &package("the same")).await.expect(201);
        }
        assert_eq!(kept(app), 1);
        assert_eq!(std::fs::read(the_only_one(app.artifacts.path())).unwrap(), package("the same"));
    })
    .await;
}

#[tokio::test]
async fn who_may_not_publish_is_told_before_anything_is_kept() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let (bob, eve) = (seller(app, "bob", false).await, app.user("user_eve"));
        publish(&ada, &about("Hello", 0), &package("of ada")).await.expect(201);
        let mine = package("of another");
        problem(publish(&app.anonymous(), &about("Mine", 0), &mine).await, 401);
        problem(publish(&eve, &about("Mine", 0), &mine).await, 403);
        problem(publish(&bob, &about("Hello", 0), &mine).await, 409);
        problem(publish(&bob, &about("Mine", 900), &mine).await, 409);
        problem(publish(&ada, &about("Hello", 0), &mine).await, 409);
        for (field, value) in [
            ("category", json!("nowhere")),
            ("version", json!("one")),
            ("price_cents", json!(-1)),
            ("price_cents", json!(1.5)),
            ("price_cents", json!("0")),
            ("name", json!("")),
            ("name", json!("a\u{0}b")),
            ("slug", json!("Not A Slug")),
            ("package", json!({"artifact": "x", "sha256": "x", "size_bytes": 1, "entries": 1})),
            ("seller_id", json!("user_ada")),
            ("is_active", json!(true)),
        ] {
            let reply = publish(&bob, &with(about("Mine", 0), field, value.clone()), &mine).await;
            problem(reply, 400);
        }
        assert_eq!(kept(app), 1, "only what was published");
    })
    .await;
}

/// The look at the seller comes before the body is read: one that never comes need not be waited for.
#[tokio::test]
async fn who_is_no_seller_is_refused_before_the_body_comes() {
    on_each_backend(async |app| {
        ada(app).await;
        let eve = app.user("user_eve");
        let head = format!(
            "POST /v1/skills HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
             Content-Type: {}\r\nContent-Length: 1000000\r\n\r\n",
            eve.token(),
            super::CONTENT_TYPE
        );
        let answer = crate::support::exchange(&app.url(), head.into_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    })
    .await;
}

#[tokio::test]
async fn many_publish_at_once() {
    on_each_backend(async |app| {
        ada(app).await;
        let mut running = Vec::new();
        for number in 0..12 {
            let seller = seller(app, &format!("s{number}"), false).await;
            let form = both(&about(&format!("Skill {number}"), 0), &package(&format!("of {number}")));
            running.push(tokio::spawn(async move { send(&seller, form).await.status }));
        }
        for task in running {
            assert_eq!(task.await.unwrap(), 201);
        }
        assert_eq!(kept(app), 12);
        let listed = app.anonymous().get("/v1/skills").await.expect(200);
        assert_eq!(listed.body["skills"].as_array().unwrap().len(), 12);
    })
    .await;
}

#[tokio::test]
async fn without_its_store_publishing_is_unavailable_and_the_rest_goes_on() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        publish(&ada, &about("Hello", 0), &package("one")).await.expect(201);
        let packages = app.artifacts.path().join("packages");
        std::fs::rename(&packages, app.artifacts.path().join("away")).unwrap();
        // A file where the folder was: no rights of whoever runs the tests can write below it.
        std::fs::write(&packages, b"").unwrap();
        let refused = problem(publish(&ada, &about("More", 0), &package("two")).await, 503);
        assert!(!refused.text.contains("packages/"), "{}", refused.text);
        problem(app.anonymous().get("/v1/skills/hello/download").await, 503);
        problem(app.anonymous().get("/v1/skills/more").await, 404);
        app.anonymous().get("/v1/skills/hello").await.expect(200);
        std::fs::remove_file(&packages).unwrap();
        std::fs::rename(app.artifacts.path().join("away"), &packages).unwrap();
        publish(&ada, &about("More", 0), &package("two")).await.expect(201);
        app.anonymous().get("/v1/skills/hello/download").await.expect(200);
    })
    .await;
}
