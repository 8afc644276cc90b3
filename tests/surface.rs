//! The surface as a whole: every route, the permission it needs, and that nobody without it gets through.

use std::collections::BTreeSet;

use aedile_kernel::{Permission, PermissionSet};
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, TestApp, on_each_backend};

/// `METHOD path operation permission rate`, a line each.
fn table() -> Vec<String> {
    let line = |route: aedile_api::RouteDescription| {
        let operation = route.operation.unwrap_or("-");
        format!("{} {} {operation} {} {}", route.method, route.path, route.permission, route.rate)
    };
    aedile_api::routes().into_iter().map(line).collect()
}

#[test]
fn the_routes_are_the_reviewed_ones() {
    insta::assert_snapshot!(table().join("\n"));
}

#[test]
fn no_route_stands_twice() {
    let keys: Vec<String> = aedile_api::routes().iter().map(|r| format!("{} {}", r.method, r.path)).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len());
}

/// The roles that come with the system, as the reference lists them.
fn role_permissions(role: &str) -> PermissionSet {
    use Permission::{
        AdminRead, AuditRead, ConfigRead, ConfigWrite, FlagsRead, FlagsWrite, MetricsRead, UsersRead, UsersWrite,
    };
    let viewer = [AdminRead, AuditRead, MetricsRead, ConfigRead, UsersRead, FlagsRead];
    let role: PermissionSet = match role {
        "viewer" => viewer.into_iter().collect(),
        "editor" => viewer.into_iter().chain([ConfigWrite, FlagsWrite, UsersWrite]).collect(),
        "super-admin" => PermissionSet::all(),
        _ => PermissionSet::default(),
    };
    PermissionSet::USER.union(role)
}

/// Whether the callers of that name have the admin claim.
fn is_claimed(name: &str) -> bool {
    !matches!(name, "nobody" | "flagged")
}

#[test]
fn the_matrix_of_roles_and_operations_is_the_reviewed_one() {
    let mut lines = Vec::new();
    for route in aedile_api::routes() {
        let Some(operation) = route.operation else { continue };
        let may = |role: &str| if permissions(role, route.path).contains(route.permission) { "yes" } else { "-" };
        lines.push(format!(
            "{operation:<30} {:<16} viewer {:<3} editor {:<3} super-admin {:<3}",
            route.permission.as_str(),
            may("viewer"),
            may("editor"),
            may("super-admin")
        ));
    }
    lines.sort();
    lines.dedup();
    insta::assert_snapshot!(lines.join("\n"));
}

async fn denied_rows(admin: &Caller) -> u64 {
    let reply = admin.get("/admin/system/audit?status=denied&limit=1").await.expect(200);
    reply.body["total"].as_u64().unwrap()
}

/// Calls a route with an empty body; what is refused for its input was let in.
async fn knock(caller: &Caller, route: &aedile_api::RouteDescription) -> u16 {
    let path = route.path.replace("{id}", "999999").replace("{name}", "unheard-of").replace("{user_id}", "user_x");
    let path = path.replace("{slug}", "unheard-of").replace("{token}", "unheard-of");
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    let body = (method != Method::GET).then(|| json!({}));
    caller.send(method, &path, body).await.status
}

/// What a caller may do on a route: by their role wherever admins work, and by the flag `is_admin` everywhere but under
/// `/admin`.
fn permissions(role: &str, path: &str) -> PermissionSet {
    let flagged = PermissionSet::of_admin_flag();
    let roles_count = ["/admin", "/v1/admin", "/api"].iter().any(|prefix| path.starts_with(prefix));
    match role {
        // The operator's key is a credential of its own, which none of them has.
        _ if path.starts_with("/api/admin/users") => PermissionSet::ANONYMOUS,
        "flagged" if path.starts_with("/v1") || path.starts_with("/api") => PermissionSet::USER.union(flagged),
        role if roles_count && is_claimed(role) => {
            role_permissions(role).union([Permission::AdminArea].into_iter().collect())
        }
        _ => PermissionSet::USER,
    }
}

#[tokio::test]
async fn every_route_refuses_whoever_lacks_its_permission_and_nobody_else() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        app.user("user_flagged").get("/v1/flags").await.expect(200);
        app.change_by_sql("UPDATE users SET is_admin = TRUE WHERE id = 'user_flagged'");
        let callers = [
            ("nobody", app.user("user_plain")),
            ("claimed", app.claimed_admin("user_without_role")),
            ("viewer", app.with_role("viewer").await),
            ("editor", app.with_role("editor").await),
            ("super-admin", app.with_role("super-admin").await),
            ("flagged", app.user("user_flagged")),
        ];
        for route in aedile_api::routes().iter().filter(|route| route.operation.is_some()) {
            let name = format!("{} {}", route.method, route.path);
            let unknown = if route.path.starts_with("/api/admin/users") { 403 } else { 401 };
            if route.permission != Permission::Public {
                assert_eq!(knock(&app.anonymous(), route).await, unknown, "{name} without a credential");
            }
            assert_eq!(knock(&app.with_token("bad.token.here"), route).await, unknown, "{name} with a bad credential");
            for (role, caller) in &callers {
                let before = denied_rows(&admin).await;
                let status = knock(caller, route).await;
                let is_let_in = permissions(role, route.path).contains(route.permission);
                // Who is let in may still lack what a rule asks for, such as being a seller.
                if route.permission.is_administrative() || !is_let_in {
                    assert_eq!(status != 403, is_let_in, "{name} as {role}: {status}");
                }
                assert!(status < 500 || status == 503, "{name} as {role}: {status}");
                assert_ne!(status, 401, "{name} as {role}");
                assert_eq!(denied_rows(&admin).await - before, u64::from(!is_let_in), "{name} as {role}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_in_their_familys_shape() {
    on_each_backend(async |app: &TestApp| {
        let anyone = app.anonymous();
        for path in ["/admin", "/admin/system", "/admin/system/nope", "/auth/nope", "/gateway"] {
            anyone.get(path).await.refused(404);
        }
        anyone.post("/admin/system/my-context", json!({})).await.refused(405);
        for path in ["/", "/v1/nope", "/nope"] {
            let reply = anyone.get(path).await.expect(404);
            assert_eq!(reply.header("content-type"), Some("application/problem+json"));
            assert_eq!(reply.body["status"], 404);
        }
        assert_eq!(
            anyone.get("/ofrep/nope").await.expect(404).body["errorDetails"].as_str().map(str::is_empty),
            Some(false)
        );
        let reply = anyone.send(Method::DELETE, "/v1/flags", None).await.expect(405);
        assert_ne!(reply.body, Value::Null);
    })
    .await;
}
