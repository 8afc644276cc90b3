//! Who gets in where: every endpoint with the permission that it needs.

use std::collections::{BTreeMap, BTreeSet};

use aedile_kernel::Permission;
use reqwest::Method;
use serde_json::json;

use super::{Admin, REQUEST_ID, Trail, holder};
use crate::support::{Caller, Reply, on_each_backend};

/// Method, path, permission, and how a refusal is written down: action, kind and id.
type Door = (&'static str, &'static str, &'static str, &'static str, &'static str, Option<&'static str>);

const DOORS: [Door; 34] = [
    ("GET", "/admin/system/roles", "admin:read", "role.list", "role", None),
    ("POST", "/admin/system/roles", "roles:write", "role.create", "role", None),
    ("PATCH", "/admin/system/roles/9", "roles:write", "role.update", "role", Some("9")),
    ("GET", "/admin/system/roles/assignments", "admin:read", "assignment.list", "role_assignment", None),
    ("POST", "/admin/system/roles/assign", "roles:assign", "role.assign", "role_assignment", None),
    ("DELETE", "/admin/system/roles/revoke", "roles:assign", "role.revoke", "role_assignment", None),
    ("GET", "/admin/system/permissions", "admin:read", "permission.list", "permission", None),
    ("GET", "/admin/system/tiers", "admin:read", "tier.list", "tier_config", None),
    ("PUT", "/admin/system/tiers/x", "config:write", "tier.update", "tier_config", Some("x")),
    ("DELETE", "/admin/system/tiers/x", "config:write", "tier.delete", "tier_config", Some("x")),
    ("GET", "/admin/system/scopes", "admin:read", "scope.list", "scope_config", None),
    ("PUT", "/admin/system/scopes/x", "config:write", "scope.update", "scope_config", Some("x")),
    ("DELETE", "/admin/system/scopes/x", "config:write", "scope.delete", "scope_config", Some("x")),
    ("GET", "/admin/system/endpoints", "admin:read", "endpoint.list", "endpoint_auth_override", None),
    ("POST", "/admin/system/endpoints", "config:write", "endpoint.create", "endpoint_auth_override", None),
    ("PUT", "/admin/system/endpoints/9", "config:write", "endpoint.update", "endpoint_auth_override", Some("9")),
    ("DELETE", "/admin/system/endpoints/9", "config:write", "endpoint.delete", "endpoint_auth_override", Some("9")),
    ("GET", "/admin/system/flags", "admin:read", "flag.list", "feature_flag", None),
    ("GET", "/admin/system/flags/9", "admin:read", "flag.get", "feature_flag", Some("9")),
    ("POST", "/admin/system/flags", "flags:write", "flag.create", "feature_flag", None),
    ("PATCH", "/admin/system/flags/9", "flags:write", "flag.update", "feature_flag", Some("9")),
    ("DELETE", "/admin/system/flags/9", "flags:write", "flag.delete", "feature_flag", Some("9")),
    ("GET", "/admin/system/audit", "audit:read", "audit.list", "audit_log", None),
    ("GET", "/admin/system/announcements", "admin:read", "announcement.list", "announcement", None),
    ("GET", "/admin/system/announcements/9", "admin:read", "announcement.get", "announcement", Some("9")),
    ("POST", "/admin/system/announcements", "config:write", "announcement.create", "announcement", None),
    ("PATCH", "/admin/system/announcements/9", "config:write", "announcement.update", "announcement", Some("9")),
    ("DELETE", "/admin/system/announcements/9", "config:write", "announcement.delete", "announcement", Some("9")),
    ("GET", "/admin/local-users", "users:read", "local_user.list", "local_user", None),
    ("GET", "/admin/local-users/x", "users:read", "local_user.get", "local_user", Some("x")),
    ("POST", "/admin/local-users", "users:write", "local_user.create", "local_user", None),
    ("PATCH", "/admin/local-users/x", "users:write", "local_user.update", "local_user", Some("x")),
    ("DELETE", "/admin/local-users/x", "users:write", "local_user.delete", "local_user", Some("x")),
    ("GET", "/admin/usage/x", "metrics:read", "usage.get", "usage", Some("x")),
];

/// The name of every permission that a role can hold.
fn all() -> Vec<&'static str> {
    Permission::grantable().map(Permission::as_str).collect()
}

/// Sends a request to an endpoint; its content does not matter yet.
async fn knock(caller: &Caller, door: &Door) -> Reply {
    let body = (door.0 != "GET").then(|| json!({ "no such field": true }));
    caller.send(Method::from_bytes(door.0.as_bytes()).unwrap(), door.1, body).await
}

#[tokio::test]
async fn strangers_and_users_without_the_claim_are_kept_out() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        // All permissions, and no claim.
        app.assign("user_plain", "super-admin").await;
        let plain = app.user("user_plain").with_header("X-Request-Id", REQUEST_ID);
        let mut trail = Trail::of(&admin).await;
        for door in &DOORS {
            knock(&app.anonymous(), door).await.refused(401);
            knock(&app.with_token("a.b.c"), door).await.refused(401);
            trail.is_silent().await;
            let reply = knock(&plain, door).await.refused(403);
            assert!(reply.body["error"].as_str().unwrap().contains(door.2), "{}: {}", door.1, reply.text);
            is_written_down(&mut trail, door, "user_plain").await;
        }
    })
    .await;
}

#[tokio::test]
async fn each_door_needs_its_one_permission() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let needed: BTreeSet<&str> = DOORS.iter().map(|door| door.2).collect();
        let (mut with, mut without) = (BTreeMap::new(), BTreeMap::new());
        for permission in needed {
            let name = permission.replace(':', "_");
            with.insert(permission, holder(app, &admin, &format!("with_{name}"), &[permission]).await);
            let others: Vec<&str> = all().into_iter().filter(|other| *other != permission).collect();
            without.insert(permission, holder(app, &admin, &format!("without_{name}"), &others).await);
        }
        let mut trail = Trail::of(&admin).await;
        for door in &DOORS {
            knock(&without[door.2], door).await.refused(403);
            is_written_down(&mut trail, door, &format!("without_{}", door.2.replace(':', "_"))).await;
            let reply = knock(&with[door.2], door).await;
            assert!([200, 400, 404].contains(&reply.status), "{} {}: {}", door.0, door.1, reply.text);
            trail.new_rows().await;
        }
    })
    .await;
}

async fn is_written_down(trail: &mut Trail, door: &Door, actor: &str) {
    let rows = trail.new_rows().await;
    assert_eq!(rows.len(), 1, "{} {}: {rows:?}", door.0, door.1);
    let row = &rows[0];
    assert_eq!(row["status"], "denied");
    assert_eq!((&row["actor_id"], &row["action"]), (&json!(actor), &json!(door.3)));
    assert_eq!((&row["resource_type"], &row["resource_id"]), (&json!(door.4), &json!(door.5)), "{} {}", door.0, door.1);
    let metadata = super::inner(&row["metadata"]);
    assert_eq!(metadata["request_id"], REQUEST_ID);
    assert!(metadata["error"].as_str().unwrap().contains(door.2), "{metadata}");
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_in_the_familys_shape() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for path in ["/admin/system/nothing", "/admin/nothing", "/admin/usage", "/auth/nothing"] {
            admin.get(path).await.refused(404);
        }
        admin.delete("/admin/system/roles/1").await.refused(405);
        admin.put("/admin/system/flags/1", json!({})).await.refused(405);
        admin.patch("/admin/system/tiers/pro", json!({})).await.refused(405);
    })
    .await;
}

#[tokio::test]
async fn bodies_that_are_none_are_refused() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        let flags = "/admin/system/flags";
        let send = async |kind: &str, body: Vec<u8>| admin.send_raw(Method::POST, flags, Some((kind, body))).await;
        send("text/plain", b"{\"flag_name\":\"a\"}".to_vec()).await.refused(415);
        admin.send_raw(Method::POST, flags, None).await.refused(415);
        for bad in [&b"{"[..], b"", b"null", b"[]", b"{\"flag_name\":\"a\",\"flag_name\":\"b\"}", b"\xff\xfe"] {
            send("application/json", bad.to_vec()).await.refused(400);
        }
        let deep = format!("{{\"flag_name\":{}1{}}}", "[".repeat(40), "]".repeat(40));
        send("application/json", deep.into_bytes()).await.refused(400);
        let large = format!("{{\"flag_name\":\"{}\"}}", "x".repeat(1024 * 1024));
        send("application/json", large.into_bytes()).await.refused(413);
        trail.is_silent().await;
        send("application/json; charset=utf-8", b"{\"flag_name\":\"a\"}".to_vec()).await.expect(201);
    })
    .await;
}
