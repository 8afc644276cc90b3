//! The list of users, and one of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{admin, known, problem};
use crate::support::{Caller, TestApp, on_each_backend};

/// Twenty users of every kind beside the admin.
async fn fill(app: &TestApp) -> Caller {
    let admin = admin(app).await;
    for n in 0..20 {
        known(app, &format!("user_{n:02}")).await;
    }
    app.change_by_sql(
        "UPDATE users SET tos_accepted_at = 1 WHERE number % 3 = 0; \
         UPDATE users SET stripe_connect_id = 'acct_' || number WHERE number % 6 = 0; \
         UPDATE users SET created_at = 1735689600000000 WHERE number % 4 = 0; \
         UPDATE users SET email = NULL, sort_email = '' WHERE number % 5 = 0; \
         UPDATE users SET status = 'held' WHERE id IN ('user_07', 'user_08'); \
         UPDATE users SET status = 'deleted' WHERE id = 'user_09'",
    );
    admin
}

fn ids(list: &Value) -> Vec<String> {
    list["users"].as_array().unwrap().iter().map(|user| user["id"].as_str().unwrap().to_owned()).collect()
}

async fn whole(admin: &Caller, query: &str) -> Vec<String> {
    ids(&admin.get(&format!("/v1/admin/users?limit=100&{query}")).await.expect(200).body)
}

#[tokio::test]
async fn every_order_meets_without_gap_by_offset_and_by_cursor() {
    on_each_backend(async |app| {
        let admin = fill(app).await;
        for sort_by in ["email", "created_at", "is_admin", "is_seller", "stripe_connected"] {
            for sort_order in ["asc", "desc"] {
                let query = format!("sort_by={sort_by}&sort_order={sort_order}");
                let all = whole(&admin, &query).await;
                assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), 20, "{query}: {all:?}");
                let mut seen = Vec::new();
                let mut next = String::new();
                loop {
                    let reply = admin.get(&format!("/v1/admin/users?limit=3&{query}{next}")).await.expect(200);
                    assert_eq!(reply.body["total"], 20, "{query}");
                    seen.extend(ids(&reply.body));
                    let Some(cursor) = reply.body["next_cursor"].as_str() else { break };
                    next = format!("&cursor={cursor}");
                }
                assert_eq!(seen, all, "{query} by cursor");
                let mut by_offset = Vec::new();
                for offset in (0..20).step_by(7) {
                    by_offset.extend(ids(&admin
                        .get(&format!("/v1/admin/users?limit=7&{query}&offset={offset}"))
                        .await
                        .expect(200)
                        .body));
                }
                assert_eq!(by_offset, all, "{query} by offset");
            }
            let up = whole(&admin, &format!("sort_by={sort_by}&sort_order=asc")).await;
            let mut down = whole(&admin, &format!("sort_by={sort_by}")).await;
            down.reverse();
            assert_eq!(up, down, "{sort_by}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_list_is_filtered_searched_and_counted() {
    on_each_backend(async |app| {
        let admin = fill(app).await;
        let count = async |query: &str| {
            let reply = admin.get(&format!("/v1/admin/users?{query}")).await.expect(200);
            (ids(&reply.body).len(), reply.body["total"].as_u64().unwrap())
        };
        assert_eq!(count("status=held").await, (2, 2));
        assert_eq!(count("status=active&limit=5").await, (5, 18));
        assert_eq!(count("status=deleted").await, (1, 1));
        assert_eq!(count("q=USER_1").await, (10, 10));
        assert_eq!(count("q=user_07&status=active").await, (0, 0));
        assert_eq!(count("q=%25").await, (0, 0), "a percent sign is a percent sign");
        let first = admin.get("/v1/admin/users?q=user_1&limit=4").await.expect(200);
        let next = first.body["next_cursor"].as_str().unwrap();
        let second = admin.get(&format!("/v1/admin/users?q=user_1&limit=4&cursor={next}")).await.expect(200);
        assert_eq!(second.body["total"], Value::Null, "what would have to be counted again is not");
    })
    .await;
}

#[tokio::test]
async fn a_user_is_shown_as_documented() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        known(app, "user_a").await;
        let listed = admin.get("/v1/admin/users?q=user_a").await.expect(200).body["users"][0].clone();
        let keys: BTreeSet<&str> = listed.as_object().unwrap().keys().map(String::as_str).collect();
        let documented = [
            "id",
            "email",
            "display_name",
            "is_admin",
            "is_seller",
            "stripe_connected",
            "status",
            "deletion_requested_at",
            "deletion_scheduled_for",
            "created_at",
        ];
        assert_eq!(keys, documented.into_iter().collect());
        assert!(listed["created_at"].as_str().unwrap().ends_with('Z'), "{listed}");
        let shown = admin.get("/v1/admin/users/user_a").await.expect(200).body;
        for (key, value) in listed.as_object().unwrap() {
            assert_eq!(&shown[key], value, "{key}");
        }
        let root = admin.get("/v1/admin/users/user_root").await.expect(200).body;
        assert_eq!((&root["role_name"], &root["is_admin"]), (&json!("super-admin"), &json!(true)));
    })
    .await;
}

#[tokio::test]
async fn what_is_not_documented_is_refused() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let by_email = admin.get("/v1/admin/users?limit=1&sort_by=email").await.expect(200);
        known(app, "user_a").await;
        known(app, "user_b").await;
        let cursor = admin.get("/v1/admin/users?limit=1&sort_by=email").await.expect(200).body["next_cursor"].clone();
        assert_eq!(by_email.body["next_cursor"], Value::Null);
        for query in [
            "sort_by=password_hash",
            "sort_by=number",
            "sort_order=up",
            "status=gone",
            "limit=0",
            "limit=101",
            "offset=-1",
            "cursor=x",
            "q=",
            "page=2",
            &format!("sort_by=created_at&cursor={}", cursor.as_str().unwrap()),
        ] {
            problem(admin.get(&format!("/v1/admin/users?{query}")).await, 400);
        }
        problem(admin.get("/v1/admin/users/user_nobody").await, 404);
        problem(app.user("user_plain").get("/v1/admin/users/user_root").await, 403);
    })
    .await;
}
