//! Text is data: one spelling of what looks the same, nothing hidden, and a slug for every name.

use serde_json::{Value, json};

use crate::support::{Caller, TestApp, on_each_backend};
use crate::v1::problem;

const CATEGORIES: &str = "/v1/admin/categories";

async fn admin(app: &TestApp) -> Caller {
    let admin = app.super_admin().await;
    admin.get("/v1/users/profile").await.expect(200);
    admin
}

/// The same address: composed, with a combining mark, and with the domain in ASCII and in capitals.
const SPELLINGS: [&str; 4] = [
    "jos\u{e9}@b\u{fc}cher.example",
    "jose\u{301}@bu\u{308}cher.example",
    "JOS\u{c9}@XN--BCHER-KVA.example",
    " Jos\u{e9}@B\u{dc}CHER.EXAMPLE ",
];

#[tokio::test]
async fn an_address_is_one_however_it_is_spelled() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let password = "correct horse battery";
        let add = |identifier: &str| json!({ "identifier": identifier, "password": password });
        let made = admin.post("/admin/local-users", add(SPELLINGS[1])).await.expect(201).body;
        assert_eq!(made["user"]["identifier"], SPELLINGS[0], "{made}");
        for spelling in SPELLINGS {
            admin.post("/admin/local-users", add(spelling)).await.refused(409);
            let grant = json!({ "email": spelling, "amount_usd": 1 });
            admin.post("/api/v1/admin/credits/grant", grant).await.expect(200);
            let signed_in = app.anonymous().post("/auth/login", add(spelling)).await.expect(200).body;
            let user = app.with_token(signed_in["token"].as_str().unwrap());
            user.get("/api/v1/me").await.expect(200);
        }
        let found = admin.get("/v1/admin/users?q=jose%CC%81%40").await.expect(200).body;
        assert_eq!(found["users"].as_array().unwrap().len(), 1, "{found}");
        for hidden in ["jos\u{200b}@example.com", "a\u{202e}b@example.com"] {
            admin.post("/admin/local-users", add(hidden)).await.refused(400);
        }
    })
    .await;
}

#[tokio::test]
async fn names_are_kept_composed_and_hide_nothing() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let made = admin.post(CATEGORIES, json!({ "name": "E\u{301}coles" })).await.expect(201).body;
        assert_eq!((&made["name"], &made["category"]), (&json!("\u{c9}coles"), &json!("ecoles")));
        for hidden in ["\u{200d}", "\u{3164}", "safe\u{202e}exe", "\u{2067}x\u{2069}", "a\u{2028}b"] {
            let refused = problem(admin.post(CATEGORIES, json!({ "name": hidden })).await, 400);
            assert_eq!(refused.body["errors"][0]["field"], "name", "{hidden:?}: {}", refused.text);
        }
        let family = "\u{1f469}\u{200d}\u{1f467}";
        let made = admin.post(CATEGORIES, json!({ "name": family })).await.expect(201).body;
        assert_eq!(made["name"], family);
    })
    .await;
}

#[tokio::test]
async fn every_name_makes_a_slug_and_a_slug_may_be_sent() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let make = async |body: Value| admin.post(CATEGORIES, body).await;
        let nameless = make(json!({ "name": "***" })).await.expect(201).body["category"].clone();
        assert!(nameless.as_str().is_some_and(|slug| slug.starts_with("category-")), "{nameless}");
        problem(make(json!({ "name": "***" })).await, 409);
        let long = make(json!({ "name": "\u{5317}".repeat(64) })).await.expect(201).body["category"].clone();
        assert!(long.as_str().is_some_and(|slug| slug.len() <= 64), "{long}");
        let chosen = make(json!({ "name": "***", "slug": "stars" })).await.expect(201).body;
        assert_eq!(chosen["category"], "stars");
        let renamed = admin.put(&format!("{CATEGORIES}/stars"), json!({ "name": "+++" })).await.expect(200).body;
        assert_eq!((&renamed["name"], &renamed["category"]), (&json!("+++"), &json!("stars")));
    })
    .await;
}

#[tokio::test]
async fn a_voucher_is_read_however_it_was_pasted() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let mint = json!({ "amount_usd": 1, "count": 4 });
        let minted = admin.post("/api/v1/admin/vouchers", mint).await;
        assert!([200, 201].contains(&minted.status), "{}", minted.text);
        let codes = minted.body["codes"].as_array().unwrap();
        let pasted: [fn(&str) -> String; 4] = [
            |code| code.replace('-', "\u{2013}"),
            |code| format!("\u{202a}{}\u{a0}", code.to_lowercase().replace('-', "\u{2011}\u{200b}")),
            |code| code.bytes().map(|byte| char::from_u32(0xff01 + u32::from(byte) - 0x21).unwrap()).collect(),
            |code| format!("\u{201c}{}\u{201d}", code.replace('-', " \u{2212} ")),
        ];
        for (code, pasted) in codes.iter().zip(pasted) {
            let code = pasted(code.as_str().unwrap());
            admin.post("/api/v1/vouchers/redeem", json!({ "code": code })).await.expect(200);
        }
    })
    .await;
}

#[tokio::test]
async fn a_time_zone_in_brackets_is_honoured_or_refused() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let tell = async |from: &str| {
            let news = json!({ "title": "News", "body": "Text", "active_from": from });
            admin.post("/admin/system/announcements", news).await
        };
        let told = tell("2026-01-01T00:00:00+01:00[Europe/Berlin]").await.expect(201).body;
        assert_eq!(told["announcement"]["active_from"], "2025-12-31T23:00:00");
        for bad in ["2026-01-01T00:00:00+02:00[Europe/Berlin]", "2026-01-01T00:00:00Z[Nowhere/Land]"] {
            let refused = tell(bad).await.refused(400);
            assert!(refused.text.contains("active_from"), "{}", refused.text);
        }
    })
    .await;
}
