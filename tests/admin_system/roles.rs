//! `/admin/system/roles`.

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, assert_reason, holder, inner, made_once};
use crate::support::on_each_backend;

const ROLES: &str = "/admin/system/roles";

fn flag_manager() -> Value {
    json!({
        "role_name": "flag-manager",
        "display_name": "Flag Manager",
        "description": "Manages feature flags only",
        "permissions": ["admin:read", "flags:read", "flags:write"],
    })
}

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let listed = admin.get(ROLES).await.expect(200);
        assert_eq!(
            listed.body["roles"][0],
            json!({
                "id": 1,
                "role_name": "viewer",
                "display_name": "Viewer",
                "description": "Read-only access to admin dashboards and logs",
                "permissions":
                    "[\"admin:read\",\"audit:read\",\"metrics:read\",\"config:read\",\"users:read\",\"flags:read\"]",
                "is_active": 1,
                "created_at": "2025-01-01T00:00:00",
                "updated_at": "2025-01-01T00:00:00",
            })
        );
        let names: Vec<_> = listed.body["roles"].as_array().unwrap().iter().map(|role| &role["role_name"]).collect();
        assert_eq!(names, ["viewer", "editor", "super-admin"]);
        assert_eq!(inner(&listed.body["roles"][2]["permissions"]).as_array().unwrap().len(), 29);

        let mut trail = Trail::of(admin).await;
        let made = admin.post(ROLES, flag_manager()).await.expect(201);
        let role = json!({
            "id": 4,
            "role_name": "flag-manager",
            "display_name": "Flag Manager",
            "description": "Manages feature flags only",
            "permissions": "[\"admin:read\",\"flags:read\",\"flags:write\"]",
            "is_active": 1,
            "created_at": "<time>",
            "updated_at": "<time>",
        });
        assert_like(&made.body, &json!({ "success": true, "role": role }));
        let row = trail.says("role.create", "role", 4, "success").await;
        assert_eq!((&row["actor_id"], &row["old_values"]), (&json!(admin.id), &Value::Null));
        assert_eq!(inner(&row["new_values"])["role_name"], "flag-manager");

        let changes = json!({ "display_name": "Flags", "description": null, "permissions": ["flags:write"] });
        let changed = admin.patch("/admin/system/roles/4", changes).await.expect(200);
        let mut after = role;
        after["display_name"] = json!("Flags");
        after["description"] = Value::Null;
        after["permissions"] = json!("[\"flags:write\"]");
        assert_like(&changed.body, &json!({ "success": true, "role": after }));
        let row = trail.says("role.update", "role", 4, "success").await;
        let (old, new) = (inner(&row["old_values"]), inner(&row["new_values"]));
        assert_eq!((&old["display_name"], &new["display_name"]), (&json!("Flag Manager"), &json!("Flags")));
        assert_eq!(new["description"], Value::Null);
        assert!(new.get("is_active").is_none(), "only what changed is kept: {new}");

        for (value, shown) in [(json!(false), 0), (json!(1), 1), (json!(0), 0), (json!(true), 1)] {
            let reply = admin.patch("/admin/system/roles/4", json!({ "is_active": value })).await.expect(200);
            assert_eq!(reply.body["role"]["is_active"], shown);
            trail.says("role.update", "role", 4, "success").await;
        }
        admin.patch("/admin/system/roles/4", json!({ "is_active": true })).await.expect(200);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        admin.post(ROLES, flag_manager()).await.expect(201);
        let mut trail = Trail::of(&admin).await;

        let reply = admin.post(ROLES, flag_manager()).await.refused(409);
        assert_reason(&trail.says("role.create", "role", "flag-manager", "failure").await, &reply);
        let reply = admin.patch("/admin/system/roles/999", json!({ "is_active": 0 })).await.refused(404);
        assert_reason(&trail.says("role.update", "role", 999, "failure").await, &reply);
        for permissions in [json!([]), json!(["flags:fly"]), json!(["*"]), json!(["own"]), json!(["FLAGS:WRITE"])] {
            let new = json!({ "role_name": "x", "display_name": "X", "permissions": permissions });
            admin.post(ROLES, new).await.refused(400);
            trail.says("role.create", "role", "x", "failure").await;
            admin.patch("/admin/system/roles/4", json!({ "permissions": permissions })).await.refused(400);
            trail.says("role.update", "role", 4, "failure").await;
        }
        for (field, bad) in [("role_name", ""), ("role_name", "a b"), ("display_name", ""), ("display_name", "a\u{1}b")]
        {
            let mut new = flag_manager();
            new["role_name"] = json!("other");
            new[field] = json!(bad);
            admin.post(ROLES, new).await.refused(400);
        }
        admin.patch("/admin/system/roles/4", json!({})).await.refused(400);
        trail.new_rows().await;

        let mut unknown = flag_manager();
        unknown["is_admin"] = json!(true);
        admin.post(ROLES, unknown).await.refused(400);
        admin.post(ROLES, json!({ "role_name": "x" })).await.refused(400);
        admin.patch("/admin/system/roles/4", json!({ "role_name": "renamed" })).await.refused(400);
        admin.patch("/admin/system/roles/4", json!({ "is_active": 2 })).await.refused(400);
        admin.patch("/admin/system/roles/4", json!({ "is_active": "true" })).await.refused(400);
        for id in ["0", "-1", "x", "4.0", "99999999999999999999"] {
            admin.patch(&format!("/admin/system/roles/{id}"), json!({ "is_active": 0 })).await.refused(400);
        }
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn built_in_roles_keep_what_they_give() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        for id in 1..=3 {
            let path = format!("{ROLES}/{id}");
            for bad in [json!({ "is_active": false }), json!({ "permissions": ["audit:read"] })] {
                admin.patch(&path, bad).await.refused(409);
                trail.says("role.update", "role", id, "failure").await;
            }
        }
        let own = json!({ "display_name": "Viewer", "is_active": 1 });
        admin.patch("/admin/system/roles/1", own).await.expect(200);
        trail.is_silent().await;
        let renamed = admin.patch("/admin/system/roles/1", json!({ "display_name": "Spectator" })).await.expect(200);
        assert_eq!(renamed.body["role"]["display_name"], "Spectator");
    })
    .await;
}

#[tokio::test]
async fn nobody_makes_or_edits_a_role_beyond_their_own() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let clerk = holder(app, &admin, "user_clerk", &["admin:read", "roles:write"]).await;
        let small = json!({ "role_name": "small", "display_name": "Small", "permissions": ["admin:read"] });
        let id = clerk.post(ROLES, small).await.expect(201).body["role"]["id"].to_string();
        let mut trail = Trail::of(&admin).await;

        let large =
            json!({ "role_name": "large", "display_name": "Large", "permissions": ["admin:read", "flags:write"] });
        clerk.post(ROLES, large).await.refused(403);
        trail.says("role.create", "role", "large", "failure").await;
        let more = json!({ "permissions": ["admin:read", "flags:write"] });
        clerk.patch(&format!("{ROLES}/{id}"), more).await.refused(403);
        trail.says("role.update", "role", &id, "failure").await;
        clerk.patch("/admin/system/roles/2", json!({ "display_name": "Mine" })).await.refused(403);
        trail.says("role.update", "role", 2, "failure").await;
    })
    .await;
}

#[tokio::test]
async fn a_disabled_role_gives_nothing_from_the_next_request_on() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let reader = holder(app, &admin, "user_reader", &["admin:read"]).await;
        reader.get(ROLES).await.expect(200);
        for (is_active, status) in [(0, 403), (1, 200), (0, 403)] {
            admin.patch("/admin/system/roles/4", json!({ "is_active": is_active })).await.expect(200);
            assert_eq!(reader.get(ROLES).await.status, status);
        }
        admin
            .patch("/admin/system/roles/4", json!({ "is_active": 1, "permissions": ["flags:read"] }))
            .await
            .expect(200);
        reader.get(ROLES).await.refused(403);
    })
    .await;
}

#[tokio::test]
async fn a_role_is_made_once_however_many_make_it() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        admin.get(ROLES).await.expect(200);
        let mut trail = Trail::of(&admin).await;
        made_once(&admin, ROLES, &flag_manager()).await;
        let rows = trail.new_rows().await;
        assert_eq!(rows.iter().filter(|row| row["status"] == "success").count(), 1);
        assert_eq!(rows.iter().filter(|row| row["status"] == "failure").count(), 7);
    })
    .await;
}
