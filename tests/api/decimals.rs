//! No float comes between an amount and its text.

use reqwest::Method;

use super::{admin, error, fits, known};
use crate::support::{Backend, Caller, Reply, TestApp};

async fn grant(admin: &Caller, amount: &str) -> Reply {
    let body = format!(r#"{{"email": "user_a@example.com", "amount_usd": {amount}}}"#);
    let body = Some(("application/json", body.into_bytes()));
    admin.send_raw(Method::POST, "/api/v1/admin/credits/grant", body).await
}

#[tokio::test]
async fn every_amount_of_cents_up_to_99_99_is_exact() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let (admin, user) = (admin(&app).await, known(&app, "user_a").await);
    let mut sum = 0_i64;
    for cents in 1..10_000_i64 {
        let amount = format!("{}.{:02}", cents / 100, cents % 100);
        let reply = grant(&admin, &amount).await.expect(200);
        sum += cents;
        let text = reply.text.split("\"balance_after_usd\":").nth(1).unwrap().split(',').next().unwrap().to_owned();
        let expected = format!("{}.{:02}", sum / 100, sum % 100);
        assert_eq!(text, expected.trim_end_matches('0').trim_end_matches('.'), "after {amount}");
    }
    assert_eq!(user.get("/api/v1/credits").await.expect(200).text, r#"{"credits_usd":499950,"credits_frozen":false}"#);
    fits(&app).await;
    app.stop().await;
}

#[tokio::test]
async fn what_is_no_amount_is_refused_and_what_is_one_is_kept() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let (admin, user) = (admin(&app).await, known(&app, "user_a").await);
    for bad in [
        "1e308",
        "1e-7",
        "\"12\"",
        "NaN",
        "Infinity",
        "25.0000001",
        "0x10",
        "+1",
        ".5",
        "1.",
        "[1]",
        "{}",
        "true",
        "-0",
    ] {
        error(grant(&admin, bad).await, 400);
    }
    for good in ["0.29", "1.15", "1e-6", "2.5E1", "25.00000000", "-0.000001"] {
        grant(&admin, good).await.expect(200);
    }
    assert_eq!(user.get("/api/v1/credits").await.expect(200).body["credits_usd"].to_string(), "51.44");
    fits(&app).await;
    app.stop().await;
}
