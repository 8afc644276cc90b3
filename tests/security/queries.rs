//! Filters, sorts, cursors and headers that try to say more than they may.

use reqwest::Method;
use serde_json::json;

use super::{encoded, holder, local_user};
use crate::support::{Caller, Reply, TestApp, on_each_backend};

const INJECTIONS: [&str; 19] = [
    "\0",
    "a\0b",
    "a\u{1b}[31m\u{7f}\u{85}b",
    "'",
    "''",
    "' OR '1'='1",
    "' OR 1=1 --",
    "x') OR ('1'='1",
    "'; DROP TABLE roles; --",
    "' UNION SELECT password_hash FROM local_users --",
    "\" OR \"\"=\"",
    "1; SELECT pg_sleep(5)",
    "'||(SELECT password_hash FROM local_users LIMIT 1)||'",
    "%",
    "_",
    "user\\_root",
    "$1",
    "?1",
    "{\"$ne\":null}",
];

const LISTS: [(&str, &str); 9] = [
    ("/admin/system/audit", "logs"),
    ("/admin/system/flags", "flags"),
    ("/admin/system/announcements", "announcements"),
    ("/admin/local-users", "users"),
    ("/admin/system/roles/assignments", "assignments"),
    ("/admin/system/roles", "roles"),
    ("/admin/system/tiers", "tiers"),
    ("/admin/system/scopes", "scopes"),
    ("/admin/system/endpoints", "endpoints"),
];

#[tokio::test]
async fn c_45_a_filter_is_a_value_and_nothing_else() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        local_user(&admin, "somebody@example.com", "user").await;
        for text in INJECTIONS {
            let value = encoded(text);
            for (path, filter, name) in [
                ("/admin/system/audit", "actor_id", "logs"),
                ("/admin/system/audit", "action", "logs"),
                ("/admin/system/audit", "resource_type", "logs"),
                ("/admin/system/audit", "resource_id", "logs"),
                ("/admin/system/roles/assignments", "clerk_user_id", "assignments"),
                ("/admin/system/roles/assignments", "role_name", "assignments"),
            ] {
                let reply = admin.get(&format!("{path}?{filter}={value}")).await;
                let finds_nothing = reply.status == 200 && reply.body[name] == json!([]);
                assert!(finds_nothing || reply.status == 400, "{path} {filter}={text}: {}", reply.text);
            }
            for filter in ["status", "since", "until", "limit", "offset", "cursor"] {
                let reply = admin.get(&format!("/admin/system/audit?{filter}={value}")).await;
                assert_eq!(reply.status, 400, "{filter}={text}: {}", reply.text);
            }
            admin.get(&format!("/admin/usage/user_root?days={value}")).await.refused(400);
        }
        assert_eq!(admin.get("/admin/system/roles").await.expect(200).body["roles"].as_array().unwrap().len(), 3);
    })
    .await;
}

#[tokio::test]
async fn c_45_a_name_in_a_path_is_a_value_and_nothing_else() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let before = admin.get("/admin/system/tiers").await.expect(200).text;
        for text in INJECTIONS {
            let value = encoded(text);
            for (method, path) in [
                (Method::PUT, "/admin/system/tiers/"),
                (Method::DELETE, "/admin/system/tiers/"),
                (Method::PUT, "/admin/system/scopes/"),
                (Method::DELETE, "/admin/system/scopes/"),
                (Method::PATCH, "/admin/system/roles/"),
                (Method::DELETE, "/admin/system/flags/"),
                (Method::GET, "/admin/local-users/"),
                (Method::DELETE, "/admin/local-users/"),
            ] {
                let body = (method != Method::GET).then(|| json!({ "display_name": "X" }));
                let reply = admin.send(method.clone(), &format!("{path}{value}"), body).await;
                assert!([400, 404].contains(&reply.status), "{method} {path}{text}: {}", reply.text);
            }
            let reply = admin.get(&format!("/admin/usage/{value}")).await;
            let has_none = reply.status == 200 && reply.body["total"]["count"] == 0;
            assert!(has_none || [400, 404].contains(&reply.status), "usage of {text}: {}", reply.text);
        }
        assert_eq!(admin.get("/admin/system/tiers").await.expect(200).text, before);
    })
    .await;
}

#[tokio::test]
async fn c_18_c_46_nothing_is_sorted_or_searched_by_what_is_not_listed() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for (path, name) in LISTS {
            for query in [
                "sort=id",
                "sort_by=password_hash",
                "order=asc",
                "order_by=id",
                "sort_order=desc",
                "q=a",
                "search=a",
                "filter=id",
                "where=1%3D1",
                "fields=password_hash",
                "select=*",
                "include=password_hash",
                "expand=users",
                "password_hash=x",
                "email=x",
                "%00=1",
            ] {
                let reply = admin.get(&format!("{path}?{query}")).await;
                // A list that takes no query at all may leave it unread.
                let is_unread = reply.status == 200 && reply.body[name].is_array() && reply.body["limit"].is_null();
                assert!(reply.status == 400 || is_unread, "{path}?{query}: {} {}", reply.status, reply.text);
                assert!(!reply.text.contains("pbkdf2"), "{path}?{query}");
            }
        }
    })
    .await;
}

/// A cursor with one thing changed, some 250 ways.
fn tampered(cursor: &str) -> Vec<String> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut all = Vec::new();
    for (at, old) in cursor.char_indices() {
        let index = ALPHABET.find(old).unwrap();
        let others = [1, 2, 16, 32, 63].map(|step| ALPHABET.as_bytes()[(index + step) % 64]);
        all.extend(others.map(|new| format!("{}{}{}", &cursor[..at], char::from(new), &cursor[at + 1..])));
        all.push(cursor[..at].to_owned());
        all.push(cursor[at + 1..].to_owned());
    }
    let whole = [
        format!("{cursor}A"),
        format!("{cursor}AAAA"),
        format!("{cursor}{cursor}"),
        format!("{cursor}="),
        format!("{cursor}%20"),
        format!("%20{cursor}"),
        format!("{cursor}%00"),
        cursor.chars().rev().collect(),
        "1".into(),
        "-1".into(),
        "%27".into(),
        "A".repeat(cursor.len()),
        "A".repeat(5_000),
    ];
    all.extend(whole);
    all.retain(|text| text != cursor);
    all.sort();
    all.dedup();
    all
}

#[tokio::test]
async fn c_44_a_thousand_tampered_cursors_are_refused() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for i in 0..3 {
            admin.post("/admin/system/flags", json!({ "flag_name": format!("flag-{i}") })).await.expect(201);
            let news = json!({ "title": format!("News {i}"), "body": "B" });
            admin.post("/admin/system/announcements", news).await.expect(201);
        }
        local_user(&admin, "a@example.com", "user").await;
        local_user(&admin, "b@example.com", "user").await;
        let mut sent = 0;
        for (path, _) in &LISTS[..4] {
            let page = admin.get(&format!("{path}?limit=1")).await.expect(200);
            let cursor = page.body["next_cursor"].as_str().unwrap();
            for forged in tampered(cursor) {
                let reply = admin.get(&format!("{path}?limit=1&cursor={forged}")).await;
                assert_eq!(reply.status, 400, "{path} with {forged} for {cursor}: {}", reply.text);
                sent += 1;
            }
            admin.get(&format!("{path}?limit=1&cursor={cursor}")).await.expect(200);
        }
        assert!(sent >= 1_000, "{sent}");
    })
    .await;
}

/// Everything of an answer that could tell one from another.
fn shown(reply: &Reply) -> (u16, Vec<(String, String)>, String) {
    let mut headers: Vec<_> = reply
        .headers
        .iter()
        .filter(|(name, _)| *name != "date")
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    headers.sort();
    (reply.status, headers, reply.text.clone())
}

async fn all_alike(caller: &Caller, paths: &[&str], status: u16) {
    let caller = caller.with_header("X-Request-Id", "one-and-the-same");
    let first = caller.get(paths[0]).await.expect(status);
    for path in paths {
        for (name, value) in [
            ("Accept", "*/*"),
            ("Accept", "text/html"),
            ("Accept", "application/xml"),
            ("Accept-Language", "de"),
            ("Accept-Language", "xx-invalid"),
            ("Accept-Encoding", "gzip, br"),
            ("User-Agent", "Mozilla/5.0"),
            ("Origin", "https://evil.example"),
            ("Referer", "https://evil.example/"),
            ("X-Forwarded-For", "127.0.0.1"),
            ("X-Requested-With", "XMLHttpRequest"),
            ("If-None-Match", "*"),
            ("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT"),
            ("Range", "bytes=0-0"),
        ] {
            let reply = caller.with_header(name, value).get(path).await;
            assert_eq!(shown(&reply), shown(&first), "{path} with {name}: {value}");
        }
    }
}

#[tokio::test]
async fn c_42_what_is_hidden_looks_like_what_is_not_there() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let id = local_user(&admin, "somebody@example.com", "user").await;
        let (there, absent) = (format!("/admin/local-users/{id}"), "/admin/local-users/00000000-nobody");
        let flags = holder(app, &admin, "user_flags", &["flags:read"]).await;
        for caller in [&flags, &app.user("user_plain")] {
            all_alike(caller, &[&there, absent, "/admin/local-users/x%20y"], 403).await;
            all_alike(caller, &["/admin/usage/user_root", "/admin/usage/user_nobody"], 403).await;
        }
        all_alike(&app.anonymous(), &[&there, absent, "/admin/system/roles", "/admin/system/audit"], 401).await;
        all_alike(&admin, &[absent, "/admin/local-users/user_other"], 404).await;
    })
    .await;
}
