//! Bodies that are too large, too deep or no JSON.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Caller, exchange, on_each_backend};

const MEBIBYTE: usize = 1024 * 1024;
const FLAGS: &str = "/admin/system/flags";

/// A flag padded to so many bytes.
fn flag_of(name: &str, bytes: usize) -> Vec<u8> {
    let mut body = json!({ "flag_name": name }).to_string().into_bytes();
    body.resize(bytes, b' ');
    body
}

/// A request to make a flag, with these headers and this body, by hand.
fn by_hand(token: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {FLAGS} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\n{headers}\r\n\r\n"
    );
    [head.as_bytes(), body].concat()
}

fn in_chunks(body: &[u8]) -> Vec<u8> {
    let mut sent = Vec::new();
    for chunk in body.chunks(64 * 1024) {
        sent.extend_from_slice(format!("{:x}\r\n", chunk.len()).as_bytes());
        sent.extend_from_slice(chunk);
        sent.extend_from_slice(b"\r\n");
    }
    sent.extend_from_slice(b"0\r\n\r\n");
    sent
}

#[tokio::test]
async fn c_52_a_body_may_have_one_mebibyte_and_not_a_byte_more() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        let post = async |name: &str, bytes: usize| {
            let body = Some(("application/json", flag_of(name, bytes)));
            admin.send_raw(Method::POST, FLAGS, body).await
        };
        post("just-fits", MEBIBYTE).await.expect(201);
        assert_eq!(post("too-large", MEBIBYTE + 1).await.refused(413).body["code"], "too_large");

        let (url, token) = (app.url(), admin.token());
        let status = async |headers: &str, body: &[u8]| {
            let answer = exchange(&url, by_hand(token, headers, body)).await;
            answer.split(' ').nth(1).and_then(|status| status.parse::<u16>().ok())
        };
        let chunked = "Transfer-Encoding: chunked";
        assert_eq!(status(chunked, &in_chunks(&flag_of("chunked", MEBIBYTE))).await, Some(201));
        assert_eq!(status(chunked, &in_chunks(&flag_of("chunked-too-large", MEBIBYTE + 1))).await, Some(413));
        // What is announced is refused before it is sent.
        assert_eq!(status("Content-Length: 1048577", b"").await, Some(413));
        assert_eq!(status("Content-Length: 99999999999999999", b"").await, Some(413));
        // Who says less than they send has sent a broken document, and something else after it.
        assert_eq!(status("Content-Length: 9", &flag_of("short", 64)).await, Some(400));
        for headers in [
            "Content-Length: -1",
            "Content-Length: canary",
            "Content-Length: 20\r\nContent-Length: 21",
            "Content-Length: 20\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: gzip, chunked, chunked",
        ] {
            assert_eq!(status(headers, &flag_of("unclear", 20)).await, Some(400), "{headers}");
        }
        assert_eq!(status(chunked, b"zz\r\n{}\r\n0\r\n\r\n").await, Some(400));
        let flags = admin.get(FLAGS).await.expect(200);
        assert_eq!(flags.body["total"], 2, "{}", flags.text);
    })
    .await;
}

fn nested(levels: usize) -> String {
    format!("{}1{}", "[".repeat(levels), "]".repeat(levels))
}

#[tokio::test]
async fn c_53_json_may_be_nested_32_levels_deep() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        let put = async |body: String| {
            let body = Some(("application/json", body.into_bytes()));
            admin.send_raw(Method::PUT, "/admin/system/tiers/pro", body).await
        };
        let features = |levels: usize| format!(r#"{{"features": {{"x": {}}}}}"#, nested(levels - 2));
        put(features(32)).await.expect(200);
        for levels in [33, 34, 127, 128, 500_000] {
            let reply = put(features(levels)).await.refused(400);
            assert!(reply.text.contains("32 levels"), "{levels}: {}", reply.text);
        }
        put("[".repeat(100_000)).await.refused(400);
        admin.get("/admin/system/tiers").await.expect(200);
    })
    .await;
}

/// Everybody who takes a body, and a caller who may send one.
const TAKERS: [(&str, &str); 5] = [
    ("POST", "/admin/system/flags"),
    ("PUT", "/admin/system/tiers/pro"),
    ("PATCH", "/admin/system/roles/1"),
    ("POST", "/admin/local-users"),
    ("POST", "/auth/login"),
];

async fn send(admin: &Caller, (method, path): (&str, &str), content_type: &str, body: &[u8]) -> crate::support::Reply {
    admin.send_raw(method.parse().unwrap(), path, Some((content_type, body.to_vec()))).await
}

#[tokio::test]
async fn what_is_no_json_is_refused_everywhere() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        for taker in TAKERS {
            for content_type in
                ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "text/json", ""]
            {
                let reply = send(&admin, taker, content_type, b"{}").await.refused(415);
                assert_eq!(reply.body["code"], "unsupported_media_type");
            }
            let bad: [&[u8]; 14] = [
                b"",
                b"{",
                b"[]",
                b"{}x",
                b"nul",
                b"null",
                b"7",
                b"\"x\"",
                b"{'a':1}",
                b"\xff\xfe",
                b"{\"a\":\"\xff\"}",
                b"\xef\xbb\xbf{}",
                b"{\"flag_name\":\"a\",}",
                b"{\"nobody\":\"knows this field\"}",
            ];
            for body in bad {
                let reply = send(&admin, taker, "application/json", body).await.refused(400);
                assert_eq!(reply.body["code"], "invalid", "{taker:?} {body:?}");
            }
        }
        let twice = br#"{"flag_name":"one","flag_name":"two"}"#;
        send(&admin, TAKERS[0], "application/json", twice).await.refused(400);
        let named = send(&admin, TAKERS[0], "application/json; charset=utf-8", br#"{"flag_name":"one"}"#).await;
        assert_eq!(named.expect(201).body["flag"]["flag_name"], "one");
        assert_eq!(admin.get(FLAGS).await.body["total"], 1);
        // OpenFeature's protocol has names of its own for this.
        let ofrep = ("POST", "/ofrep/v1/evaluate/flags/one");
        assert_eq!(send(&admin, ofrep, "application/json", b"{").await.expect(400).body["errorCode"], "PARSE_ERROR");
        assert_eq!(send(&admin, ofrep, "text/plain", b"{}").await.expect(415).body["errorCode"], "GENERAL");
        let deep = send(&admin, ofrep, "application/json", nested(40).as_bytes()).await.expect(400);
        assert_eq!(deep.body["errorCode"], "PARSE_ERROR");
    })
    .await;
}

#[tokio::test]
async fn nobody_without_rights_gets_a_body_read() {
    on_each_backend(async |app| {
        let body = Some(("application/json", flag_of("x", 3 * MEBIBYTE)));
        let reply = app.user("user_ada").send_raw(Method::POST, FLAGS, body.clone()).await.refused(403);
        assert_ne!(reply.body["code"], Value::Null);
        let url = app.url();
        let anonymous = by_hand("nobody", "Content-Length: 900000", b"");
        let answer = exchange(&url, anonymous).await;
        assert!(answer.starts_with("HTTP/1.1 401"), "answered before the body came: {answer}");
    })
    .await;
}
