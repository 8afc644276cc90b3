//! `/admin/system/audit`.

use serde_json::{Value, json};

use super::{Admin, REQUEST_ID, as_each_admin, assert_like, inner};
use crate::support::on_each_backend;

const AUDIT: &str = "/admin/system/audit";

#[tokio::test]
async fn the_documented_call_answers_as_documented() {
    as_each_admin(async |_, admin| {
        let caller = admin.with_header("User-Agent", "Mozilla/5.0...");
        caller.put("/admin/system/tiers/pro", json!({ "rate_limit": 500 })).await.expect(200);
        let path = "/admin/system/audit?action=tier.update&since=2025-01-01T00:00:00Z&limit=20";
        let reply = caller.get(path).await.expect(200);
        let log = json!({
            "id": "<id>",
            "actor_id": admin.id,
            "actor_email": if admin.id == "user_root" { "user_root@example.com" } else { "admin@example.com" },
            "action": "tier.update",
            "resource_type": "tier_config",
            "resource_id": "pro",
            "old_values": "{\"rate_limit\":300}",
            "new_values": "{\"rate_limit\":500}",
            "ip_address": "127.0.0.1",
            "user_agent": "Mozilla/5.0...",
            "status": "success",
            "metadata": format!("{{\"request_id\":\"{REQUEST_ID}\"}}"),
            "created_at": "<time>",
        });
        let expected =
            json!({ "success": true, "logs": [log], "total": 1, "limit": 20, "offset": 0, "next_cursor": null });
        assert_like(&reply.body, &expected);
    })
    .await;
}

#[tokio::test]
async fn rows_are_found_by_each_filter_and_by_all_together() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let editor = app.with_role("editor").await;
        let flag = |name: &str| json!({ "flag_name": name });
        admin.post("/admin/system/flags", flag("one")).await.expect(201);
        editor.post("/admin/system/flags", flag("two")).await.expect(201);
        editor.post("/admin/system/flags", flag("two")).await.refused(409);
        editor.post("/admin/system/roles", json!({})).await.refused(403);
        editor.delete("/admin/system/flags/1").await.expect(200);

        let said = async |query: &str| {
            let reply = admin.get(&format!("{AUDIT}?{query}")).await.expect(200);
            let rows = reply.body["logs"].as_array().unwrap();
            assert_eq!(reply.body["total"], rows.len());
            let said = |row: &Value| format!("{} {}", row["action"].as_str().unwrap(), row["status"].as_str().unwrap());
            rows.iter().map(said).collect::<Vec<_>>()
        };
        assert_eq!(
            said("actor_id=user_editor&resource_type=feature_flag").await,
            ["flag.delete success", "flag.create failure", "flag.create success"],
            "newest first"
        );
        assert_eq!(said("action=flag.create").await.len(), 3);
        assert_eq!(said("resource_type=role").await, ["role.create denied"]);
        assert_eq!(
            said("resource_type=feature_flag&resource_id=1").await,
            ["flag.delete success", "flag.create success"]
        );
        assert_eq!(said("status=denied").await, ["role.create denied"]);
        assert_eq!(said("status=failure").await, ["flag.create failure"]);
        let all = "actor_id=user_editor&action=flag.create&resource_type=feature_flag&status=success&since=2025-01-01&";
        assert_eq!(said(&all.replace("2025-01-01&", "2025-01-01T00:00:00")).await, ["flag.create success"]);
        assert!(said("since=2099-01-01T00:00:00Z").await.is_empty());
        assert!(said("until=2025-01-01T00:00:00Z").await.is_empty());
        assert_eq!(said("since=2025-01-01T00:00:00Z&until=2099-01-01T00:00:00Z&action=flag.delete").await.len(), 1);
        assert!(said("action=no.such").await.is_empty());
        assert!(said("actor_id=user_editor'%20OR%201=1--").await.is_empty());

        let denied = admin.get("/admin/system/audit?status=denied").await.expect(200);
        let row = &denied.body["logs"][0];
        assert_eq!((&row["old_values"], &row["new_values"]), (&Value::Null, &Value::Null));
        assert!(inner(&row["metadata"])["error"].as_str().unwrap().contains("roles:write"));
    })
    .await;
}

#[tokio::test]
async fn filters_that_are_none_are_refused() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for bad in [
            "status=done",
            "since=yesterday",
            "until=1700000000x",
            "limit=x",
            "sort=id",
            "action=a&action=b",
            "action=",
            "actor_id=a%00b",
            "cursor=nonsense",
        ] {
            admin.get(&format!("{AUDIT}?{bad}")).await.refused(400);
        }
    })
    .await;
}

#[tokio::test]
async fn nothing_changes_or_deletes_a_row() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        admin.delete(AUDIT).await.refused(405);
        admin.post(AUDIT, json!({})).await.refused(405);
        admin.delete("/admin/system/audit/1").await.refused(404);
        admin.patch("/admin/system/audit/1", json!({})).await.refused(404);
    })
    .await;
}
