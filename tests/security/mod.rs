//! Attacks from outside: forged credentials, hostile input, ways around a permission, and mix-ups under load.
//!
//! Tests named `c_NN` stand for a weakness that a system of this kind was broken by.

mod admin_networks;
mod alerts;
mod bodies;
mod credentials;
mod escalation;
mod forged;
mod growth;
mod impersonation;
mod late;
mod mixing;
mod newcomers;
mod queries;
mod revocation;
mod samples;
mod stale;

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, Reply, TestApp};

const PASSWORD: &str = "correct horse battery";

/// Calls a route of the table with an empty body, and ids that nothing has.
async fn knock(caller: &Caller, route: &aedile_api::RouteDescription) -> Reply {
    let path = route.path.replace("{id}", "999999").replace("{name}", "unheard-of").replace("{user_id}", "user_x");
    let method = Method::from_bytes(route.method.as_bytes()).unwrap();
    let has_body = !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS);
    caller.send(method, &path.replace("{key}", "k"), has_body.then(|| json!({}))).await
}

/// Percent-encodes everything but letters and digits.
fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        if byte.is_ascii_alphanumeric() {
            all.push(char::from(byte));
        } else {
            write!(all, "%{byte:02X}").unwrap();
        }
        all
    })
}

/// How many audit rows there are that a query finds.
async fn rows(admin: &Caller, query: &str) -> u64 {
    let reply = admin.get(&format!("/admin/system/audit?limit=1&{query}")).await.expect(200);
    reply.body["total"].as_u64().unwrap()
}

/// Makes a local user, and gives their id.
async fn local_user(admin: &Caller, identifier: &str, role: &str) -> String {
    let new = json!({ "identifier": identifier, "password": PASSWORD, "role": role });
    let made = admin.post("/admin/local-users", new).await.expect(201);
    made.body["user"]["id"].as_str().unwrap().to_owned()
}

/// Signs a local user in.
async fn sign_in(app: &TestApp, identifier: &str) -> Caller {
    let attempt = json!({ "identifier": identifier, "password": PASSWORD });
    let reply = app.anonymous().post("/auth/login", attempt).await.expect(200);
    app.with_token(reply.body["token"].as_str().unwrap())
}

/// Somebody with the admin claim and a role of exactly these permissions, named after them.
async fn holder(app: &TestApp, admin: &Caller, user: &str, permissions: &[&str]) -> Caller {
    let role = format!("role-of-{user}");
    let new = json!({ "role_name": role, "display_name": role, "permissions": permissions });
    admin.post("/admin/system/roles", new).await.expect(201);
    assign(admin, user, &role).await.expect(200);
    app.claimed_admin(user)
}

async fn assign(by: &Caller, user: &str, role: &str) -> Reply {
    by.post("/admin/system/roles/assign", json!({ "clerk_user_id": user, "role_name": role })).await
}

async fn revoke(by: &Caller, user: &str, role: &str) -> Reply {
    let body = json!({ "clerk_user_id": user, "role_name": role });
    by.send(Method::DELETE, "/admin/system/roles/revoke", Some(body)).await
}

/// Everything that decides who may do what.
async fn rights(admin: &Caller) -> Vec<Value> {
    let mut all = Vec::new();
    for path in ["/admin/system/roles", "/admin/system/roles/assignments", "/admin/local-users"] {
        all.push(admin.get(path).await.expect(200).body);
    }
    all
}

/// What SQL beside the server changed is known to it at once, as after a change through it.
async fn make_known(app: &TestApp) {
    static NUMBER: AtomicUsize = AtomicUsize::new(0);
    app.assign(&format!("user_bystander_{}", NUMBER.fetch_add(1, Ordering::Relaxed)), "viewer").await;
}
