//! A good body for every route that takes one.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value, json};

use super::local_user;
use crate::support::{Caller, Reply};

/// A request that would succeed.
pub(super) struct Sample {
    pub(super) method: Method,
    pub(super) pattern: &'static str,
    pub(super) path: String,
    pub(super) body: Value,
}

impl Sample {
    /// Sends it with another body.
    pub(super) async fn send(&self, caller: &Caller, body: Value) -> Reply {
        caller.send(self.method.clone(), &self.path, Some(body)).await
    }

    pub(super) async fn send_text(&self, caller: &Caller, body: impl Into<Vec<u8>>) -> Reply {
        caller.send_raw(self.method.clone(), &self.path, Some(("application/json", body.into()))).await
    }

    /// The body with one field put in or in place of what was there.
    pub(super) fn with(&self, field: &str, value: Value) -> Value {
        let mut body = self.body.clone();
        body[field] = value;
        body
    }

    /// What to call it in a failure.
    pub(super) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

async fn made(admin: &Caller, path: &str, name: &str, body: Value) -> String {
    let reply = admin.post(path, body).await.expect(201);
    let id = &reply.body[name]["id"];
    format!("{path}/{}", id.as_str().map_or_else(|| id.to_string(), str::to_owned))
}

/// One for each route of the admin area that takes a body, with what they are about made.
pub(super) async fn samples(admin: &Caller) -> Vec<Sample> {
    let role = json!({ "role_name": "sample", "display_name": "Sample", "permissions": ["admin:read"] });
    let role = made(admin, "/admin/system/roles", "role", role).await;
    let endpoint = made(admin, "/admin/system/endpoints", "endpoint", json!({ "path_pattern": "/sample/*" })).await;
    let flag = made(admin, "/admin/system/flags", "flag", json!({ "flag_name": "sample" })).await;
    let news = json!({ "title": "Sample", "body": "Body" });
    let news = made(admin, "/admin/system/announcements", "announcement", news).await;
    let user = format!("/admin/local-users/{}", local_user(admin, "sample@example.com", "user").await);
    let invitation = json!({ "identifier": "invited-before@example.com" });
    let invitation = made(admin, "/admin/invitations", "invitation", invitation).await;
    let assignment = json!({ "clerk_user_id": "user_sample", "role_name": "viewer" });

    let sample = |method, pattern, path: &str, body| Sample { method, pattern, path: path.to_owned(), body };
    let post = |path: &'static str, body| sample(Method::POST, path, path, body);
    let all = vec![
        post(
            "/admin/system/roles",
            json!({ "role_name": "new", "display_name": "New", "description": "D", "permissions": ["admin:read"] }),
        ),
        sample(
            Method::PATCH,
            "/admin/system/roles/{id}",
            &role,
            json!({ "display_name": "Changed", "description": "D", "permissions": ["flags:read"] }),
        ),
        post("/admin/system/roles/assign", assignment.clone()),
        sample(Method::DELETE, "/admin/system/roles/revoke", "/admin/system/roles/revoke", assignment),
        sample(
            Method::PUT,
            "/admin/system/tiers/{name}",
            "/admin/system/tiers/pro",
            json!({ "rate_limit": 500, "display_name": "Pro", "description": "D", "features": { "maxSources": 100 } }),
        ),
        sample(
            Method::PUT,
            "/admin/system/scopes/{name}",
            "/admin/system/scopes/compile",
            json!({ "display_name": "Compile", "description": "D", "required_tier": "pro" }),
        ),
        post(
            "/admin/system/endpoints",
            json!({ "path_pattern": "/new/*", "method": "GET", "required_tier": "pro", "required_scopes": ["rules"] }),
        ),
        sample(
            Method::PUT,
            "/admin/system/endpoints/{id}",
            &endpoint,
            json!({ "required_tier": "free", "required_scopes": ["compile"] }),
        ),
        post(
            "/admin/system/flags",
            json!({
                "flag_name": "new", "rollout_percentage": 10, "description": "D",
                "target_tiers": ["pro"], "target_users": ["user_a"],
            }),
        ),
        sample(
            Method::PATCH,
            "/admin/system/flags/{id}",
            &flag,
            json!({ "description": "D", "target_tiers": ["pro"], "target_users": ["user_a"] }),
        ),
        post(
            "/admin/system/announcements",
            json!({ "title": "New", "body": "Body", "severity": "info", "active_until": "2099-01-01T00:00:00Z" }),
        ),
        sample(
            Method::PATCH,
            "/admin/system/announcements/{id}",
            &news,
            json!({ "title": "Changed", "body": "Body", "severity": "error", "active_from": "2025-01-01T00:00:00Z" }),
        ),
        post(
            "/admin/local-users",
            json!({ "identifier": "new@example.com", "password": "correct horse", "role": "user", "tier": "pro" }),
        ),
        sample(Method::PATCH, "/admin/local-users/{id}", &user, json!({ "role": "user", "tier": "pro" })),
        post(
            "/admin/invitations",
            json!({ "identifier": "invited@example.com", "tier": "pro", "role_name": "viewer" }),
        ),
        sample(
            Method::POST,
            "/admin/invitations/{id}/resend",
            &format!("{invitation}/resend"),
            json!({ "send_mail": false }),
        ),
        sample(
            Method::POST,
            "/admin/local-users/{id}/password-reset",
            &format!("{user}/password-reset"),
            json!({ "send_mail": false }),
        ),
    ];
    let takes_body = |route: &aedile_api::RouteDescription| {
        route.operation.is_some_and(|name| name == "role.revoke") || !["GET", "DELETE"].contains(&route.method.as_str())
    };
    let sampled: BTreeSet<String> = all.iter().map(|sample| format!("{} {}", sample.method, sample.pattern)).collect();
    let there: BTreeSet<String> = aedile_api::routes()
        .iter()
        .filter(|route| route.path.starts_with("/admin") && route.operation.is_some() && takes_body(route))
        .map(|route| format!("{} {}", route.method, route.path))
        .collect();
    assert_eq!(sampled, there, "a route that takes a body has no sample");
    all
}
