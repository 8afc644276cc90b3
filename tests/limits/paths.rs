//! Paths and methods that are not there, in each family's words.

use reqwest::Method;

use crate::support::{Reply, on_each_backend};

/// Whether a refusal has a family's shape.
type Fits = fn(&Reply) -> bool;

const CONTROL: Fits = |reply| reply.body["success"] == false && reply.body["code"].is_string();
const PROBLEM: Fits = |reply| {
    let is_problem = reply.header("content-type") == Some("application/problem+json");
    is_problem && reply.body["status"] == reply.status && reply.body["code"].is_string()
};
const OFREP: Fits = |reply| reply.body["errorCode"] == "GENERAL" && reply.body["errorDetails"].is_string();

#[tokio::test]
async fn what_is_not_there_is_told_in_the_familys_shape() {
    let unknown: [(&str, Fits); 7] = [
        ("/admin/system/nothing", CONTROL),
        ("/auth/nowhere", CONTROL),
        ("/gateway/nothing", CONTROL),
        ("/v1/nothing", PROBLEM),
        ("/nothing", PROBLEM),
        ("/ofrep/v2/evaluate/flags", OFREP),
        ("/ofrep/v1/evaluate/flags/a/b", OFREP),
    ];
    let methods: [(Method, &str, Fits, &str); 6] = [
        (Method::DELETE, "/admin/system/flags", CONTROL, "GET, POST"),
        (Method::POST, "/admin/local-users/1", CONTROL, "GET, PATCH, DELETE"),
        (Method::GET, "/auth/login", CONTROL, "POST"),
        (Method::TRACE, "/gateway/authorize", CONTROL, "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        (Method::POST, "/v1/flags", PROBLEM, "GET"),
        (Method::GET, "/ofrep/v1/evaluate/flags", OFREP, "POST"),
    ];
    on_each_backend(async |app| {
        let callers = [app.anonymous(), app.user("user_ada"), app.super_admin().await];
        for caller in &callers {
            for (path, is_its_shape) in unknown {
                let reply = caller.get(path).await.expect(404);
                assert!(is_its_shape(&reply), "{path}: {}", reply.text);
            }
            for (method, path, is_its_shape, allowed) in &methods {
                let reply = caller.send(method.clone(), path, None).await.expect(405);
                assert!(is_its_shape(&reply), "{method} {path}: {}", reply.text);
                assert_eq!(reply.header("allow"), Some(*allowed), "{method} {path}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_32_a_needless_spelling_reaches_nothing() {
    on_each_backend(async |app| {
        let (admin, url) = (app.super_admin().await, app.url());
        for path in [
            "/%61dmin/system/roles",
            "//admin/system/roles",
            "/admin//system/roles",
            "/admin/./system/roles",
            "/admin/system/../system/roles",
            "/admin/system/roles;x=1",
            "/admin%2fsystem/roles",
            "/admin/system\\roles",
        ] {
            let request = format!(
                "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\nAuthorization: Bearer {}\r\n\r\n",
                admin.token()
            );
            let answer = crate::support::exchange(&url, request.into_bytes()).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
            assert!(!answer.contains("super-admin"), "{path}: {answer}");
        }
    })
    .await;
}
