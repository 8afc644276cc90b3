use serde_json::{Value, json};

use super::{audited, encoded, market, published, refused, skill, slugs};
use crate::support::on_each_backend;

const IMPORT: &str = "/v1/admin/skills/import";

fn new() -> Value {
    json!({
        "registry": "skills.example", "external_id": "acme/pdf", "name": "Acme PDF", "description": "Reads PDFs.",
        "category": "documents", "owner_email": "Owner@Example.com",
    })
}

fn with(name: &str, value: Value) -> Value {
    let mut body = new();
    body[name] = value;
    body
}

#[tokio::test]
async fn an_imported_skill_is_on_the_shelf_without_owner_and_price() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await;
        let made = admin.post(IMPORT, new()).await.expect(201);
        let body = app.anonymous().get("/v1/skills/acme-pdf").await.expect(200).body;
        assert_eq!(made.body, body);
        assert_eq!([&body["source"], &body["slug"], &body["category"]], ["external", "acme-pdf", "documents"]);
        assert_eq!([&body["seller"], &body["version"], &body["rating"]], [&Value::Null; 3]);
        assert_eq!((&body["price_cents"], &body["downloads"]), (&json!(0), &json!(0)));
        assert!(!made.text.to_lowercase().contains("owner@example.com"));
        assert_eq!(slugs(app.anonymous().get("/v1/search?q=acme").await), "acme-pdf");
        let rows = audited(&admin, "skill.import").await;
        let [row] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!([&row["actor_id"], &row["resource_id"], &row["status"]], ["user_root", "acme-pdf", "success"]);
        let kept: Value = serde_json::from_str(row["new_values"].as_str().unwrap()).unwrap();
        assert_eq!([&kept["registry"], &kept["external_id"]], ["skills.example", "acme/pdf"]);
    })
    .await;
}

#[tokio::test]
async fn what_is_there_is_not_imported_again() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await;
        published(app, skill("Hello")).await;
        admin.post(IMPORT, new()).await.expect(201);
        refused(admin.post(IMPORT, with("slug", json!("another"))).await, 409);
        let other = |name: &str, slug: Value| {
            let mut body = with("external_id", json!("other"));
            (body["name"], body["slug"]) = (json!(name), slug);
            body
        };
        refused(admin.post(IMPORT, other("Acme PDF", Value::Null)).await, 409);
        refused(admin.post(IMPORT, other("X", json!("hello"))).await, 409);
        refused(admin.post(IMPORT, other("X", json!("documents"))).await, 409);
        let failed = audited(&admin, "skill.import").await.iter().filter(|row| row["status"] == "failure").count();
        assert_eq!(failed, 4);
        admin.post(IMPORT, with("registry", json!("other.example"))).await.expect(409);
        let mut elsewhere = with("registry", json!("other.example"));
        elsewhere["slug"] = json!("acme-pdf-2");
        admin.post(IMPORT, elsewhere).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn bad_values_are_refused() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await;
        for (name, value) in [
            ("registry", json!("a b")),
            ("external_id", json!("")),
            ("name", json!("a\nb")),
            ("name", json!("x".repeat(121))),
            ("description", json!("x".repeat(4_001))),
            ("description", json!("a\u{0}b")),
            ("category", json!("nowhere")),
            ("category", json!("' OR 1=1")),
            ("slug", json!("No Slug")),
            ("owner_email", json!("nobody")),
            ("price_cents", json!(5)),
            ("seller_id", json!("user_ada")),
            ("name", json!(5)),
        ] {
            refused(admin.post(IMPORT, with(name, value.clone())).await, 400);
        }
        refused(admin.post(IMPORT, json!({})).await, 400);
        assert_eq!(slugs(app.anonymous().get("/v1/skills").await), "");
    })
    .await;
}

#[tokio::test]
async fn only_admins_import() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await;
        refused(app.anonymous().post(IMPORT, new()).await, 401);
        refused(app.user("user_eve").post(IMPORT, new()).await, 403);
        refused(app.user("user_ada").post(IMPORT, json!("nonsense")).await, 403);
        let denied = audited(&admin, "skill.import").await;
        assert!(denied.len() == 2 && denied.iter().all(|row| row["status"] == "denied"), "{denied:?}");
        refused(admin.get(&format!("{IMPORT}?q={}", encoded("a"))).await, 405);
    })
    .await;
}

#[tokio::test]
async fn a_key_makes_a_repetition_safe() {
    on_each_backend(async |app| {
        market(app).await;
        let admin = app.super_admin().await.with_header("Idempotency-Key", "a-key-of-mine");
        let first = admin.post(IMPORT, new()).await.expect(201);
        let again = admin.post(IMPORT, new()).await.expect(201);
        assert_eq!((again.header("idempotent-replayed"), &again.body), (Some("true"), &first.body));
        refused(admin.post(IMPORT, with("name", json!("Other"))).await, 422);
    })
    .await;
}
