//! The documented proxies in front of a service: the files in `docs/examples` do what they say.

use serde_json::{Value, json};

use super::people::{rule, unlimited, user_of_tier};
use super::proxies::{Kind, Proxy, Service};
use crate::support::{Caller, Port, TestApp, exchange, on_each_backend_with};

/// What a client may claim of itself, also in names that services take for the same.
const CLAIMS: [(&str, &str); 12] = [
    ("X-Auth-User", "user_root"),
    ("X-Auth-Role", "super-admin"),
    ("X-Auth-Tier", "the-highest"),
    ("x-auth-user", "user_root"),
    ("X_Auth_User", "user_root"),
    ("X_Auth_Role", "super-admin"),
    ("X_Auth_Tier", "the-highest"),
    ("X-Auth_User", "user_root"),
    ("X_Auth-Role", "super-admin"),
    ("X-Auth_Tier", "the-highest"),
    ("x_auth_role", "super-admin"),
    ("X_auth-tier", "the-highest"),
];

/// No header beside the three is one that a service would take for one of them.
fn tells_nothing_else(body: &Value) {
    let names = body["headers"].as_object().unwrap().keys().map(|name| name.to_ascii_lowercase().replace('_', "-"));
    let of_callers: Vec<_> = names.filter(|name| name.starts_with("x-auth-")).collect();
    assert_eq!(of_callers.len(), 3, "{body}");
}

/// What the service was told about the caller.
fn told(body: &Value) -> [&Value; 3] {
    ["x-auth-user", "x-auth-role", "x-auth-tier"].map(|name| &body["headers"][name])
}

#[tokio::test]
async fn nginx_lets_through_whom_aedile_lets_through() {
    lets_through_whom_aedile_lets_through(Kind::Nginx).await;
}

#[tokio::test]
async fn caddy_lets_through_whom_aedile_lets_through() {
    lets_through_whom_aedile_lets_through(Kind::Caddy).await;
}

#[tokio::test]
async fn haproxy_lets_through_whom_aedile_lets_through() {
    lets_through_whom_aedile_lets_through(Kind::Haproxy).await;
}

async fn lets_through_whom_aedile_lets_through(kind: Kind) {
    let Some(program) = kind.program() else { return };
    on_each_backend_with(&["--trusted-proxies", "127.0.0.0/8"], async |app| {
        let (service, root) = (Service::start(), app.super_admin().await);
        let proxy = kind.start(&program, &app.url(), &service.url).await;
        unlimited(&root, &["anonymous", "pro"]).await;
        rule(&root, json!({ "path_pattern": "/api/reports/*", "required_tier": "pro" })).await;
        let ((free, _), (pro, pro_id)) =
            (user_of_tier(app, &root, "free").await, user_of_tier(app, &root, "pro").await);
        let [anyone, free, pro] = [app.anonymous(), free, pro].map(|caller| caller.at(&proxy.url));
        passes_and_refuses(&anyone, &free, &pro, &pro_id).await;
        what_the_client_says_counts_for_nothing(&anyone, &free, &pro, &pro_id).await;
        other_spellings_are_no_way_around(&proxy, &free).await;
        limits_and_errors(kind, app, &root, &anyone, &free).await;
        drop(proxy);
        service.stop().await;
    })
    .await;
}

async fn passes_and_refuses(anyone: &Caller, free: &Caller, pro: &Caller, pro_id: &str) {
    anyone.get("/api/reports/1").await.expect(401);
    free.get("/api/reports/1").await.expect(403);
    let passed = pro.post("/api/reports/1?x=%20y", json!({ "a": 1 })).await.expect(200).body;
    assert_eq!((passed["method"].as_str(), passed["uri"].as_str()), (Some("POST"), Some("/api/reports/1?x=%20y")));
    assert_eq!(passed["body"], r#"{"a":1}"#);
    assert_eq!(told(&passed), [pro_id, "user", "pro"]);
    let open = anyone.get("/open").await.expect(200).body;
    assert_eq!(told(&open), ["anonymous"; 3]);
    anyone.with_header("Authorization", "Bearer nonsense").get("/open").await.expect(401);
}

async fn what_the_client_says_counts_for_nothing(anyone: &Caller, free: &Caller, pro: &Caller, pro_id: &str) {
    let lying =
        |caller: &Caller| CLAIMS.iter().fold(caller.clone(), |caller, (name, value)| caller.with_header(name, value));
    let passed = lying(pro).get("/api/reports/1").await.expect(200).body;
    assert_eq!(told(&passed), [pro_id, "user", "pro"]);
    tells_nothing_else(&passed);
    let open = lying(anyone).get("/open").await.expect(200).body;
    assert_eq!(told(&open), ["anonymous"; 3]);
    tells_nothing_else(&open);
    // One claim at a time: what is not overwritten would be believed.
    for (name, value) in CLAIMS {
        for caller in [anyone, free] {
            let open = caller.with_header(name, value).get("/open").await.expect(200).body;
            assert!(!told(&open).contains(&&json!(value)), "{name}: {open}");
            tells_nothing_else(&open);
        }
    }
    // Nor what it says in the words of another proxy.
    for (name, value) in [
        ("X-Original-URI", "/open"),
        ("X-Original-URL", "/open"),
        ("X-Forwarded-Uri", "/open"),
        ("X-Original-Method", "OPTIONS"),
        ("X-Forwarded-Method", "OPTIONS"),
        ("Forwarded", "for=198.51.100.1"),
    ] {
        free.with_header(name, value).get("/api/reports/1").await.expect(403);
        anyone.with_header(name, value).get("/api/reports/1").await.expect(401);
    }
}

/// Paths as no well-behaved client would send them.
async fn other_spellings_are_no_way_around(proxy: &Proxy, free: &Caller) {
    for path in [
        "/api/%72eports/1",
        "/api/reports%2f1",
        "/api/reports;x/1",
        "//api/reports/1",
        "/open/../api/reports/1",
        "/open/%2e%2e/api/reports/1",
        "/api/./reports/1",
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n");
        let request = format!("{head}Authorization: Bearer {}\r\n\r\n", free.token());
        let answer = exchange(&proxy.url, request.into_bytes()).await;
        // Some proxies take the path apart themselves and refuse or redirect before they ask.
        let is_refused =
            ["HTTP/1.1 400", "HTTP/1.1 403", "HTTP/1.1 308"].iter().any(|status| answer.starts_with(status));
        assert!(is_refused, "{path}: {answer}");
    }
}

async fn limits_and_errors(kind: Kind, app: &TestApp, root: &Caller, anyone: &Caller, free: &Caller) {
    root.put("/admin/system/tiers/free", json!({ "rate_limit": 2 })).await.expect(200);
    free.get("/open").await.expect(200);
    free.get("/open").await.expect(200);
    let refused = free.get("/open").await.refused(429);
    assert!(refused.header("retry-after").is_some_and(|wait| wait.parse::<u64>().unwrap() >= 1), "{refused:?}");
    anyone.get("/a%2fb").await.refused(400);
    // An error of the service is its own, and not taken for one of the gateway.
    let own = anyone.get("/broken").await.expect(500);
    assert_eq!(own.text, "the service's own error");
    // Nobody reaches the question itself through nginx.
    if kind == Kind::Nginx {
        anyone.get("/_aedile").await.expect(404);
    }
    // Limits of anonymous callers are counted for who calls the proxy, and not for the proxy or what the client says.
    root.put("/admin/system/tiers/anonymous", json!({ "rate_limit": 1 })).await.expect(200);
    anyone.get("/open").await.expect(200);
    anyone.with_header("X-Forwarded-For", "198.51.100.1").get("/open").await.refused(429);
    app.anonymous().get("/health/live").await.expect(200);
}

#[tokio::test]
async fn nobody_passes_while_aedile_is_away() {
    for kind in Kind::ALL {
        let Some(program) = kind.program() else { continue };
        let service = Service::start();
        let nobody = Port::reserve();
        let proxy = kind.start(&program, &format!("http://127.0.0.1:{}", nobody.number), &service.url).await;
        let status = Caller::new(&proxy.url, None).get("/open").await.status;
        assert!(matches!(status, 502 | 503), "{kind:?}: {status}");
        drop(proxy);
        service.stop().await;
    }
}
