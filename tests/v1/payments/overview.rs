//! What is going on, in figures.

use aedile_fake_stripe::FakeStripe;
use serde_json::{Value, json};

use super::purchases::{beside_stripe, bought, shop};
use crate::api::{admin, known};
use crate::v1::problem;

#[tokio::test]
async fn the_overview_counts_what_there_is_and_what_is_new() {
    beside_stripe(async |app, stripe: &FakeStripe| {
        let admin = admin(app).await;
        problem(known(app, "user_a").await.get("/v1/admin/overview").await, 403);
        let before = admin.get("/v1/admin/overview").await.expect(200).body;
        shop(app).await;
        bought(app, stripe, &known(app, "user_a").await).await;
        let credit = json!({ "email": "user_a@example.com", "amount_usd": 12.5 });
        admin.post("/api/v1/admin/credits/grant", credit).await.expect(200);
        let after = admin.get("/v1/admin/overview").await.expect(200).body;
        let grown = |at: &str| number(&after, at) - number(&before, at);
        assert_eq!(after["days"].as_array().unwrap().len(), 30);
        let counts = ["users", "sellers", "skills", "open_abuse_flags"].map(|name| grown(&format!("/counts/{name}")));
        assert_eq!(counts, [2, 2, 1, 0], "two sellers, and a skill of one");
        let new = ["new_users", "sales", "sold_cents", "credited_micro_usd", "abuse_flags"];
        assert_eq!(new.map(|name| grown(&format!("/days/29/{name}"))), [2, 1, 999, 12_500_000, 0]);
        assert_eq!(number(&after, "/days/28/sales"), 0);
    })
    .await;
}

fn number(body: &Value, at: &str) -> i64 {
    body.pointer(at).and_then(Value::as_i64).unwrap_or_else(|| panic!("{at} of {body}"))
}
