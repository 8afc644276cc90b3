//! What proxies say about a request, and what is refused before it is judged.

use super::people::{ask, rule, unlimited};
use crate::support::{Caller, on_each_backend};
use serde_json::json;

fn with(caller: &Caller, headers: &[(&str, &str)]) -> Caller {
    headers.iter().fold(caller.clone(), |caller, (name, value)| caller.with_header(name, value))
}

#[tokio::test]
async fn each_proxy_asks_in_its_own_words() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        rule(&root, json!({ "path_pattern": "/closed", "method": "POST", "required_tier": "free" })).await;
        let anyone = app.anonymous();
        for (method, uri) in [
            ("X-Forwarded-Method", "X-Forwarded-Uri"),
            ("X-Original-Method", "X-Original-URI"),
            ("X-Original-Method", "X-Original-URL"),
        ] {
            let ask = async |asked: &str, target: &str| {
                with(&anyone, &[(method, asked), (uri, target)]).get("/gateway/authorize").await.status
            };
            assert_eq!(ask("POST", "/closed?x=/open").await, 401, "{uri}");
            assert_eq!(ask("GET", "/closed").await, 200, "{uri}");
            assert_eq!(ask("POST", "/open?x=/closed").await, 200, "{uri}");
        }
        // Some proxies ask with the method of the request itself.
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] {
            let asking = with(&anyone, &[("X-Forwarded-Method", "POST"), ("X-Forwarded-Uri", "/closed")]);
            asking.send(method.parse().unwrap(), "/gateway/authorize", None).await.refused(401);
        }
        // The method of the asking request decides nothing, and neither do headers about other things.
        let asking = with(&anyone, &[("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/closed")]);
        asking.send(reqwest::Method::POST, "/gateway/authorize", None).await.expect(200);
        let misled = [("X-Forwarded-Host", "admin"), ("X-Forwarded-Proto", "x"), ("X-HTTP-Method-Override", "POST")];
        with(&asking, &misled).get("/gateway/authorize?page=2&x").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_34_what_is_missing_or_contradicts_itself_is_refused() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        let anyone = app.anonymous();
        let (method, uri) = (("X-Forwarded-Method", "GET"), ("X-Forwarded-Uri", "/a"));
        for headers in [
            &[][..],
            &[method],
            &[uri],
            &[method, ("X-Original-URI", "/a")],
            &[method, uri, ("X-Original-Method", "POST"), ("X-Original-URI", "/a")],
            &[method, uri, ("X-Original-Method", "GET"), ("X-Original-URI", "/b")],
            &[method, uri, ("X-Original-URI", "/a")],
            &[method, uri, ("X-Forwarded-Uri", "/a")],
            &[method, ("X-Forwarded-Method", "GET"), uri],
            &[("X-Forwarded-Method", "G ET"), uri],
            &[("X-Forwarded-Method", ""), uri],
            &[method, ("X-Forwarded-Uri", "")],
            &[method, ("X-Forwarded-Uri", "a")],
            &[("X-Original-Method", "GET"), ("X-Original-URL", "http://user@host/a")],
            &[("X-Original-Method", "GET"), ("X-Original-URL", "ftp://host/a")],
        ] {
            with(&anyone, headers).get("/gateway/authorize").await.refused(400);
        }
        let same = [method, uri, ("X-Original-Method", "GET"), ("X-Original-URI", "/a")];
        with(&anyone, &same).get("/gateway/authorize").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn c_32_a_path_that_can_be_read_in_two_ways_is_refused_or_judged_as_the_one_it_is() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        unlimited(&root, &["anonymous"]).await;
        rule(&root, json!({ "path_pattern": "/closed/*", "required_tier": "free" })).await;
        let anyone = app.anonymous();
        for unclear in [
            "/closed%2fx",
            "/closed%5cx",
            "/closed\\x",
            "/%2e%2e/closed",
            "/open/%2E%2E/closed/x",
            "/closed%00",
            "/closed%0a",
            "/closed%",
            "/closed%zz",
            "/%2563losed/x",
            "/closed;x=1/y",
            "/..;/closed/x",
            "/closed%c0%afx",
            "/closed%ff",
        ] {
            ask(&anyone, "GET", unclear).await.refused(400);
        }
        // Another spelling of the same path is never a way past its rule.
        for closed in ["/closed", "/closed/", "/closed/x", "/%63losed/x", "/closed/%78", "/closed/x?y#z", "/closed?x"] {
            let status = ask(&anyone, "GET", closed).await.status;
            assert!(matches!(status, 400 | 401), "{closed}: {status}");
        }
        for doubtful in ["//closed/x", "/open/../closed/x", "/./closed/x", "/closed//x", "/open/..//closed/x"] {
            let status = ask(&anyone, "GET", doubtful).await.status;
            assert!(matches!(status, 400 | 401), "{doubtful}: {status}");
        }
        ask(&anyone, "GET", "/open").await.expect(200);
    })
    .await;
}
