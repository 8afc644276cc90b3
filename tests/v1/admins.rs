//! Admins of the marketplace.

use futures_util::future::join_all;
use serde_json::json;

use super::{admin, audited, known, problem};
use crate::support::on_each_backend;

#[tokio::test]
async fn admins_are_made_listed_and_unmade() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        assert_eq!(user.get("/v1/admin/check").await.expect(200).body, json!({ "is_admin": false }));
        problem(user.get("/v1/admin/users").await, 403);

        let made = admin.post("/v1/admin/admins/user_a", json!({})).await.expect(200);
        assert_eq!(made.body, json!({ "user_id": "user_a", "is_admin": true }));
        assert_eq!(user.get("/v1/admin/check").await.expect(200).body, json!({ "is_admin": true }));
        user.get("/v1/admin/users").await.expect(200);
        let listed = admin.get("/v1/admin/admins").await.expect(200);
        let ids: Vec<_> = listed.body["admins"].as_array().unwrap().iter().map(|a| a["user_id"].clone()).collect();
        assert_eq!(ids, [json!("user_root"), json!("user_a")]);

        admin.post("/v1/admin/admins/user_a", json!({})).await.expect(200);
        assert_eq!(audited(&admin, "action=admin.promote&resource_id=user_a").await, 1, "the second was no change");

        let unmade = admin.delete("/v1/admin/admins/user_a").await.expect(200);
        assert_eq!(unmade.body, json!({ "user_id": "user_a", "is_admin": false }));
        problem(user.get("/v1/admin/users").await, 403);
        admin.delete("/v1/admin/admins/user_a").await.expect(200);
        assert_eq!(audited(&admin, "action=admin.demote&resource_id=user_a").await, 1);
    })
    .await;
}

#[tokio::test]
async fn what_can_not_be_is_refused_and_written_down() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        problem(admin.post("/v1/admin/admins/user_nobody", json!({})).await, 404);
        problem(admin.delete("/v1/admin/admins/user_nobody").await, 404);
        problem(admin.delete("/v1/admin/admins/user_root").await, 409);
        known(app, "user_held").await;
        app.change_by_sql("UPDATE users SET status = 'held' WHERE id = 'user_held'");
        problem(admin.post("/v1/admin/admins/user_held", json!({})).await, 409);
        assert_eq!(audited(&admin, "action=admin.demote&status=failure").await, 2);
        assert_eq!(audited(&admin, "action=admin.promote&status=failure").await, 2);
        problem(app.anonymous().get("/v1/admin/check").await, 401);
        problem(app.anonymous().get("/v1/admin/admins").await, 401);
        problem(app.user("user_plain").post("/v1/admin/admins/user_plain", json!({})).await, 403);
        assert_eq!(audited(&admin, "action=admin.promote&status=denied").await, 1);
        problem(admin.get("/v1/admin/admins?x=1").await, 400);
    })
    .await;
}

/// The flag is set by SQL in a new installation, and opens this area and not the other one; a role opens what it names.
#[tokio::test]
async fn the_flag_opens_the_area_and_a_role_what_it_names() {
    on_each_backend(async |app| {
        let (flagged, role) = (known(app, "user_flagged").await, app.with_role("editor").await);
        app.change_by_sql("UPDATE users SET is_admin = TRUE WHERE id = 'user_flagged'");
        flagged.get("/v1/admin/users").await.expect(200);
        flagged.get("/admin/system/roles").await.refused(403);
        role.get("/v1/admin/users").await.expect(200);
        for path in ["/v1/admin/sales", "/v1/admin/mail", "/v1/admin/abuse/flagged", "/v1/admin/disputes"] {
            problem(role.get(path).await, 403);
        }
    })
    .await;
}

#[tokio::test]
async fn of_the_last_two_admins_one_stays_however_many_demote() {
    on_each_backend(async |app| {
        let (root, one, other) = (admin(app).await, known(app, "user_a").await, known(app, "user_b").await);
        for id in ["user_a", "user_b"] {
            root.post(&format!("/v1/admin/admins/{id}"), json!({})).await.expect(200);
        }
        root.delete("/v1/admin/admins/user_root").await.expect(200);
        for round in 0..20 {
            let callers = (0..50).map(|n| {
                let (caller, whom) = if n % 2 == 0 { (&one, "user_b") } else { (&other, "user_a") };
                async move { caller.delete(&format!("/v1/admin/admins/{whom}")).await.status }
            });
            let statuses = join_all(callers).await;
            assert!(statuses.iter().all(|status| [200, 403, 409].contains(status)), "{round}: {statuses:?}");
            let mut left = Vec::new();
            for (caller, gone) in [(&one, "user_b"), (&other, "user_a")] {
                let reply = caller.get("/v1/admin/admins").await;
                left.extend((reply.status == 200).then_some((caller, gone, reply)));
            }
            let [(survivor, gone, list)] = left.as_slice() else { panic!("{round}: {statuses:?}") };
            assert_eq!(list.body["admins"].as_array().unwrap().len(), 1);
            survivor.post(&format!("/v1/admin/admins/{gone}"), json!({})).await.expect(200);
        }
    })
    .await;
}
