//! The list of all users, and oneself.

use serde_json::json;

use super::{admin, error, key, known};
use crate::support::on_each_backend;

const USERS: &str = "/api/v1/admin/users";

#[tokio::test]
async fn all_users_are_one_array_with_the_documented_fields() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let grant = json!({ "email": "user_a@example.com", "amount_usd": 12.5 });
        admin.post("/api/v1/admin/credits/grant", grant).await.expect(200);
        let listed = key(app, &admin).await.get(USERS).await.expect(200);
        assert_eq!(listed.header("content-type"), Some("application/json"));
        let [root, a] = listed.body.as_array().unwrap().as_slice() else { panic!("{}", listed.text) };
        assert_eq!((&root["role"], &root["is_admin"]), (&json!("admin"), &json!(true)));
        assert_eq!(
            a,
            &json!({
                "id": a["id"], "email": "user_a@example.com", "name": a["name"], "credits_usd": 12.5,
                "credits_frozen": false, "is_admin": false, "is_owner": false, "role": "user",
                "created_at": a["created_at"],
            })
        );
        assert!(a["id"].as_i64().unwrap() > root["id"].as_i64().unwrap());
        assert!(a["created_at"].as_i64().unwrap() > 1_700_000_000_000);
        assert_eq!(&user.get("/api/v1/me").await.expect(200).body, a);
    })
    .await;
}

#[tokio::test]
async fn more_users_than_are_read_at_once_come_all_and_by_pages() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        app.database.execute(
            "INSERT INTO users (id, created_at, updated_at) WITH RECURSIVE n (i) AS \
             (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1700) SELECT 'user_n' || i, 1, 1 FROM n",
        );
        let all = admin.get(USERS).await.expect(200);
        let ids: Vec<i64> = all.body.as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect();
        assert_eq!(ids.len(), 1_701);
        assert!(ids.is_sorted());
        let page = admin.get(&format!("{USERS}?limit=3&after={}", ids[998])).await.expect(200);
        let page: Vec<i64> = page.body.as_array().unwrap().iter().map(|user| user["id"].as_i64().unwrap()).collect();
        assert_eq!(page, ids[999..1_002]);
        let exact = admin.get(&format!("{USERS}?limit=1000")).await.expect(200);
        assert_eq!(exact.body.as_array().unwrap().len(), 1_000);
        assert_eq!(admin.get(&format!("{USERS}?after={}", ids[1_700])).await.expect(200).text, "[]");
        for bad in ["limit=0", "limit=-1", "limit=x", "after=x", "offset=1"] {
            error(admin.get(&format!("{USERS}?{bad}")).await, 400);
        }
    })
    .await;
}

#[tokio::test]
async fn only_admins_and_keys_with_the_scope_see_users() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let minted = json!({ "name": "writer", "scopes": ["admin:write"] });
        let writer = admin.post("/api/admin/api-keys", minted).await.expect(201);
        let writer = app.with_token(writer.body["secret"].as_str().unwrap());
        error(user.get(USERS).await, 403);
        error(writer.get(USERS).await, 403);
        error(app.anonymous().get(USERS).await, 401);
        error(app.operator().get(USERS).await, 403);
        assert_eq!(writer.get("/api/v1/me").await.expect(200).body["role"], "admin");
        error(app.anonymous().get("/api/v1/me").await, 401);
        error(app.operator().get("/api/v1/me").await, 403);
    })
    .await;
}
