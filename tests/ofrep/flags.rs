//! Flags that decide in every way there is.

use serde_json::{Value, json};

use crate::support::{Caller, TestApp};

pub(super) const EVALUATE: &str = "/ofrep/v1/evaluate/flags";

/// A flag for each reason.
pub(super) async fn make_flags(root: &Caller) {
    for flag in [
        json!({ "flag_name": "everybody", "enabled": true }),
        json!({ "flag_name": "nobody", "enabled": true, "rollout_percentage": 0 }),
        json!({ "flag_name": "switched-off", "enabled": false, "target_users": ["user_ada"] }),
        json!({ "flag_name": "for-ada", "enabled": true, "rollout_percentage": 0, "target_users": ["user_ada"] }),
        json!({ "flag_name": "for-pro", "enabled": true, "target_tiers": ["pro"] }),
        json!({ "flag_name": "new-parser-v2", "enabled": true, "rollout_percentage": 25 }),
    ] {
        root.post("/admin/system/flags", flag).await.expect(201);
    }
}

/// Evaluates one flag; returns value, reason and variant.
pub(super) async fn one(caller: &Caller, flag: &str, context: Value) -> [Value; 3] {
    let reply = caller.post(&format!("{EVALUATE}/{flag}"), json!({ "context": context })).await.expect(200);
    assert_eq!((&reply.body["key"], &reply.body["metadata"]), (&json!(flag), &json!({})), "{}", reply.text);
    ["value", "reason", "variant"].map(|name| reply.body[name].clone())
}

/// A local user of the tier pro.
pub(super) async fn pro(app: &TestApp, root: &Caller) -> Caller {
    let local = json!({ "identifier": "pro@example.com", "password": "correct horse battery", "tier": "pro" });
    root.post("/admin/local-users", local).await.expect(201);
    let login = json!({ "identifier": "pro@example.com", "password": "correct horse battery" });
    let session = app.anonymous().post("/auth/login", login).await.expect(200).body;
    app.with_token(session["token"].as_str().unwrap())
}
