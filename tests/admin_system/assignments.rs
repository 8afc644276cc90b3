//! `/admin/system/roles/assignments`, `/assign` and `/revoke`.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, assert_reason, holder, inner};
use crate::support::on_each_backend;

const LIST: &str = "/admin/system/roles/assignments";
const ASSIGN: &str = "/admin/system/roles/assign";
const REVOKE: &str = "/admin/system/roles/revoke";

fn of(user: &str, role: &str) -> Value {
    json!({ "clerk_user_id": user, "role_name": role })
}

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let mut trail = Trail::of(admin).await;
        let mut wanted = of("user_2abc123", "editor");
        wanted["expires_at"] = json!("2025-12-31T23:59:59Z");
        let made = admin.post(ASSIGN, wanted.clone()).await.expect(200);
        let assignment = json!({
            "clerk_user_id": "user_2abc123",
            "role_name": "editor",
            "assigned_by": admin.id,
            "expires_at": "2025-12-31T23:59:59Z",
        });
        assert_eq!(made.body, json!({ "success": true, "assignment": assignment }));
        let row = trail.says("role.assign", "role_assignment", "user_2abc123", "success").await;
        assert_eq!(inner(&row["new_values"])["role_name"], "editor");

        let listed = admin.get("/admin/system/roles/assignments?role_name=editor").await.expect(200);
        let assignment = json!({
            "id": "<id>",
            "clerk_user_id": "user_2abc123",
            "role_name": "editor",
            "assigned_by": admin.id,
            "assigned_at": "<time>",
            "expires_at": "2025-12-31T23:59:59",
        });
        assert_like(&listed.body, &json!({ "success": true, "assignments": [assignment] }));

        // The same again is no change, another expiry is one.
        admin.post(ASSIGN, wanted).await.expect(200);
        trail.is_silent().await;
        let again = admin.post(ASSIGN, of("user_2abc123", "editor")).await.expect(200);
        assert_eq!(again.body["assignment"]["expires_at"], Value::Null);
        let row = trail.says("role.assign", "role_assignment", "user_2abc123", "success").await;
        assert!(inner(&row["old_values"])["expires_at"].as_str().unwrap().starts_with("2025-12-31T23:59:59"));

        let revoked = admin.send(Method::DELETE, REVOKE, Some(of("user_2abc123", "editor"))).await.expect(200);
        assert_eq!(revoked.body, json!({ "success": true, "message": "Role revoked" }));
        trail.says("role.revoke", "role_assignment", "user_2abc123", "success").await;
        let listed = admin.get("/admin/system/roles/assignments?clerk_user_id=user_2abc123").await.expect(200);
        assert_eq!(listed.body, json!({ "success": true, "assignments": [] }));

        admin.send(Method::DELETE, REVOKE, Some(of("user_2abc123", "editor"))).await.refused(404);
        trail.says("role.revoke", "role_assignment", "user_2abc123", "failure").await;
    })
    .await;
}

#[tokio::test]
async fn a_role_is_revoked_by_body_by_query_or_by_both_alike() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let query = format!("{REVOKE}?clerk_user_id=user_a&role_name=viewer");
        for (path, body) in [
            (query.as_str(), None),
            (query.as_str(), Some(of("user_a", "viewer"))),
            (REVOKE, Some(of("user_a", "viewer"))),
            ("/admin/system/roles/revoke?clerk_user_id=user_a", Some(json!({ "role_name": "viewer" }))),
        ] {
            admin.post(ASSIGN, of("user_a", "viewer")).await.expect(200);
            admin.send(Method::DELETE, path, body).await.expect(200);
            let listed = admin.get("/admin/system/roles/assignments?clerk_user_id=user_a").await.expect(200);
            assert_eq!(listed.body["assignments"], json!([]));
        }
        admin.post(ASSIGN, of("user_a", "viewer")).await.expect(200);
        admin.send(Method::DELETE, &query, Some(of("user_a", "editor"))).await.refused(400);
        admin.send(Method::DELETE, &query, Some(of("user_b", "viewer"))).await.refused(400);
        admin.send(Method::DELETE, &query, Some(json!({ "user": "user_a" }))).await.refused(400);
        admin.send(Method::DELETE, REVOKE, None).await.refused(400);
        admin.delete(&format!("{query}&all=true")).await.refused(400);
        // Another role than the one held is not there to be revoked.
        admin.send(Method::DELETE, REVOKE, Some(of("user_a", "editor"))).await.refused(404);
        admin.delete(&query).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_user_has_one_role_and_it_counts_from_the_next_request_on() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let user = app.claimed_admin("user_a");
        let flag = |name: &str| json!({ "flag_name": name });
        user.get(LIST).await.refused(403);
        admin.post(ASSIGN, of("user_a", "editor")).await.expect(200);
        user.post("/admin/system/flags", flag("one")).await.expect(201);
        admin.post(ASSIGN, of("user_a", "viewer")).await.expect(200);
        user.post("/admin/system/flags", flag("two")).await.refused(403);
        user.get(LIST).await.expect(200);
        let listed = admin.get("/admin/system/roles/assignments?clerk_user_id=user_a").await.expect(200);
        assert_eq!(listed.body["assignments"].as_array().unwrap().len(), 1);
        let mut past = of("user_a", "editor");
        past["expires_at"] = json!("2026-01-01T00:00:00");
        admin.post(ASSIGN, past).await.expect(200);
        user.get(LIST).await.refused(403);
        let mut future = of("user_a", "editor");
        future["expires_at"] = json!("2099-01-01T00:00:00+02:00");
        let reply = admin.post(ASSIGN, future).await.expect(200);
        assert_eq!(reply.body["assignment"]["expires_at"], "2098-12-31T22:00:00Z");
        user.get(LIST).await.expect(200);
        admin.send(Method::DELETE, REVOKE, Some(of("user_a", "editor"))).await.expect(200);
        user.get(LIST).await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let clerk = holder(app, &admin, "user_clerk", &["admin:read", "roles:assign"]).await;
        let mut trail = Trail::of(&admin).await;

        let reply = admin.post(ASSIGN, of("user_a", "no-such-role")).await.refused(404);
        assert_reason(&trail.says("role.assign", "role_assignment", "user_a", "failure").await, &reply);
        admin.patch("/admin/system/roles/4", json!({ "is_active": 0 })).await.expect(200);
        trail.new_rows().await;
        admin.post(ASSIGN, of("user_a", "role-of-user_clerk")).await.refused(409);
        trail.says("role.assign", "role_assignment", "user_a", "failure").await;
        admin.patch("/admin/system/roles/4", json!({ "is_active": 1 })).await.expect(200);
        trail.new_rows().await;
        clerk.post(ASSIGN, of("user_a", "super-admin")).await.refused(403);
        trail.says("role.assign", "role_assignment", "user_a", "failure").await;
        // Nor is a stronger holder's role replaced or taken.
        clerk.post(ASSIGN, of("user_root", "role-of-user_clerk")).await.refused(403);
        trail.says("role.assign", "role_assignment", "user_root", "failure").await;
        clerk.send(Method::DELETE, REVOKE, Some(of("user_root", "super-admin"))).await.refused(403);
        trail.says("role.revoke", "role_assignment", "user_root", "failure").await;
        clerk.post(ASSIGN, of("user_a", "role-of-user_clerk")).await.expect(200);
        trail.says("role.assign", "role_assignment", "user_a", "success").await;

        for bad in [
            json!({ "clerk_user_id": "user_a" }),
            json!({ "role_name": "viewer" }),
            json!({ "clerk_user_id": "", "role_name": "viewer" }),
            json!({ "clerk_user_id": "a b", "role_name": "viewer" }),
            json!({ "clerk_user_id": "user_a", "role_name": "viewer", "expires_at": "soon" }),
            json!({ "clerk_user_id": "user_a", "role_name": "viewer", "expires_at": 5 }),
            json!({ "clerk_user_id": "user_a", "role_name": "viewer", "note": "x" }),
        ] {
            admin.post(ASSIGN, bad).await.refused(400);
        }
        admin.get("/admin/system/roles/assignments?user=user_a").await.refused(400);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn the_last_super_admin_stays() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        admin.send(Method::DELETE, REVOKE, Some(of("user_root", "super-admin"))).await.refused(409);
        trail.says("role.revoke", "role_assignment", "user_root", "failure").await;
        admin.post(ASSIGN, of("user_root", "viewer")).await.refused(409);
        trail.says("role.assign", "role_assignment", "user_root", "failure").await;
        let mut ending = of("user_root", "super-admin");
        ending["expires_at"] = json!("2099-01-01T00:00:00Z");
        admin.post(ASSIGN, ending).await.refused(409);
        trail.says("role.assign", "role_assignment", "user_root", "failure").await;
        // Another super-admin with an end does not help.
        let mut helper = of("user_helper", "super-admin");
        helper["expires_at"] = json!("2099-01-01T00:00:00Z");
        admin.post(ASSIGN, helper).await.expect(200);
        admin.send(Method::DELETE, REVOKE, Some(of("user_root", "super-admin"))).await.refused(409);
    })
    .await;
}

#[tokio::test]
async fn of_ten_super_admins_who_leave_at_once_one_stays() {
    on_each_backend(async |app| {
        app.super_admin().await;
        let ids: Vec<String> = (0..10).map(|i| if i == 0 { "user_root".into() } else { format!("user_{i}") }).collect();
        for id in &ids[1..] {
            app.assign(id, "super-admin").await;
        }
        let mut leaving = Vec::new();
        for (i, id) in ids.iter().cloned().enumerate() {
            let caller = app.claimed_admin(&id);
            caller.get(LIST).await.expect(200);
            leaving.push(tokio::spawn(async move {
                let mut ending = of(&id, "super-admin");
                ending["expires_at"] = json!("2099-01-01T00:00:00Z");
                let reply = match i % 3 {
                    0 => caller.send(Method::DELETE, REVOKE, Some(of(&id, "super-admin"))).await,
                    1 => caller.post(ASSIGN, of(&id, "viewer")).await,
                    _ => caller.post(ASSIGN, ending).await,
                };
                (id, reply.status)
            }));
        }
        let mut stayed = Vec::new();
        for one in leaving {
            match one.await.unwrap() {
                (_, 200) => {}
                (id, status) => {
                    assert_eq!(status, 409);
                    stayed.push(id);
                }
            }
        }
        assert_eq!(stayed.len(), 1);
        let reader = app.claimed_admin(&stayed[0]);
        let listed = reader.get("/admin/system/roles/assignments?role_name=super-admin").await.expect(200);
        let lasting: Vec<_> = listed.body["assignments"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|assignment| assignment["expires_at"].is_null())
            .map(|assignment| assignment["clerk_user_id"].as_str().unwrap())
            .collect();
        assert_eq!(lasting, stayed);
    })
    .await;
}
