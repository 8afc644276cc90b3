//! The page on which a local user signs in for their command line.

use reqwest::Method;
use serde_json::json;

use super::{
    CHALLENGE, PAGE, PASSWORD, REDIRECT, VERIFIER, asked, carried, encoded, exchange, local_user, open_page, page,
    submit, submit_password,
};
use crate::support::{TestApp, on_each_backend, on_each_backend_with};

#[tokio::test]
async fn the_page_asks_who_is_there_and_says_for_whom() {
    on_each_backend(async |app: &TestApp| {
        let shown = page(open_page(&app.anonymous(), &asked(&[("state", "a\"><b&c")])).await, 200);
        for part in
            ["127.0.0.1:49152", "name=\"identifier\"", "name=\"password\"", CHALLENGE, "a&#34;&#62;&#60;b&#38;c"]
        {
            assert!(shown.text.contains(part), "{part}: {}", shown.text);
        }
        assert!(!shown.text.contains("<script") && !shown.text.contains("Continue as"), "{}", shown.text);
        let policy = shown.header("content-security-policy").unwrap();
        for part in ["style-src 'sha256-", "form-action 'self' http://127.0.0.1:49152;", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{part}: {policy}");
        }
        assert_eq!(shown.header("x-frame-options"), Some("DENY"));
        assert_eq!(shown.header("referrer-policy"), Some("same-origin"));
        assert_eq!(shown.header("cache-control"), Some("no-store"));
        assert_eq!(shown.header("x-content-type-options"), Some("nosniff"));
    })
    .await;
}

/// Requests that no command line of good will makes.
const BAD: &[(&str, &str)] = &[
    ("redirect_uri", "https://evil.example/"),
    ("redirect_uri", "http://evil.example:8080/"),
    ("redirect_uri", "http://127.0.0.1:8080@evil.example/"),
    ("redirect_uri", "http://127.0.0.1.evil.example:8080/"),
    ("redirect_uri", "http://127.0.0.1/"),
    ("redirect_uri", "http://127.0.0.1:8080/#x"),
    ("redirect_uri", "http://127.0.0.1:8080/\r\nSet-Cookie: a=b"),
    ("redirect_uri", "http://0.0.0.0:8080/"),
    ("redirect_uri", "javascript:alert(1)"),
    ("redirect_uri", "//127.0.0.1:8080/"),
    ("redirect_uri", ""),
    ("state", ""),
    ("state", "with space"),
    ("state", "line\nbreak"),
    ("state", "ümlaut"),
    ("code_challenge", ""),
    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-c"),
    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw+cM"),
    ("code_challenge", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM="),
    ("code_challenge_method", "plain"),
    ("code_challenge_method", ""),
    ("unheard_of", "x"),
];

#[tokio::test]
async fn nobody_is_sent_to_another_machine() {
    on_each_backend(async |app: &TestApp| {
        let (browser, root) = (app.anonymous(), app.super_admin().await);
        local_user(&root, "user@example.com").await;
        let long = "x".repeat(513);
        for bad in BAD.iter().copied().chain([("state", long.as_str())]) {
            page(open_page(&browser, &asked(&[bad])).await, 400);
            let with_password = asked(&[bad, ("identifier", "user@example.com"), ("password", PASSWORD)]);
            let refused = page(submit(&browser, &with_password).await, 400);
            assert!(!refused.text.contains(PASSWORD), "{}", refused.text);
        }
        for left_out in 0..4 {
            let mut some = asked(&[]);
            some.remove(left_out);
            page(open_page(&browser, &some).await, 400);
            some.extend([("identifier", "user@example.com"), ("password", PASSWORD)]);
            page(submit(&browser, &some).await, 400);
        }
        let twice = [asked(&[]), asked(&[("redirect_uri", "http://evil.example:1/")])].concat();
        page(open_page(&browser, &twice).await, 400);
        page(browser.get(PAGE).await, 400);
        page(browser.get(&format!("{PAGE}?{}&x=%00", encoded(&asked(&[])))).await, 400);
    })
    .await;
}

#[tokio::test]
async fn the_right_password_signs_the_command_line_in() {
    on_each_backend(async |app: &TestApp| {
        let (browser, root) = (app.anonymous(), app.super_admin().await);
        let id = local_user(&root, "user@example.com").await;
        for (redirect, state) in [
            (REDIRECT, "simple"),
            ("http://localhost:8080", "a&b=c#d%20e?f+g"),
            ("http://[::1]:8080/cb?from=browser&x=%20", "~-._"),
        ] {
            let form = asked(&[
                ("redirect_uri", redirect),
                ("state", state),
                ("identifier", " User@Example.com"),
                ("password", PASSWORD),
            ]);
            let reply = submit(&browser, &form).await;
            assert!(reply.header("location").unwrap().starts_with(redirect), "{:?}", reply.headers);
            assert_eq!(reply.header("referrer-policy"), Some("no-referrer"));
            assert_eq!(reply.header("cache-control"), Some("no-store"));
            let (target, code) = carried(reply);
            let told = target.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
            assert_eq!((told.as_str(), code.len()), (state, 43));
            let token = exchange(app, &code, VERIFIER).await.expect(201).body["token"].as_str().unwrap().to_owned();
            app.with_token(token).get("/v1/auth/cli-tokens/current").await.expect(200);
        }
        let log = root.get("/admin/system/audit?action=cli_token.create").await.expect(200);
        assert_eq!((&log.body["total"], &log.body["logs"][0]["actor_id"]), (&json!(3), &json!(id)));
        assert_eq!(log.body["logs"][0]["actor_email"], "user@example.com");
    })
    .await;
}

#[tokio::test]
async fn c_41_a_wrong_password_and_an_unknown_user_look_the_same() {
    on_each_backend(async |app: &TestApp| {
        let (browser, root) = (app.anonymous(), app.super_admin().await);
        local_user(&root, "user@example.com").await;
        let wrong = page(submit_password(&browser, "user@example.com", "not the password").await, 401);
        assert!(wrong.text.contains("Incorrect e-mail or password."), "{}", wrong.text);
        assert!(wrong.text.contains("value=\"user@example.com\"") && wrong.text.contains(CHALLENGE), "{}", wrong.text);
        assert!(!wrong.text.contains("not the password"), "{}", wrong.text);
        assert_eq!(wrong.header("www-authenticate"), Some("Bearer"));
        let unknown = page(submit_password(&browser, "none@example.com", PASSWORD).await, 401);
        assert_eq!(unknown.text.replace("none@", "user@"), wrong.text);
    })
    .await;
}

#[tokio::test]
async fn failures_slow_down_the_page_and_the_api_together() {
    on_each_backend(async |app: &TestApp| {
        let (browser, root) = (app.anonymous(), app.super_admin().await);
        local_user(&root, "user@example.com").await;
        let mut failures = 0;
        let slowed = loop {
            let reply = submit_password(&browser, "user@example.com", "not the password").await;
            if reply.status == 429 {
                break page(reply, 429);
            }
            page(reply, 401);
            failures += 1;
            assert!(failures < 9, "nothing slows the attempts down");
        };
        assert!(slowed.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1);
        let attempt = json!({ "identifier": "user@example.com", "password": PASSWORD });
        browser.post("/auth/login", attempt).await.refused(429);
    })
    .await;
}

#[tokio::test]
async fn attempts_are_limited_by_address_too() {
    on_each_backend_with(&["--rate-write", "3"], async |app: &TestApp| {
        let browser = app.anonymous();
        for _ in 0..3 {
            page(submit(&browser, &[]).await, 400);
        }
        let slowed = page(submit(&browser, &[]).await, 429);
        assert_eq!(slowed.header("ratelimit-limit"), Some("3"));
        assert!(slowed.header("retry-after").is_some());
    })
    .await;
}

#[tokio::test]
async fn a_form_is_a_form() {
    on_each_backend(async |app: &TestApp| {
        let browser = app.anonymous();
        for more in [
            &[][..],
            &[("identifier", "user@example.com")],
            &[("password", PASSWORD)],
            &[("continue", "1"), ("identifier", "user@example.com"), ("password", PASSWORD)],
            &[("continue", "yes")],
            &[("identifier", "a"), ("password", PASSWORD), ("admin", "1")],
            &[("identifier", "a\0"), ("password", PASSWORD)],
        ] {
            let refused = page(submit(&browser, &asked(more)).await, 400);
            assert!(!refused.text.contains(PASSWORD), "{}", refused.text);
        }
        let body = encoded(&asked(&[("identifier", "a"), ("password", "b")])).into_bytes();
        for kind in ["application/json", "text/plain", "multipart/form-data; boundary=x"] {
            page(browser.send_raw(Method::POST, PAGE, Some((kind, body.clone()))).await, 415);
        }
        let large = Some(("application/x-www-form-urlencoded", vec![b'a'; 1024 * 1024 + 1]));
        page(browser.send_raw(Method::POST, PAGE, large).await, 413);
        page(browser.send(Method::PUT, PAGE, None).await, 405);
        page(app.with_token("nonsense").get(PAGE).await, 401);
    })
    .await;
}
