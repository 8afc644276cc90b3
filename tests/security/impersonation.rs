//! Whoever acts as a user reads, and changes almost nothing, at every entry point.

use serde_json::json;

use super::{knock, make_known};
use crate::support::{TestApp, on_each_backend};

/// What an admin may change in a user's name, and what reads by POST.
const OPEN: [&str; 2] = ["PATCH /v1/users/profile", "POST /api/v1/keys/verify"];

#[tokio::test]
async fn c_05_no_route_lets_an_admin_write_in_a_users_name() {
    on_each_backend(async |app: &TestApp| {
        let root = app.super_admin().await;
        app.user("user_ada").get("/v1/users/profile").await.expect(200);
        let begun = root.post("/v1/admin/users/user_ada/impersonate", json!({ "reason": "x" })).await.expect(201);
        let acting = app.with_token(begun.body["token"].as_str().unwrap());
        make_known(app).await;
        for route in aedile_api::routes().iter().filter(|route| route.operation.is_some()) {
            let name = format!("{} {}", route.method, route.path);
            if ["GET", "HEAD"].contains(&route.method.as_str()) || OPEN.contains(&name.as_str()) {
                continue;
            }
            let reply = knock(&acting, route).await;
            assert!([401, 403].contains(&reply.status), "{name}: {} {}", reply.status, reply.text);
        }
        acting.get("/v1/users/profile").await.expect(200);
    })
    .await;
}
