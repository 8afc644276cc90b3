use std::time::Duration;

use aedile_kernel::digest::{hex, sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;

use super::{about, ada, package, publish, the_only_one, with};
use crate::support::{TestApp, eventually, on_each_backend};
use crate::v1::problem;

const HELLO: &str = "/v1/skills/hello/download";

/// The bytes that a GET answers with.
async fn bytes(app: &TestApp, path: &str) -> Vec<u8> {
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    client.get(format!("{}{path}", app.url())).send().await.unwrap().bytes().await.unwrap().to_vec()
}

async fn downloads(app: &TestApp) -> i64 {
    app.anonymous().get("/v1/skills/hello").await.expect(200).body["downloads"].as_i64().unwrap()
}

#[tokio::test]
async fn a_free_skill_comes_whole_to_everybody_with_its_digest() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let (one, two) = (package("one"), package(&"two ".repeat(200_000)));
        publish(&ada, &about("Hello", 0), &one).await.expect(201);
        publish(&ada, &with(about("Hello", 0), "version", "1.1.0-rc.1+build"), &two).await.expect(201);
        let reply = app.anonymous().get(HELLO).await.expect(200);
        let digest = sha256(&two);
        let (length, tag) = (two.len().to_string(), format!("\"{}\"", hex(&digest)));
        let repr = format!("sha-256=:{}:", STANDARD.encode(digest));
        for (name, value) in [
            ("content-type", "application/zip"),
            ("content-length", &length),
            ("content-disposition", "attachment; filename=\"hello-1.1.0-rc.1+build.zip\""),
            ("etag", &tag),
            ("repr-digest", &repr),
            ("accept-ranges", "bytes"),
            ("cache-control", "no-cache"),
            ("x-content-type-options", "nosniff"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{name}");
        }
        assert_eq!(bytes(app, HELLO).await, two);
        assert_eq!(bytes(app, &format!("{HELLO}?version=1.1.0-rc.1%2Bbuild")).await, two);
        assert_eq!(bytes(app, &format!("{HELLO}?version=1.0.0")).await, one);
        problem(app.anonymous().get(&format!("{HELLO}?version=2.0.0")).await, 404);
        problem(app.anonymous().get(&format!("{HELLO}?verson=1.0.0")).await, 400);
        problem(app.anonymous().get("/v1/skills/nowhere/download").await, 404);
        problem(app.with_token("bad").get(HELLO).await, 401);
        problem(app.anonymous().post(HELLO, serde_json::json!({})).await, 405);
    })
    .await;
}

#[tokio::test]
async fn a_paid_skill_comes_to_its_seller_alone() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        publish(&ada, &about("Hello", 900), &package("paid")).await.expect(201);
        let (admin, reader) = (app.super_admin().await, app.user("user_reader"));
        for method in [Method::GET, Method::HEAD] {
            for path in [HELLO, &format!("{HELLO}?version=9.9.9")] {
                let anonymous = app.anonymous().send(method.clone(), path, None).await.expect(401);
                assert_eq!(anonymous.header("www-authenticate"), Some("Bearer"));
                for caller in [&reader, &admin] {
                    let refused = caller.send(method.clone(), path, None).await.expect(402);
                    assert_eq!(refused.header("etag"), None);
                    assert_eq!(refused.header("repr-digest"), None);
                }
            }
        }
        problem(reader.get(HELLO).await, 402);
        // What one has not paid for can't be guessed by its tag either.
        let tag = format!("\"{}\"", hex(&sha256(&package("paid"))));
        problem(reader.with_header("if-none-match", &tag).get(HELLO).await, 402);
        let reply = ada.get(HELLO).await.expect(200);
        assert_eq!(reply.header("cache-control"), Some("private, no-cache"));
        app.change_by_sql("UPDATE users SET status = 'held' WHERE id = 'user_ada'");
        problem(ada.get(HELLO).await, 403);
    })
    .await;
}

#[tokio::test]
async fn a_skill_of_another_registry_has_no_package_and_says_so() {
    on_each_backend(async |app| {
        ada(app).await;
        let admin = app.super_admin().await;
        let imported = serde_json::json!({
            "registry": "skills.example", "external_id": "acme/csv", "name": "CSV", "description": "Reads.",
            "category": "developer-tools",
        });
        admin.post("/v1/admin/skills/import", imported).await.expect(201);
        let refused = problem(app.anonymous().get("/v1/skills/csv/download").await, 404);
        assert!(refused.body["detail"].as_str().unwrap().contains("another registry"), "{}", refused.text);
    })
    .await;
}

#[tokio::test]
async fn a_skill_that_is_not_shown_comes_to_its_seller_alone() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        publish(&ada, &about("Hello", 0), &package("one")).await.expect(201);
        app.database.execute("UPDATE skills SET is_active = FALSE");
        problem(app.anonymous().get(HELLO).await, 404);
        problem(app.user("user_reader").get(HELLO).await, 404);
        ada.get(HELLO).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn downloads_are_counted_once_each() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        publish(&ada, &about("Hello", 0), &package("one")).await.expect(201);
        let anyone = app.anonymous();
        let reply = anyone.get(HELLO).await.expect(200);
        let tag = reply.header("etag").unwrap().to_owned();
        anyone.with_header("range", "bytes=0-9").get(HELLO).await.expect(206);
        // None of these is a download.
        anyone.with_header("range", "bytes=10-").get(HELLO).await.expect(206);
        anyone.with_header("range", "bytes=99999999-").get(HELLO).await.expect(416);
        anyone.with_header("if-none-match", &tag).get(HELLO).await.expect(304);
        anyone.send(Method::HEAD, HELLO, None).await.expect(200);
        eventually(Duration::from_secs(10), "two downloads", || async { downloads(app).await >= 2 }).await;
        // Whatever else was counted would be written by the time that one more is.
        anyone.get(HELLO).await.expect(200);
        eventually(Duration::from_secs(10), "one more", || async { downloads(app).await >= 3 }).await;
        assert_eq!(downloads(app).await, 3);
        let before = app.anonymous().get("/v1/skills/hello").await.body["updated_at"].clone();
        assert_eq!(app.anonymous().get("/v1/detail/hello").await.body["skill"]["updated_at"], before);
    })
    .await;
}

#[tokio::test]
async fn two_hundred_at_once_are_counted_exactly() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let whole = package(&"many ".repeat(50_000));
        publish(&ada, &about("Hello", 0), &whole).await.expect(201);
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let running: Vec<_> = (0..200)
            .map(|_| {
                let asked = client.get(format!("{}{HELLO}", app.url()));
                tokio::spawn(async move { asked.send().await.unwrap().bytes().await.unwrap() })
            })
            .collect();
        for task in running {
            assert_eq!(task.await.unwrap(), whole);
        }
        eventually(Duration::from_secs(3), "200 downloads", || async { downloads(app).await == 200 }).await;
    })
    .await;
}

#[tokio::test]
async fn a_package_that_is_gone_is_unavailable_and_one_that_lost_its_end_breaks_off() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let whole = super::Archive::of([super::Item::stored("SKILL.md", &vec![7; 2_000_000])]).bytes();
        publish(&ada, &about("Hello", 0), &whole).await.expect(201);
        let file = the_only_one(app.artifacts.path());
        std::fs::write(&file, &whole[..1_000_000]).unwrap();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("{}{HELLO}", app.url())).send().await;
        let read = match answer {
            Ok(answer) if answer.status() == 503 => None,
            Ok(answer) => answer.bytes().await.ok(),
            Err(_) => None,
        };
        assert_eq!(read, None, "what is not whole does not look whole");
        std::fs::remove_file(&file).unwrap();
        problem(app.anonymous().get(HELLO).await, 503);
        app.anonymous().send(Method::HEAD, HELLO, None).await.expect(200);
        std::fs::write(&file, &whole).unwrap();
        assert_eq!(bytes(app, HELLO).await, whole);
    })
    .await;
}
