//! OpenFeature's own client for Python understands what the server answers.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::flags::{make_flags, pro};
use crate::support::{needed, on_each_backend, on_each_backend_with};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/ofrep/client.py");

/// What the client makes of each case.
async fn evaluate(python: &str, url: &str, cases: Vec<Value>) -> Vec<Value> {
    let task = json!({ "url": url, "cases": cases }).to_string();
    let mut command = Command::new(python);
    command.arg(SCRIPT).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(task.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn decided(value: bool, reason: &str) -> Value {
    json!({ "value": value, "reason": reason, "variant": if value { "on" } else { "off" }, "error": null })
}

fn failed(default: impl Into<Value>, code: &str) -> Value {
    json!({ "value": default.into(), "reason": "ERROR", "variant": null, "error": code })
}

#[tokio::test]
async fn openfeatures_own_client_gets_what_was_decided() {
    let Some(python) = needed("AEDILE_TEST_OPENFEATURE") else { return };
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        make_flags(&root).await;
        let (ada, reader) = (app.user("user_ada"), app.with_role("viewer").await);
        let (ada, reader, pro) = (ada.token(), reader.token(), pro(app, &root).await);
        let case = |flag: &str| json!({ "flag": flag });
        let of = |token: &str, flag: &str| json!({ "flag": flag, "token": token });
        let keyed = |token: &str, flag: &str, key: &str| json!({ "flag": flag, "token": token, "key": key });
        let attributes = json!({ "plan": "team", "seats": 7, "nested": { "a": [1, null] } });
        let cases = [
            (case("everybody"), decided(true, "STATIC")),
            (case("for-pro"), decided(false, "DEFAULT")),
            (case("switched-off"), decided(false, "DISABLED")),
            (of(ada, "for-ada"), decided(true, "TARGETING_MATCH")),
            (keyed(ada, "for-ada", "user_ada"), decided(true, "TARGETING_MATCH")),
            (json!({ "flag": "for-ada", "token": ada, "attributes": attributes }), decided(true, "TARGETING_MATCH")),
            (of(pro.token(), "for-pro"), decided(true, "TARGETING_MATCH")),
            (keyed(reader, "new-parser-v2", "user_2abc123"), decided(true, "SPLIT")),
            (keyed(reader, "new-parser-v2", "user_2xyz789"), decided(false, "SPLIT")),
            (case("nothing"), failed(false, "FLAG_NOT_FOUND")),
            (json!({ "flag": "nothing", "default": true }), failed(true, "FLAG_NOT_FOUND")),
            (json!({ "flag": "everybody", "type": "string" }), failed("the default", "TYPE_MISMATCH")),
            (of("nonsense", "everybody"), failed(false, "GENERAL")),
            (keyed(ada, "everybody", "user_bob"), failed(false, "GENERAL")),
            (
                json!({ "flag": "everybody", "token": reader, "attributes": { "tier": 7 } }),
                failed(false, "INVALID_CONTEXT"),
            ),
        ];
        let asked = cases.iter().map(|(case, _)| case.clone()).collect();
        let answers = evaluate(&python, &app.url(), asked).await;
        for ((case, expected), answer) in cases.iter().zip(&answers) {
            assert_eq!(answer, expected, "{case}");
        }
        assert_eq!(answers.len(), cases.len());
    })
    .await;
}

#[tokio::test]
async fn it_falls_back_to_its_default_when_it_asked_too_often() {
    let Some(python) = needed("AEDILE_TEST_OPENFEATURE") else { return };
    on_each_backend_with(&["--rate-public-read", "1"], async |app| {
        make_flags(&app.super_admin().await).await;
        let answers = evaluate(&python, &app.url(), vec![json!({ "flag": "everybody" }); 2]).await;
        assert_eq!(answers, [decided(true, "STATIC"), failed(false, "GENERAL")]);
    })
    .await;
}
