//! `/admin/system/scopes`.

use serde_json::json;

use super::{Admin, Trail, as_each_admin, assert_reason, inner};
use crate::support::on_each_backend;

const SCOPES: &str = "/admin/system/scopes";

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let compile = |tier: &str| {
            json!({
                "id": 1,
                "scope_name": "compile",
                "display_name": "Compile",
                "description": "Compile and download filter lists",
                "required_tier": tier,
                "is_active": 1,
            })
        };
        let listed = admin.get(SCOPES).await.expect(200);
        assert_eq!((&listed.body["success"], &listed.body["scopes"][0]), (&json!(true), &compile("free")));

        let mut trail = Trail::of(admin).await;
        let changed = admin.put("/admin/system/scopes/compile", json!({ "required_tier": "pro" })).await.expect(200);
        assert_eq!(changed.body, json!({ "success": true, "scope": compile("pro") }));
        let row = trail.says("scope.update", "scope_config", "compile", "success").await;
        assert_eq!(inner(&row["old_values"]), json!({ "required_tier": "free" }));
        assert_eq!(inner(&row["new_values"]), json!({ "required_tier": "pro" }));
        admin.put("/admin/system/scopes/compile", json!({ "required_tier": "pro" })).await.expect(200);
        trail.is_silent().await;

        let deleted = admin.delete("/admin/system/scopes/compile").await.expect(200);
        assert_eq!(deleted.body, json!({ "success": true, "message": "Scope deleted" }));
        trail.says("scope.delete", "scope_config", "compile", "success").await;
        let reply = admin.delete("/admin/system/scopes/compile").await.refused(404);
        assert_reason(&trail.says("scope.delete", "scope_config", "compile", "failure").await, &reply);
    })
    .await;
}

#[tokio::test]
async fn an_unknown_scope_is_made_when_enough_is_said() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        let path = "/admin/system/scopes/export";
        for part in [json!({}), json!({ "display_name": "Export" }), json!({ "required_tier": "pro" })] {
            admin.put(path, part).await.refused(404);
            trail.says("scope.update", "scope_config", "export", "failure").await;
        }
        let made = admin.put(path, json!({ "display_name": "Export", "required_tier": "pro" })).await.expect(201);
        let scope = json!({
            "id": 3,
            "scope_name": "export",
            "display_name": "Export",
            "description": "",
            "required_tier": "pro",
            "is_active": 1,
        });
        assert_eq!(made.body, json!({ "success": true, "scope": scope }));
        trail.says("scope.update", "scope_config", "export", "success").await;
        for (value, shown) in [(json!(0), 0), (json!(true), 1), (json!(false), 0), (json!(1), 1)] {
            let reply = admin.put(path, json!({ "is_active": value })).await.expect(200);
            assert_eq!(reply.body["scope"]["is_active"], shown);
            trail.says("scope.update", "scope_config", "export", "success").await;
        }
    })
    .await;
}

#[tokio::test]
async fn a_scope_in_use_stays_and_bad_input_is_refused() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let new = json!({ "path_pattern": "/api/rules/*", "required_scopes": ["rules"] });
        let id = admin.post("/admin/system/endpoints", new).await.expect(201).body["endpoint"]["id"].clone();
        let mut trail = Trail::of(&admin).await;
        admin.delete("/admin/system/scopes/rules").await.refused(409);
        trail.says("scope.delete", "scope_config", "rules", "failure").await;
        admin.put("/admin/system/scopes/rules", json!({ "required_tier": "gold" })).await.refused(400);
        trail.says("scope.update", "scope_config", "rules", "failure").await;
        admin.put("/admin/system/scopes/rules", json!({ "display_name": " " })).await.refused(400);
        trail.says("scope.update", "scope_config", "rules", "failure").await;
        for bad in [json!({ "is_active": "1" }), json!({ "required_tier": 1 }), json!({ "scope_name": "x" })] {
            admin.put("/admin/system/scopes/rules", bad).await.refused(400);
        }
        trail.is_silent().await;
        admin.delete(&format!("/admin/system/endpoints/{id}")).await.expect(200);
        admin.delete("/admin/system/scopes/rules").await.expect(200);
    })
    .await;
}
