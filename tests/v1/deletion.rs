//! DeletionState.

use std::time::Duration;

use serde_json::json;

use super::{admin, audited, known, problem};
use crate::support::{eventually, on_each_backend, on_each_backend_with};

const PROFILE: &str = "/v1/users/profile";

#[tokio::test]
async fn who_leaves_may_read_and_cancel_and_nothing_else() {
    on_each_backend_with(&["--deletion-grace-days", "7"], async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        let asked = user.delete(PROFILE).await.expect(202).body;
        assert_eq!(asked["status"], "pending_deletion");
        assert_eq!(user.delete(PROFILE).await.expect(202).body, asked, "asking twice moves nothing");
        assert_eq!(audited(&admin, "action=account.request_deletion").await, 1);
        assert_eq!(user.get(PROFILE).await.expect(200).body["status"], "pending_deletion");
        problem(user.patch(PROFILE, json!({ "marketing_opt_in": true })).await, 403);

        let pending = admin.get("/v1/admin/pending-deletions").await.expect(200).body;
        assert_eq!(pending["users"][0]["id"], "user_a");
        assert_eq!(pending["users"][0]["deletion_scheduled_for"], asked["deletion_scheduled_for"]);

        let cancelled = user.post("/v1/users/profile/cancel-deletion", json!({})).await.expect(200);
        assert_eq!(cancelled.body, json!({ "status": "active", "user_id": "user_a" }));
        user.patch(PROFILE, json!({ "marketing_opt_in": true })).await.expect(200);
        problem(user.post("/v1/users/profile/cancel-deletion", json!({})).await, 409);
        assert_eq!(admin.get("/v1/admin/pending-deletions").await.expect(200).body["users"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn an_admin_cancels_on_behalf_of_a_user() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        user.delete(PROFILE).await.expect(202);
        problem(user.post("/v1/admin/cancel-deletion/user_a", json!({})).await, 403);
        let cancelled = admin.post("/v1/admin/cancel-deletion/user_a", json!({})).await.expect(200);
        assert_eq!(cancelled.body, json!({ "status": "active", "user_id": "user_a" }));
        problem(admin.post("/v1/admin/cancel-deletion/user_a", json!({})).await, 409);
        problem(admin.post("/v1/admin/cancel-deletion/user_nobody", json!({})).await, 404);
        assert_eq!(audited(&admin, "action=account.cancel_deletion&status=success").await, 1);
        problem(admin.delete(PROFILE).await, 409);
    })
    .await;
}

/// The worker looks at once when a server starts.
#[tokio::test]
async fn who_left_is_gone_when_the_time_has_come() {
    on_each_backend(async |app| {
        let (admin, user) = (admin(app).await, known(app, "user_a").await);
        user.patch(PROFILE, json!({ "display_name": "Ada" })).await.expect(200);
        user.delete(PROFILE).await.expect(202);
        app.change_by_sql("UPDATE users SET deletion_scheduled_for = 1 WHERE id = 'user_a'");
        let second = app.another_instance(&[]).await;
        eventually(Duration::from_secs(5), "the user is erased", async || {
            admin.get("/v1/admin/users/user_a").await.expect(200).body["status"] == "deleted"
        })
        .await;
        second.stop().await;
        let gone = admin.get("/v1/admin/users/user_a").await.expect(200).body;
        assert!(gone["email"].is_null() && gone["display_name"].is_null(), "{gone}");
        assert_eq!(admin.get("/v1/admin/users?q=ada").await.expect(200).body["total"], 0);
        assert_eq!(audited(&admin, "action=account.erase&actor_id=system").await, 1);
        let is_out = async || user.get(PROFILE).await.status == 401;
        eventually(Duration::from_secs(10), "the first instance knows it too", is_out).await;
        problem(user.get(PROFILE).await, 401);
    })
    .await;
}
