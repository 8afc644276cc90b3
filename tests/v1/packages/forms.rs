use std::time::Duration;

use reqwest::Method;
use serde_json::json;

use super::{BOUNDARY, CONTENT_TYPE, about, ada, both, field, form, kept, package, send, with};
use crate::support::{Backend, TestApp, Wire, exchange, on_each_backend};
use crate::v1::problem;

const MIB: usize = 1024 * 1024;

#[tokio::test]
async fn the_fields_come_in_any_order_and_nothing_else_does() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let (metadata, file) = (about("Hello", 0).to_string().into_bytes(), package("one"));
        let (said, packed) = (field("metadata", "", &metadata), field("package", "; filename=\"a.zip\"", &file));
        let told = async |fields: &[Vec<u8>]| send(&ada, form(fields)).await;
        for (what, fields) in [
            ("nothing", vec![]),
            ("no package", vec![said.clone()]),
            ("no metadata", vec![packed.clone()]),
            ("metadata twice", vec![said.clone(), said.clone(), packed.clone()]),
            ("the package twice", vec![said.clone(), packed.clone(), packed.clone()]),
            ("another field", vec![said.clone(), packed.clone(), field("is_admin", "", b"1")]),
            ("a field without a name", vec![said.clone(), packed.clone(), field("", "", b"1")]),
            ("a field in another case", vec![field("Metadata", "", &metadata), packed.clone()]),
            ("no JSON", vec![field("metadata", "", b"{"), packed.clone()]),
            ("a list", vec![field("metadata", "", b"[]"), packed.clone()]),
            ("deep JSON", vec![field("metadata", "", "[".repeat(60_000).as_bytes()), packed.clone()]),
            ("an empty package", vec![said.clone(), field("package", "", b"")]),
        ] {
            let reply = told(&fields).await;
            assert_eq!(reply.status, 400, "{what}: {}", reply.text);
            problem(reply, 400);
        }
        told(&[packed, said]).await.expect(201);
        assert_eq!(kept(app), 1);
    })
    .await;
}

#[tokio::test]
async fn only_forms_are_taken() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let body = both(&about("Hello", 0), &package("one"));
        for content_type in [
            "application/json",
            "application/zip",
            "multipart/mixed; boundary=a-boundary-of-the-tests",
            "text/plain",
            "application/x-www-form-urlencoded",
        ] {
            let reply = ada.send_raw(Method::POST, "/v1/skills", Some((content_type, body.clone()))).await;
            problem(reply, 415);
        }
        problem(ada.send(Method::POST, "/v1/skills", None).await, 415);
        for content_type in
            ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=other"]
        {
            let reply = ada.send_raw(Method::POST, "/v1/skills", Some((content_type, body.clone()))).await;
            problem(reply, 400);
        }
        for length in [0, 1, 40, 150, 400, body.len() - 30] {
            let reply = ada.send_raw(Method::POST, "/v1/skills", Some((CONTENT_TYPE, body[..length].to_vec()))).await;
            problem(reply, 400);
        }
        assert_eq!(kept(app), 0);
    })
    .await;
}

#[tokio::test]
async fn c_52_what_is_too_large_is_refused_as_soon_as_that_is_known() {
    on_each_backend(async |app| {
        let ada = ada(app).await;
        let large = vec![b'x'; 20 * MIB + 1];
        problem(send(&ada, both(&about("Hello", 0), &large)).await, 413);
        let wordy = with(about("Hello", 0), "description", "x".repeat(64 * 1024));
        problem(send(&ada, both(&wordy, &package("one"))).await, 413);
        let padded = [vec![b'x'; 21 * MIB], b"\r\n".to_vec(), both(&about("Hello", 0), &package("one"))].concat();
        problem(send(&ada, padded).await, 413);
        let endless_header = field("metadata", &format!("\r\nX-Long: {}", "x".repeat(1_000_000)), b"{}");
        let reply = send(&ada, form(&[endless_header])).await;
        assert!(matches!(reply.status, 400 | 413), "{}", reply.text);

        let head = |length: &str| {
            format!(
                "POST /v1/skills HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
                 Content-Type: {CONTENT_TYPE}\r\n{length}\r\n\r\n",
                ada.token()
            )
        };
        // What is announced is refused before it is sent.
        let answer = exchange(&app.url(), head("Content-Length: 30000000").into_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        // Without an announcement it is refused while it comes.
        let mut request = head("Transfer-Encoding: chunked").into_bytes();
        request.extend(
            format!("100000\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"package\"\r\n\r\n").bytes(),
        );
        request.resize(request.len() + MIB - 2 - BOUNDARY.len() - 2 - 53, b'x');
        let (url, chunk) = (app.url(), [b"\r\n100000\r\n".to_vec(), vec![b'x'; MIB]].concat());
        let answer = tokio::task::spawn_blocking(move || {
            let mut wire = Wire::to(&url);
            wire.send(&request);
            let sent = (0..1_000).take_while(|_| wire.send(&chunk)).count();
            (sent, wire.receive(Duration::from_secs(15)))
        });
        let (sent, answer) = answer.await.unwrap();
        assert!(sent < 60, "{sent} MiB were taken");
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
        assert_eq!(kept(app), 0);
        let largest = super::Archive::of([super::Item::stored("f", &vec![7; 20 * MIB - 110])]).bytes();
        assert!((20 * MIB - 100..=20 * MIB).contains(&largest.len()), "{}", largest.len());
        send(&ada, both(&about("Hello", 0), &largest)).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_form_that_stands_still_ends_after_30_seconds_and_one_that_crawls_does_not() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let ada = ada(&app).await;
    let whole = both(&about("Hello", 0), &package("one"));
    let head = format!(
        "POST /v1/skills HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\
         Content-Type: {CONTENT_TYPE}\r\nContent-Length: {}\r\n\r\n",
        ada.token(),
        whole.len()
    );
    let send_and_wait = |pieces: Vec<Vec<u8>>, pause: u64| {
        let (url, head) = (app.url(), head.clone());
        tokio::task::spawn_blocking(move || {
            let mut wire = Wire::to(&url);
            assert!(wire.send(head));
            let started = std::time::Instant::now();
            for piece in pieces {
                wire.send(piece);
                std::thread::sleep(Duration::from_secs(pause));
            }
            (wire.receive(Duration::from_secs(40)), started.elapsed().as_secs())
        })
    };
    let stalled = send_and_wait(vec![whole[..400].to_vec()], 0);
    let crawling = send_and_wait(whole.chunks(whole.len() / 5).map(<[u8]>::to_vec).collect(), 8);
    let (answer, after) = stalled.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(after >= 29, "after {after} s");
    let (answer, after) = crawling.await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert!(after >= 35, "after {after} s");
    app.stop().await;
}

#[tokio::test]
async fn nobody_uploads_more_than_three_at_once() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let ada = ada(&app).await;
    let head = format!(
        "POST /v1/skills HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {}\r\n\
         Content-Type: {CONTENT_TYPE}\r\nContent-Length: 1000\r\n\r\n--{BOUNDARY}\r\n",
        ada.token()
    );
    let url = app.url();
    // Once one of four is refused, three have their turns.
    let waiting = tokio::task::spawn_blocking(move || {
        let mut wires: Vec<Wire> = (0..4).map(|_| Wire::to(&url)).collect();
        assert!(wires.iter_mut().all(|wire| wire.send(&head)));
        let mut is_refused = |wire: &mut Wire| wire.receive_until("429", Duration::from_millis(50)).contains("429");
        assert!((0..100).any(|_| wires.iter_mut().any(&mut is_refused)), "four wait");
        wires
    });
    let waiting = waiting.await.unwrap();
    let form = both(&about("Hello", 0), &package("one"));
    let refused = problem(send(&ada, form.clone()).await, 429);
    assert_eq!(refused.header("retry-after"), Some("30"));
    drop(waiting);
    crate::support::eventually(Duration::from_secs(5), "they are gone", || async {
        let version = format!("1.0.{}", kept(&app));
        publishes(&ada, &version).await
    })
    .await;
    app.stop().await;
}

async fn publishes(ada: &crate::support::Caller, version: &str) -> bool {
    let about = with(about("Hello", 0), "version", json!(version));
    matches!(send(ada, both(&about, &package("one"))).await.status, 201 | 409)
}
