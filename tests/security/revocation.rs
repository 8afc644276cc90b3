//! What was taken away is gone at once, at every entry point.

use std::time::Duration;

use serde_json::{Value, json};

use super::{assign, holder, knock, local_user, make_known, revoke, sign_in};
use crate::support::{Caller, TestApp, api_routes, eventually, on_each_backend};

const ROLES: &str = "/admin/system/roles";

/// Where an account on hold sees how things stand.
const OPEN_TO_HELD: [&str; 2] = ["GET /v1/users/profile", "GET /v1/admin/check"];

/// Every route there is answers this caller with this status, but for the two where an account on hold sees how things
/// stand.
async fn is_shut_out(caller: &Caller, status: u16, what: &str) {
    for route in api_routes() {
        let is_open = OPEN_TO_HELD.contains(&format!("{} {}", route.method, route.path).as_str());
        let status = match status {
            _ if is_open && what.ends_with("'held'") => 200,
            // Signing out takes nothing but the session, which the other routes are asked with.
            _ if route.path == "/auth/logout" && what.ends_with("'held'") => continue,
            // Where the operator's key rules, everybody else gets the same answer.
            401 if route.path.starts_with("/api/admin/users") => 403,
            status => status,
        };
        let reply = knock(caller, &route).await;
        assert_eq!(reply.status, status, "{what}: {} {}: {}", route.method, route.path, reply.text);
    }
}

#[tokio::test]
async fn c_20_held_disabled_and_deleted_accounts_are_shut_out_everywhere() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        let local_id = local_user(&root, "admin@example.com", "admin").await;
        app.assign(&local_id, "super-admin").await;
        app.assign("user_x", "super-admin").await;
        let callers =
            [("user_x".to_owned(), app.claimed_admin("user_x")), (local_id, sign_in(app, "admin@example.com").await)];
        for (_, caller) in &callers {
            caller.get(ROLES).await.expect(200);
        }
        let set = |columns: &str| app.database.execute(&format!("UPDATE users SET {columns} WHERE id <> 'user_root'"));
        set("status = 'held'");
        for (_, caller) in &callers {
            // The server hears nothing of an operator's SQL; what it knows is good for two seconds.
            let is_out = || async { caller.get(ROLES).await.status == 403 };
            eventually(Duration::from_millis(2_500), "held", is_out).await;
        }
        for (columns, status) in [
            ("status = 'held'", 403),
            ("status = 'active', api_disabled = TRUE", 403),
            ("status = 'pending_deletion'", 403),
            ("status = 'deleted', api_disabled = FALSE", 401),
        ] {
            set(columns);
            make_known(app).await;
            for (id, caller) in &callers {
                is_shut_out(caller, status, &format!("{id}, {columns}")).await;
            }
        }
        set("status = 'active'");
        make_known(app).await;
        for (_, caller) in &callers {
            caller.get(ROLES).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_about_to_be_deleted_only_reads() {
    on_each_backend(async |app: &TestApp| {
        app.super_admin().await;
        app.assign("user_leaving", "super-admin").await;
        let leaving = app.claimed_admin("user_leaving");
        leaving.get(ROLES).await.expect(200);
        app.database.execute("UPDATE users SET status = 'pending_deletion' WHERE id = 'user_leaving'");
        make_known(app).await;
        // The profile is where a deletion is asked for and cancelled, and the marketplace's admins are made by a flag.
        let others = |route: &&aedile_api::RouteDescription| {
            let is_elsewhere = ["/v1/users/profile", "/v1/admin", "/api/v1/admin", "/api/admin"]
                .iter()
                .any(|prefix| route.path.starts_with(prefix));
            route.operation.is_some() && !is_elsewhere
        };
        for route in aedile_api::routes().iter().filter(others) {
            let status = knock(&leaving, route).await.status;
            // A secret does not belong in a path, so this read is a POST.
            let only_reads = ["GET", "HEAD"].contains(&route.method.as_str()) || route.path == "/api/v1/keys/verify";
            if only_reads {
                // The second factor of the identity provider's users is its own matter.
                let is_elsewhere = status == 409 && route.path == "/v1/users/second-factor";
                assert!(is_elsewhere || [200, 400, 404].contains(&status), "{}: {status}", route.path);
            } else {
                // Whoever leaves may end their sign-in and complete it; that of the identity provider is its own matter.
                let expected = if ["/auth/logout", "/auth/prove"].contains(&route.path) { 409 } else { 403 };
                assert_eq!(status, expected, "{} {}", route.method, route.path);
            }
        }
    })
    .await;
}

/// Requests that began after the answer to a revocation, while others keep what is cached warm: none gets in.
#[tokio::test]
async fn c_10_nothing_works_after_the_answer_to_a_revocation() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let user = holder(app, &admin, "user_out", &["admin:read"]).await;
        let weak = json!({ "role_name": "weak", "display_name": "Weak", "permissions": ["flags:read"] });
        admin.post(ROLES, weak).await.expect(201);
        let listed = admin.get(ROLES).await.expect(200);
        let id = role_id(&listed.body, "role-of-user_out");
        let mut successes = 0;
        for round in 0..50 {
            assign(&admin, "user_out", "role-of-user_out").await.expect(200);
            user.get(ROLES).await.expect(200);
            let warming: Vec<_> = (0..4)
                .map(|_| {
                    let user = user.clone();
                    tokio::spawn(async move { while user.get(ROLES).await.status == 200 {} })
                })
                .collect();
            match round % 3 {
                0 => revoke(&admin, "user_out", "role-of-user_out").await.expect(200),
                1 => assign(&admin, "user_out", "weak").await.expect(200),
                _ => admin.patch(&format!("{ROLES}/{id}"), json!({ "is_active": false })).await.expect(200),
            };
            let asking: Vec<_> = (0..4)
                .map(|_| {
                    let user = user.clone();
                    tokio::spawn(async move { user.get(ROLES).await.status })
                })
                .collect();
            for asked in asking {
                successes += usize::from(asked.await.unwrap() != 403);
            }
            for warm in warming {
                warm.await.unwrap();
            }
            if round % 3 == 2 {
                admin.patch(&format!("{ROLES}/{id}"), json!({ "is_active": true })).await.expect(200);
            }
        }
        assert_eq!(successes, 0, "of 200 requests");
    })
    .await;
}

fn role_id(listed: &Value, name: &str) -> i64 {
    let roles = listed["roles"].as_array().unwrap();
    roles.iter().find(|role| role["role_name"] == name).unwrap()["id"].as_i64().unwrap()
}
