//! Bodies that say too much, or what nobody should say.

use serde_json::{Value, json};

use super::rows;
use super::samples::{Sample, samples};
use crate::support::{Caller, TestApp, on_each_backend};

/// What the server alone decides, and what belongs to other records.
const NOT_THEIRS: [&str; 24] = [
    "id",
    "ID",
    "number",
    "created_by",
    "updated_by",
    "assigned_by",
    "assigned_at",
    "created_at",
    "updated_at",
    "is_built_in",
    "isBuiltIn",
    "is_admin",
    "isAdmin",
    "actor_id",
    "user_id",
    "owner_email",
    "status",
    "email_verified",
    "password_hash",
    "search_text",
    "balance",
    "__proto__",
    "constructor",
    "",
];

async fn successes(admin: &Caller) -> u64 {
    rows(admin, "status=success").await
}

#[tokio::test]
async fn c_02_c_28_nobody_sets_what_is_not_theirs_to_set() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let samples = samples(&admin).await;
        let before = successes(&admin).await;
        let values = [json!(1), json!("user_eve"), json!(true), json!(null), json!({ "is_admin": true })];
        for (i, sample) in samples.iter().enumerate() {
            for (j, field) in NOT_THEIRS.into_iter().enumerate() {
                let value = values[(i + j) % values.len()].clone();
                let reply = sample.send(&admin, sample.with(field, value.clone())).await;
                assert_eq!(reply.status, 400, "{} with {field} = {value}: {}", sample.name(), reply.text);
            }
        }
        // What a record is known by stays; what only one of two operations takes, the other does not.
        for (at, field, value) in [
            (0, "is_active", json!(1)),
            (1, "role_name", json!("super-admin")),
            (3, "expires_at", json!(null)),
            (4, "tier_name", json!("admin")),
            (4, "name", json!("admin")),
            (5, "scope_name", json!("other")),
            (6, "is_active", json!(1)),
            (7, "path_pattern", json!("/*")),
            (7, "method", json!("*")),
            (10, "is_active", json!(1)),
            (12, "api_disabled", json!(0)),
            (12, "identifier_type", json!("phone")),
            (13, "identifier", json!("other@example.com")),
            (13, "password", json!("another password")),
        ] {
            let reply = samples[at].send(&admin, samples[at].with(field, value)).await;
            assert_eq!(reply.status, 400, "{} with {field}: {}", samples[at].name(), reply.text);
        }
        assert_eq!(successes(&admin).await, before, "something was changed");
        for sample in &samples {
            let reply = sample.send(&admin, sample.body.clone()).await;
            assert!([200, 201].contains(&reply.status), "{}: {}", sample.name(), reply.text);
        }
        assert_eq!(successes(&admin).await - before, u64::try_from(samples.len()).unwrap());
    })
    .await;
}

/// The body with each of its texts, one at a time, put in place of.
fn with_text(sample: &Sample, text: &str) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (field, value) in sample.body.as_object().unwrap() {
        match value {
            Value::String(_) => all.push((field.clone(), sample.with(field, json!(text)))),
            Value::Array(_) => all.push((format!("{field}[0]"), sample.with(field, json!([text])))),
            _ => {}
        }
    }
    let holds_no_text = sample.body.as_object().unwrap().values().all(Value::is_boolean);
    assert!(!all.is_empty() || holds_no_text, "{}", sample.name());
    all
}

#[tokio::test]
async fn c_53_text_with_control_characters_or_without_end_is_refused() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let samples = samples(&admin).await;
        let before = successes(&admin).await;
        let long = "x".repeat(200_000);
        for text in ["\0", "a\0b", "a\u{1}b", "\u{1b}[31mred", "a\u{7f}b", "a\u{8}b", "a\u{85}b", &long] {
            for sample in &samples {
                for (field, body) in with_text(sample, text) {
                    // A password may hold anything: it is hashed, never stored or shown.
                    if field == "password" && (8..100).contains(&text.len()) {
                        continue;
                    }
                    let reply = sample.send(&admin, body).await;
                    let name = format!("{} with {field} = {:?}", sample.name(), &text[..text.len().min(9)]);
                    assert!([400, 404].contains(&reply.status), "{name}: {} {}", reply.status, reply.text);
                    assert!(reply.text.len() < 1_000, "{name}: the answer repeats it");
                }
            }
        }
        assert_eq!(successes(&admin).await, before, "something was changed");
    })
    .await;
}

#[tokio::test]
async fn text_of_all_scripts_comes_back_as_it_was_sent() {
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let text = "Ünï 🦀👩‍👩‍👧 عربي עברית 한국어 𝔘 e\u{301} \u{fffd} '\"<b>\\ %00 ${x} {{y}}";
        let role =
            json!({ "role_name": "u", "display_name": text, "description": text, "permissions": ["admin:read"] });
        let made = admin.post("/admin/system/roles", role).await.expect(201);
        let news = json!({ "title": text, "body": text });
        let told = admin.post("/admin/system/announcements", news).await.expect(201);
        // The combining accent is joined with its letter.
        let kept = text.replace("e\u{301}", "\u{e9}");
        for shown in [
            &made.body["role"]["display_name"],
            &made.body["role"]["description"],
            &told.body["announcement"]["title"],
            &told.body["announcement"]["body"],
        ] {
            assert_eq!(shown, &json!(kept));
        }
        let listed = admin.get("/admin/system/announcements").await.expect(200);
        assert_eq!(listed.body["announcements"][0]["title"], json!(kept));
        assert_eq!(listed.header("content-type"), Some("application/json"));
        assert_eq!(listed.header("x-content-type-options"), Some("nosniff"));
    })
    .await;
}

#[tokio::test]
async fn a_value_of_another_kind_is_never_the_servers_fault() {
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(0.5),
        json!(1e300),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(""),
        json!(" "),
        json!("admin' OR '1'='1"),
        json!("9999-12-31T23:59:59Z"),
        json!("-9999-01-01T00:00:00Z"),
        json!("2025-02-30T00:00:00Z"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!(["a", "a"]),
        json!({}),
        json!({ "$ne": null }),
        json!({ "$gt": "" }),
        json!(vec!["x"; 5_000]),
    ];
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        for sample in &samples(&admin).await {
            for field in sample.body.as_object().unwrap().keys() {
                for value in &others {
                    let reply = sample.send(&admin, sample.with(field, value.clone())).await;
                    let is_fine = [200, 201, 400, 404, 409].contains(&reply.status);
                    assert!(is_fine, "{} with {field} = {value}: {} {}", sample.name(), reply.status, reply.text);
                }
            }
        }
        admin.get("/admin/system/my-context").await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn what_is_no_proper_json_is_refused_by_every_route() {
    let arrays = |depth: usize| format!("{{\"x\":{}1{}}}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("{}1{}", "{\"x\":".repeat(depth), "}".repeat(depth));
    on_each_backend(async |app: &TestApp| {
        let admin = app.super_admin().await;
        let samples = samples(&admin).await;
        let before = successes(&admin).await;
        for sample in &samples {
            let good = sample.body.to_string();
            let field = sample.body.as_object().unwrap().keys().next().unwrap();
            let twice = format!("{{\"{field}\":{},{}", sample.body[field], &good[1..]);
            for bad in [
                b"{".to_vec(),
                b"null".to_vec(),
                b"[]".to_vec(),
                b"\"\"".to_vec(),
                b"7".to_vec(),
                b"true".to_vec(),
                b"NaN".to_vec(),
                b"\xff\xfe{}".to_vec(),
                format!("[{good}]").into_bytes(),
                format!("{good}{good}").into_bytes(),
                format!("{good}x").into_bytes(),
                format!("\u{feff}{good}").into_bytes(),
                format!("/* */{good}").into_bytes(),
                good.replace('"', "'").into_bytes(),
                good.replacen('}', ",}", 1).into_bytes(),
                twice.into_bytes(),
                format!("{{\"{field}\":\"\\ud800\"}}").into_bytes(),
                format!("{{\"{field}\":\"\\u0000\"}}").into_bytes(),
                format!("{{\"{field}\":1e999}}").into_bytes(),
                [b"{\"", field.as_bytes(), b"\":\"\xc0\xaf\"}"].concat(),
                [b"{\"", field.as_bytes(), b"\":\"a\0b\"}"].concat(),
                arrays(33).into_bytes(),
                arrays(10_000).into_bytes(),
                objects(33).into_bytes(),
                objects(10_000).into_bytes(),
                "[".repeat(500_000).into_bytes(),
            ] {
                let shown = String::from_utf8_lossy(&bad[..bad.len().min(60)]).into_owned();
                let reply = sample.send_text(&admin, bad).await;
                assert_eq!(reply.status, 400, "{} with {shown}: {}", sample.name(), reply.text);
            }
        }
        assert_eq!(successes(&admin).await, before, "something was changed");
    })
    .await;
}
