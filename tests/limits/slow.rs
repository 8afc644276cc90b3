//! Clients that take their time.

use std::time::{Duration, Instant};

use crate::support::{Backend, TestApp, Wire};

/// Sends `bytes` one a second until the server has had enough; returns its answer and when it came.
fn drip(url: &str, head: &str, bytes: &str) -> (String, Duration) {
    let mut wire = Wire::to(url);
    assert!(wire.send(head));
    let started = Instant::now();
    for byte in bytes.bytes() {
        if !wire.send([byte]) {
            return (String::new(), started.elapsed());
        }
        let answer = wire.receive_until("\r\n\r\n", Duration::from_secs(1));
        if !answer.is_empty() {
            return (answer, started.elapsed());
        }
    }
    (wire.receive(Duration::from_secs(5)), started.elapsed())
}

/// Sends a body, slowly.
fn slow_body(url: &str, token: &str) {
    let head = format!(
        "POST /admin/system/flags HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    );
    let (answer, after) = drip(url, &head, &format!("{{\"flag_name\": \"{}\"}}", "x".repeat(480)));
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(after.as_secs() >= 29, "after {after:?}");
}

/// Sends headers, slowly.
fn slow_headers(url: &str) {
    let rest = format!("Host: test\r\nX-Slow: {}\r\n\r\n", "x".repeat(40));
    let (answer, after) = drip(url, "GET /v1/flags HTTP/1.1\r\n", &rest);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(after.as_secs() >= 29, "after {after:?}");
}

#[tokio::test]
async fn a_body_has_30_seconds_and_so_have_headers() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let (url, token) = (app.url(), app.super_admin().await.token().to_owned());
    let headers = tokio::task::spawn_blocking({
        let url = url.clone();
        move || slow_headers(&url)
    });
    let body = tokio::task::spawn_blocking(move || slow_body(&url, &token));
    headers.await.unwrap();
    body.await.unwrap();
    app.stop().await;
}
