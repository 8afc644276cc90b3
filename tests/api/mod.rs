//! `/api`: plans, prepaid dollars, vouchers and API keys.

mod credits;
mod decimals;
mod keys;
pub(crate) mod plans;
mod users;
mod vouchers;

use serde_json::json;

use crate::support::{Caller, Reply, TestApp};

/// Fails unless this is a refusal in the shape of `/api` with this status.
#[track_caller]
pub(crate) fn error(reply: Reply, status: u16) -> Reply {
    let reply = reply.expect(status);
    let fields = reply.body.as_object().unwrap();
    assert!(fields.len() == 1 && fields["error"].is_string(), "{}", reply.text);
    reply
}

/// `user_root`, an admin of everything.
pub(crate) async fn admin(app: &TestApp) -> Caller {
    let admin = app.super_admin().await;
    admin.get("/api/v1/me").await.expect(200);
    admin
}

/// A user who is known, with the e-mail address `ID@example.com`.
pub(crate) async fn known(app: &TestApp, id: &str) -> Caller {
    let user = app.user(id);
    user.get("/api/v1/me").await.expect(200);
    user
}

/// A key of `user_root` with both scopes.
pub(crate) async fn key(app: &TestApp, admin: &Caller) -> Caller {
    let wanted = json!({ "name": "tests", "scopes": ["admin:read", "admin:write"] });
    let minted = admin.post("/api/admin/api-keys", wanted).await.expect(201);
    app.with_token(minted.body["secret"].as_str().unwrap())
}

/// How many rows of the audit log pass a filter.
pub(crate) async fn audited(admin: &Caller, query: &str) -> u64 {
    let reply = admin.get(&format!("/admin/system/audit?{query}")).await.expect(200);
    reply.body["total"].as_u64().unwrap()
}

/// Fails unless the books of the app fit.
pub(crate) async fn fits(app: &TestApp) {
    use aedile_billing::ledger::VerifiesLedger;
    let check = app.server.runner().verify_ledger(10).await.unwrap();
    assert_eq!(check.problems, Vec::<String>::new());
}
