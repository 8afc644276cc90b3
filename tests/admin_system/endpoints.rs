//! `/admin/system/endpoints`.

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_reason, inner, made_once};
use crate::support::on_each_backend;

const ENDPOINTS: &str = "/admin/system/endpoints";

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let mut trail = Trail::of(admin).await;
        let new = json!({ "path_pattern": "/api/public/health", "method": "GET", "is_public": true });
        let made = admin.post(ENDPOINTS, new).await.expect(201);
        let endpoint = json!({
            "id": 1,
            "path_pattern": "/api/public/health",
            "method": "GET",
            "required_tier": null,
            "required_scopes": null,
            "is_public": 1,
            "case_sensitive": 0,
            "is_active": 1,
        });
        assert_eq!(made.body, json!({ "success": true, "endpoint": endpoint }));
        let row = trail.says("endpoint.create", "endpoint_auth_override", 1, "success").await;
        assert_eq!(inner(&row["new_values"])["path_pattern"], "/api/public/health");

        let new = json!({ "path_pattern": "/api/rules/*", "required_tier": "pro", "required_scopes": ["rules"] });
        admin.post(ENDPOINTS, new).await.expect(201);
        trail.says("endpoint.create", "endpoint_auth_override", 2, "success").await;
        let rules = json!({
            "id": 2,
            "path_pattern": "/api/rules/*",
            "method": "*",
            "required_tier": "pro",
            "required_scopes": "[\"rules\"]",
            "is_public": 0,
            "case_sensitive": 0,
            "is_active": 1,
        });
        let listed = admin.get(ENDPOINTS).await.expect(200);
        assert_eq!(listed.body["success"], true);
        let rows = listed.body["endpoints"].as_array().unwrap();
        assert!(rows.len() == 2 && rows.contains(&endpoint) && rows.contains(&rules), "{}", listed.text);

        let reply = admin.put("/admin/system/endpoints/2", json!({ "required_tier": "free" })).await.expect(200);
        let mut after = rules;
        after["required_tier"] = json!("free");
        assert_eq!(reply.body, json!({ "success": true, "endpoint": after }));
        let row = trail.says("endpoint.update", "endpoint_auth_override", 2, "success").await;
        assert_eq!(inner(&row["old_values"]), json!({ "required_tier": "pro" }));
        assert_eq!(inner(&row["new_values"]), json!({ "required_tier": "free" }));

        let deleted = admin.delete("/admin/system/endpoints/2").await.expect(200);
        assert_eq!(deleted.body["success"], true);
        assert!(deleted.body["message"].is_string());
        trail.says("endpoint.delete", "endpoint_auth_override", 2, "success").await;
        let reply = admin.delete("/admin/system/endpoints/2").await.refused(404);
        assert_reason(&trail.says("endpoint.delete", "endpoint_auth_override", 2, "failure").await, &reply);
    })
    .await;
}

#[tokio::test]
async fn null_clears_and_absence_keeps() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let new = json!({ "path_pattern": "/x", "required_tier": "pro", "required_scopes": ["rules", "compile"] });
        admin.post(ENDPOINTS, new).await.expect(201);
        let mut trail = Trail::of(&admin).await;
        let both = json!("[\"rules\",\"compile\"]");
        let mut put = async |changes: Value| {
            let reply = admin.put("/admin/system/endpoints/1", changes).await.expect(200);
            trail.says("endpoint.update", "endpoint_auth_override", 1, "success").await;
            let body = &reply.body["endpoint"];
            [&body["required_tier"], &body["required_scopes"], &body["is_public"], &body["is_active"]].map(Value::clone)
        };
        assert_eq!(put(json!({ "is_active": 0 })).await, [json!("pro"), both.clone(), json!(0), json!(0)]);
        assert_eq!(put(json!({ "required_tier": null })).await, [Value::Null, both, json!(0), json!(0)]);
        assert_eq!(
            put(json!({ "required_scopes": null, "is_public": 1 })).await,
            [Value::Null, Value::Null, json!(1), json!(0)]
        );
        assert_eq!(put(json!({ "is_active": true })).await, [Value::Null, Value::Null, json!(1), json!(1)]);
        admin.put("/admin/system/endpoints/1", json!({ "is_active": 1 })).await.expect(200);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        admin.post(ENDPOINTS, json!({ "path_pattern": "/x", "required_tier": "pro" })).await.expect(201);
        let mut trail = Trail::of(&admin).await;
        for same in ["/x", "/x/"] {
            admin.post(ENDPOINTS, json!({ "path_pattern": same, "method": "*", "is_public": 1 })).await.refused(409);
            trail.says_of_none("endpoint.create", "failure").await;
        }
        let made = admin.post(ENDPOINTS, json!({ "path_pattern": "/x", "method": "GET" })).await.expect(201);
        trail.says("endpoint.create", "endpoint_auth_override", &made.body["endpoint"]["id"], "success").await;
        for bad in [
            json!({ "path_pattern": "/y", "is_public": true, "required_tier": "pro" }),
            json!({ "path_pattern": "/y", "is_public": true, "required_scopes": ["rules"] }),
            json!({ "path_pattern": "/y", "required_tier": "gold" }),
            json!({ "path_pattern": "/y", "required_scopes": ["gold"] }),
            json!({ "path_pattern": "/y", "method": "FETCH" }),
            json!({ "path_pattern": "y" }),
            json!({ "path_pattern": "" }),
            json!({ "path_pattern": "/y/*/z" }),
            json!({ "path_pattern": "/y/../z" }),
            json!({ "path_pattern": "/y//z" }),
            json!({ "path_pattern": "/%61dmin" }),
            json!({ "path_pattern": "/admin" }),
            json!({ "path_pattern": "/admin/*" }),
            json!({ "path_pattern": "/api/admin/api-keys" }),
            json!({ "path_pattern": "/v1/admin/*" }),
            json!({ "path_pattern": "/dashboard" }),
        ] {
            admin.post(ENDPOINTS, bad.clone()).await.refused(400);
            trail.says_of_none("endpoint.create", "failure").await;
        }
        for (path, bad, status) in [
            ("/admin/system/endpoints/999", json!({ "is_active": 1 }), 404),
            ("/admin/system/endpoints/1", json!({ "is_public": true }), 400),
            ("/admin/system/endpoints/1", json!({ "required_tier": "gold" }), 400),
            ("/admin/system/endpoints/1", json!({}), 400),
        ] {
            admin.put(path, bad).await.refused(status);
            let id = path.rsplit('/').next().unwrap();
            trail.says("endpoint.update", "endpoint_auth_override", id, "failure").await;
        }
        for bad in [json!({}), json!({ "path_pattern": "/y", "is_active": 1 }), json!({ "path_pattern": 1 })] {
            admin.post(ENDPOINTS, bad).await.refused(400);
        }
        admin.put("/admin/system/endpoints/1", json!({ "path_pattern": "/z" })).await.refused(400);
        admin.put("/admin/system/endpoints/x", json!({ "is_active": 1 })).await.refused(400);
        admin.delete("/admin/system/endpoints/x").await.refused(400);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn an_override_is_made_once_however_many_make_it() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        made_once(&admin, ENDPOINTS, &json!({ "path_pattern": "/compile", "method": "POST" })).await;
    })
    .await;
}

#[tokio::test]
async fn the_case_of_a_path_counts_only_when_an_override_says_so() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let put = async |id: &Value, case_sensitive: bool| {
            admin.put(&format!("{ENDPOINTS}/{id}"), json!({ "case_sensitive": case_sensitive })).await
        };
        let made = admin.post(ENDPOINTS, json!({ "path_pattern": "/Reports" })).await.expect(201).body;
        assert_eq!(made["endpoint"]["case_sensitive"], 0);
        admin.post(ENDPOINTS, json!({ "path_pattern": "/reports" })).await.refused(409);
        let exact = json!({ "path_pattern": "/reports", "case_sensitive": 1, "is_public": 1 });
        let exact = admin.post(ENDPOINTS, exact).await.expect(201).body["endpoint"].clone();
        assert_eq!(exact["case_sensitive"], 1);
        put(&exact["id"], false).await.refused(409);
        put(&made["endpoint"]["id"], true).await.expect(200);
        put(&exact["id"], false).await.expect(200);
        admin.post(ENDPOINTS, json!({ "path_pattern": "/Admin/x" })).await.refused(400);
    })
    .await;
}
