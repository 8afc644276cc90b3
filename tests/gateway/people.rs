//! Who stands at the gateway.

use serde_json::json;

use crate::support::{Caller, Reply, TestApp};

const PASSWORD: &str = "correct horse battery";

/// A signed-in local user of this tier, and their id.
pub(super) async fn user_of_tier(app: &TestApp, root: &Caller, tier: &str) -> (Caller, String) {
    let identifier = format!("{tier}@example.com");
    let new = json!({ "identifier": identifier, "password": PASSWORD, "tier": tier });
    let id = root.post("/admin/local-users", new).await.expect(201).body["user"]["id"].clone();
    let login = json!({ "identifier": identifier, "password": PASSWORD });
    let session = app.anonymous().post("/auth/login", login).await.expect(200).body;
    (app.with_token(session["token"].as_str().unwrap()), id.as_str().unwrap().to_owned())
}

/// Adds an override; returns the path of its record.
pub(super) async fn rule(root: &Caller, rule: serde_json::Value) -> String {
    let made = root.post("/admin/system/endpoints", rule).await.expect(201);
    format!("/admin/system/endpoints/{}", made.body["endpoint"]["id"])
}

/// Asks about a request as Traefik and Caddy do.
pub(super) async fn ask(caller: &Caller, method: &str, target: &str) -> Reply {
    let asking = caller.with_header("X-Forwarded-Method", method).with_header("X-Forwarded-Uri", target);
    asking.get("/gateway/authorize").await
}

/// Lets a tier ask as often as it likes.
pub(super) async fn unlimited(root: &Caller, tiers: &[&str]) {
    for tier in tiers {
        root.put(&format!("/admin/system/tiers/{tier}"), json!({ "rate_limit": 0 })).await.expect(200);
    }
}
