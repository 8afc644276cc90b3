//! `/v1`: people, their sign-ins, and the catalog.

mod abuse;
mod admins;
mod categories;
mod claims;
mod deletion;
mod directory;
mod erasure;
mod impersonation;
mod mail;
mod mail_trouble;
mod packages;
mod pages;
pub(crate) mod payments;
mod profile;
mod reviews;
mod sellers;
mod sessions;
mod sign_in;
pub(crate) mod skills;
mod takedowns;

use crate::support::{Caller, Reply, TestApp};

/// Fails unless this is a problem with this status (RFC 9457).
#[track_caller]
pub(crate) fn problem(reply: Reply, status: u16) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.header("content-type"), Some("application/problem+json"), "{}", reply.text);
    assert_eq!(reply.body["status"], status, "{}", reply.text);
    assert!(reply.body["detail"].is_string() && reply.body["code"].is_string(), "{}", reply.text);
    reply
}

/// `user_root`, an admin of the marketplace and of the admin area.
async fn admin(app: &TestApp) -> Caller {
    let admin = app.super_admin().await;
    admin.get("/v1/users/profile").await.expect(200);
    admin
}

/// A user who is known.
async fn known(app: &TestApp, id: &str) -> Caller {
    let user = app.user(id);
    user.get("/v1/users/profile").await.expect(200);
    user
}

/// How many rows of the audit log pass a filter.
async fn audited(admin: &Caller, query: &str) -> u64 {
    let reply = admin.get(&format!("/admin/system/audit?{query}")).await.expect(200);
    reply.body["total"].as_u64().unwrap()
}
