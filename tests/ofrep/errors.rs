//! What can't be decided.

use reqwest::Method;
use serde_json::{Value, json};

use super::flags::{EVALUATE, make_flags};
use crate::support::{Caller, Reply, on_each_backend, on_each_backend_with};

/// Fails unless this is an error of the protocol with this code.
#[track_caller]
fn error(reply: Reply, status: u16, code: &str) -> Reply {
    let reply = reply.expect(status);
    assert_eq!(reply.body["errorCode"], code, "{}", reply.text);
    assert!(reply.body["errorDetails"].as_str().is_some_and(|details| !details.is_empty()), "{}", reply.text);
    reply
}

async fn raw(caller: &Caller, path: &str, body: &str) -> Reply {
    caller.send_raw(Method::POST, path, Some(("application/json", body.as_bytes().to_vec()))).await
}

#[tokio::test]
async fn each_error_has_its_code() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        make_flags(&root).await;
        let (ada, one) = (app.user("user_ada"), format!("{EVALUATE}/everybody"));
        let absent = error(ada.post(&format!("{EVALUATE}/nothing"), json!({})).await, 404, "FLAG_NOT_FOUND");
        assert_eq!(absent.body["key"], "nothing");
        error(ada.post(&format!("{EVALUATE}/a%20b"), json!({})).await, 404, "FLAG_NOT_FOUND");
        for path in [EVALUATE, &one] {
            for body in ["", "{", "[]", "7", "null", "\"x\""] {
                error(raw(&ada, path, body).await, 400, "PARSE_ERROR");
            }
            for context in
                [json!(null), json!([]), json!("x"), json!({ "targetingKey": 7 }), json!({ "targetingKey": {} })]
            {
                error(ada.post(path, json!({ "context": context })).await, 400, "INVALID_CONTEXT");
            }
            let key = json!({ "context": { "targetingKey": "user_bob" } });
            error(app.anonymous().post(path, key.clone()).await, 401, "GENERAL");
            error(ada.post(path, key.clone()).await, 403, "GENERAL");
            error(app.claimed_admin("user_cy").post(path, key.clone()).await, 403, "GENERAL");
            error(app.with_token("nonsense").post(path, json!({})).await, 401, "GENERAL");
            root.post(path, key).await.expect(200);
        }
        assert_eq!(raw(&ada, &one, "[]").await.body["key"], "everybody");
        assert_eq!(raw(&ada, EVALUATE, "[]").await.body["key"], Value::Null);
    })
    .await;
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    on_each_backend_with(&["--rate-public-read", "2"], async |app| {
        let ada = app.user("user_ada");
        for _ in 0..2 {
            ada.post(EVALUATE, json!({})).await.expect(200);
        }
        let refused = error(ada.post(EVALUATE, json!({})).await, 429, "GENERAL");
        assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() >= 1));
        app.user("user_bob").post(EVALUATE, json!({})).await.expect(200);
    })
    .await;
}
