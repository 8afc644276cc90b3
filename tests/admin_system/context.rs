//! `/admin/system/my-context` and `/my-permissions`.

use aedile_kernel::Permission;
use serde_json::{Value, json};

use super::{Admin, as_each_admin};
use crate::support::on_each_backend;

const CONTEXT: &str = "/admin/system/my-context";
const PERMISSIONS: &str = "/admin/system/my-permissions";

/// The name of every permission that a role can hold.
fn all() -> Vec<&'static str> {
    Permission::grantable().map(Permission::as_str).collect()
}

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let flag = json!({ "flag_name": "mine", "enabled": true, "rollout_percentage": 0, "target_users": [admin.id] });
        admin.post("/admin/system/flags", flag).await.expect(201);
        admin.post("/admin/system/flags", json!({ "flag_name": "off" })).await.expect(201);
        for (title, from) in [("Now", Value::Null), ("Later", json!("2099-01-01T00:00:00Z"))] {
            let new = json!({ "title": title, "body": "Read this.", "active_from": from });
            admin.post("/admin/system/announcements", new).await.expect(201);
        }
        let tiers = admin.get("/admin/system/tiers").await.expect(200).body["tiers"].clone();
        let scopes = admin.get("/admin/system/scopes").await.expect(200).body["scopes"].clone();
        let announcements = admin.get("/admin/system/announcements").await.expect(200);
        let listed = announcements.body["announcements"].as_array().unwrap();
        let showing: Vec<_> = listed.iter().filter(|announcement| announcement["title"] == "Now").collect();

        let reply = admin.get(CONTEXT).await.expect(200);
        let context = json!({
            "clerk_user_id": admin.id,
            "role_name": "super-admin",
            "permissions": all(),
            "expires_at": null,
            "tier": "admin",
            "tiers": tiers,
            "scopes": scopes,
            "flags": { "mine": true, "off": false },
            "announcements": showing,
        });
        assert_eq!(reply.body, json!({ "success": true, "context": context }));
        let reply = admin.get(PERMISSIONS).await.expect(200);
        assert_eq!(reply.body, json!({ "success": true, "permissions": all() }));
    })
    .await;
}

#[tokio::test]
async fn the_admin_claim_is_needed_and_no_permission() {
    on_each_backend(async |app| {
        for path in [CONTEXT, PERMISSIONS] {
            app.anonymous().get(path).await.refused(401);
            app.with_token("nonsense").get(path).await.refused(401);
            app.user("user_plain").get(path).await.refused(403);
            app.claimed_admin("user_new").get(path).await.expect(200);
            app.claimed_admin("user_new").get(&format!("{path}?role=admin")).await.refused(400);
        }
        let admin = app.super_admin().await;
        let denied = admin.get("/admin/system/audit?actor_id=user_plain&status=denied").await.expect(200);
        assert_eq!(denied.body["total"], 2, "{}", denied.text);
        assert_eq!(denied.body["logs"][0]["action"], "permission.show_own");
        let context = app.claimed_admin("user_new").get(CONTEXT).await.expect(200).body["context"].clone();
        assert_eq!((&context["role_name"], &context["permissions"]), (&Value::Null, &json!([])));
        assert_eq!(context["tiers"].as_array().unwrap().len(), 4);

        let viewer = app.with_role("viewer").await;
        let context = viewer.get(CONTEXT).await.expect(200).body["context"].clone();
        assert_eq!(context["role_name"], "viewer");
        let of_viewers = ["admin:read", "audit:read", "metrics:read", "config:read", "users:read", "flags:read"];
        assert_eq!(context["permissions"], json!(of_viewers));
        // A role without the claim gives nothing.
        app.user("user_viewer").get(CONTEXT).await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn the_context_changes_with_the_role() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let user = app.claimed_admin("user_a");
        let assign = async |expires_at: &str| {
            let wanted = json!({ "clerk_user_id": "user_a", "role_name": "viewer", "expires_at": expires_at });
            admin.post("/admin/system/roles/assign", wanted).await.expect(200);
            user.get(CONTEXT).await.expect(200).body["context"].clone()
        };
        let context = assign("2099-06-01T12:00:00Z").await;
        assert_eq!((&context["role_name"], &context["expires_at"]), (&json!("viewer"), &json!("2099-06-01T12:00:00")));
        let context = assign("2025-06-01T12:00:00Z").await;
        assert_eq!((&context["role_name"], &context["permissions"]), (&Value::Null, &json!([])));
    })
    .await;
}
