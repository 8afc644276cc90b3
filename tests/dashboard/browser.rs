//! The pages in a real browser, on a demo.

use std::io::Write;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Backend, Binary, TestDatabase, needed};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/dashboard/browser.py");

#[tokio::test]
async fn an_operator_works_with_it_in_a_browser() {
    let Some(python) = needed("AEDILE_TEST_BROWSER") else { return };
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        let server = binary.serve(&["--demo", "--rate-admin", "0", "--rate-public-read", "0"]).await;
        let printed = server.stdout();
        let password = printed.split("password: ").nth(1).unwrap().split('\n').next().unwrap();
        let task = json!({
            "url": server.url, "identifier": "admin@demo.example", "password": password, "chromium": "/usr/bin/chromium",
        });
        drive(&python, task).await;
    }
}

async fn drive(python: &str, task: Value) {
    let mut command = Command::new(python);
    command.arg(SCRIPT).stdin(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(task.to_string().as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
