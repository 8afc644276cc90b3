//! Vouchers.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::{admin, audited, error, fits, key, known};
use crate::support::{Caller, TestApp, on_each_backend};

const VOUCHERS: &str = "/api/v1/admin/vouchers";
const REDEEM: &str = "/api/v1/vouchers/redeem";

async fn mint(admin: &Caller, body: Value) -> Vec<String> {
    let minted = admin.post(VOUCHERS, body).await.expect(200);
    assert_eq!(minted.body["ok"], true);
    minted.body["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap().to_owned()).collect()
}

async fn redeem(user: &Caller, code: &str) -> crate::support::Reply {
    user.post(REDEEM, json!({ "code": code })).await
}

async fn last_id(admin: &Caller) -> i64 {
    admin.get(VOUCHERS).await.expect(200).body["vouchers"][0]["id"].as_i64().unwrap()
}

#[tokio::test]
async fn codes_look_as_documented_and_fill_a_wallet_once() {
    on_each_backend(async |app| {
        let (admin, a, b) = (admin(app).await, known(app, "user_a").await, known(app, "user_b").await);
        let wanted = json!({ "amount_usd": 10.00, "count": 5, "max_uses": 1, "expires_at": 1_998_500_000_000_i64 });
        let codes = mint(&admin, wanted).await;
        assert_eq!(codes.len(), 5);
        let alphabet = "ACDEFGHJKLMNPQRSTUVWXYZ23456789";
        for code in &codes {
            let groups: Vec<&str> = code.split('-').collect();
            assert_eq!((groups[0], groups.len()), ("VFC", 4), "{code}");
            assert!(groups[1..].iter().all(|group| group.len() == 4 && group.chars().all(|c| alphabet.contains(c))));
        }
        let used = redeem(&a, &codes[0].to_lowercase().replace('-', " ")).await.expect(200);
        assert_eq!((&used.body["ok"], &used.body["balance_after_usd"]), (&json!(true), &json!(10)));
        error(redeem(&a, &codes[0]).await, 409);
        error(redeem(&b, &codes[0]).await, 409);
        redeem(&b, &codes[1]).await.expect(200);
        let entry = a.get("/api/v1/credits/ledger").await.expect(200).body["entries"][0].clone();
        assert_eq!((&entry["source"], &entry["id"]), (&json!("voucher"), &used.body["ledger_id"]));

        let listed = admin.get(VOUCHERS).await.expect(200);
        assert_eq!(listed.body["total"], 5);
        assert!(codes.iter().all(|code| !listed.text.contains(code.as_str())), "{}", listed.text);
        assert_eq!(audited(&admin, "action=voucher.mint").await, 1, "a mint is one row");
        assert_eq!(audited(&admin, "action=voucher.redeem").await, 2);
        let logs = admin.get("/admin/system/audit?resource_type=voucher").await.expect(200);
        assert!(codes.iter().all(|code| !logs.text.contains(&code[4..])), "{}", logs.text);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn what_is_over_withdrawn_frozen_or_unknown_is_refused() {
    on_each_backend(async |app| {
        let (admin, a) = (admin(app).await, known(app, "user_a").await);
        let over = mint(&admin, json!({ "amount_usd": 1, "expires_at": 1_998_500_000_000_i64 })).await;
        app.database.execute("UPDATE vouchers SET expires_at = 1");
        error(redeem(&a, &over[0]).await, 410);
        let withdrawn = mint(&admin, json!({ "amount_usd": 1, "max_uses": 5 })).await;
        let path = format!("{VOUCHERS}/{}", last_id(&admin).await);
        assert_eq!(admin.delete(&path).await.expect(200).body, json!({ "ok": true }));
        admin.delete(&path).await.expect(200);
        assert_eq!(audited(&admin, "action=voucher.withdraw").await, 1);
        error(redeem(&a, &withdrawn[0]).await, 410);
        error(admin.delete(&format!("{VOUCHERS}/99999")).await, 404);
        error(redeem(&a, "VFC-AAAA-AAAA-AAAA").await, 404);

        let good = mint(&admin, json!({ "amount_usd": 1 })).await;
        let freeze = |frozen: bool| json!({ "email": "user_a@example.com", "frozen": frozen });
        admin.post("/api/v1/admin/credits/freeze", freeze(true)).await.expect(200);
        error(redeem(&a, &good[0]).await, 403);
        admin.post("/api/v1/admin/credits/freeze", freeze(false)).await.expect(200);
        redeem(&a, &good[0]).await.expect(200);
        for bad in [
            json!({ "amount_usd": 0 }),
            json!({ "amount_usd": -1 }),
            json!({ "amount_usd": 1, "count": 0 }),
            json!({ "amount_usd": 1, "count": 1001 }),
            json!({ "amount_usd": 1, "max_uses": 0 }),
            json!({ "amount_usd": 1, "expires_at": 1_000 }),
            json!({ "amount_usd": 1, "code": "VFC-AAAA-AAAA-AAAA" }),
            json!({ "count": 1 }),
        ] {
            error(admin.post(VOUCHERS, bad).await, 400);
        }
        error(a.post(VOUCHERS, json!({ "amount_usd": 1 })).await, 403);
        error(a.get(VOUCHERS).await, 403);
        error(app.anonymous().post(REDEEM, json!({ "code": "x" })).await, 401);
        error(a.post(REDEEM, json!({})).await, 400);
        assert_eq!(mint(&admin, json!({ "amount_usd": 0.01, "count": 1000 })).await.len(), 1000);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn the_eleventh_wrong_code_waits_and_so_does_a_right_one() {
    on_each_backend(async |app| {
        let (admin, a, b) = (admin(app).await, known(app, "user_a").await, known(app, "user_b").await);
        let codes = mint(&admin, json!({ "amount_usd": 1, "count": 20 })).await;
        for code in &codes[..15] {
            redeem(&a, code).await.expect(200);
        }
        let guesses = join_all((0..30).map(|_| redeem(&a, "VFC-AAAA-AAAA-AAAA"))).await;
        assert_eq!(guesses.iter().filter(|reply| reply.status == 404).count(), 10);
        let refused = guesses.into_iter().find(|reply| reply.status == 429).unwrap();
        assert!(refused.header("retry-after").unwrap().parse::<u64>().unwrap() > 500);
        error(refused, 429);
        error(redeem(&a, &codes[15]).await, 429);
        redeem(&b, &codes[15]).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn one_use_goes_to_one_of_fifty() {
    on_each_backend(async |app: &TestApp| {
        let admin = admin(app).await;
        let users = join_all((0..50).map(|n| async move { known(app, &format!("user_{n}")).await })).await;
        let code = mint(&admin, json!({ "amount_usd": 5, "max_uses": 1 })).await.remove(0);
        let replies = join_all(users.iter().map(|user| redeem(user, &code))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 1);
        assert!(replies.iter().all(|reply| [200, 409].contains(&reply.status)));
        let three = mint(&admin, json!({ "amount_usd": 5, "max_uses": 3 })).await.remove(0);
        let replies = join_all(users.iter().map(|user| redeem(user, &three))).await;
        assert_eq!(replies.iter().filter(|reply| reply.status == 200).count(), 3);
        fits(app).await;
    })
    .await;
}

#[tokio::test]
async fn a_mint_that_is_sent_again_answers_the_same_codes() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let retried = admin.with_header("Idempotency-Key", "mint-1");
        let wanted = json!({ "amount_usd": 1, "count": 3 });
        let first = mint(&retried, wanted.clone()).await;
        let again = retried.post(VOUCHERS, wanted).await.expect(200);
        assert_eq!(again.header("idempotent-replayed"), Some("true"));
        assert_eq!(again.body["codes"], json!(first));
        assert_eq!(admin.get(VOUCHERS).await.expect(200).body["total"], 3);
        error(retried.post(VOUCHERS, json!({ "amount_usd": 2, "count": 3 })).await, 422);
        let other = mint(&admin.with_header("Idempotency-Key", "mint-2"), json!({ "amount_usd": 1, "count": 3 })).await;
        assert!(other.iter().all(|code| !first.contains(code)));
    })
    .await;
}

#[tokio::test]
async fn a_mint_that_is_sent_again_with_another_credential_shows_no_code() {
    on_each_backend(async |app| {
        let admin = admin(app).await;
        let (one, other) = (key(app, &admin).await, key(app, &admin).await);
        let wanted = json!({ "amount_usd": 1, "count": 3 });
        let sent_by = |caller: &Caller| caller.with_header("Idempotency-Key", "mint-1");
        let first = mint(&sent_by(&one), wanted.clone()).await;
        assert_eq!(mint(&sent_by(&one), wanted.clone()).await, first);
        let refused = error(sent_by(&other).post(VOUCHERS, wanted).await, 409);
        assert!(first.iter().all(|code| !refused.text.contains(code)));
        assert_eq!(admin.get(VOUCHERS).await.expect(200).body["total"], 3);
    })
    .await;
}
