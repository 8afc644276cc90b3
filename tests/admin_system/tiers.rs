//! `/admin/system/tiers`.

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, assert_reason, inner};
use crate::support::on_each_backend;

const TIERS: &str = "/admin/system/tiers";
const PRO: &str = "/admin/system/tiers/pro";

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let mut listed = admin.get(TIERS).await.expect(200).body;
        let features = listed["tiers"][0]["features"].take();
        assert_eq!(inner(&features), json!({ "maxSources": 3, "maxBatchSize": 1 }));
        let anonymous = json!({
            "id": 1,
            "tier_name": "anonymous",
            "order_rank": 0,
            "rate_limit": 10,
            "display_name": "Anonymous",
            "description": "Unauthenticated user — basic access",
            "features": null,
            "is_active": 1,
            "created_at": "2025-01-01T00:00:00",
            "updated_at": "2025-01-01T00:00:00",
        });
        assert_eq!((&listed["success"], &listed["tiers"][0]), (&json!(true), &anonymous));
        let ranks: Vec<_> = listed["tiers"].as_array().unwrap().iter().map(rank_and_rate).collect();
        let built_in = [("anonymous", 0, 10), ("free", 1, 60), ("pro", 2, 300), ("admin", 3, 0)];
        assert_eq!(ranks, built_in.map(|(name, rank, rate)| json!([name, rank, rate])));

        let mut trail = Trail::of(admin).await;
        let features = json!({ "maxSources": 100, "maxBatchSize": 50, "priorityQueue": true });
        let reply = admin.put(PRO, json!({ "rate_limit": 500, "features": features })).await.expect(200);
        let expected = json!({
            "id": 3,
            "tier_name": "pro",
            "order_rank": 2,
            "rate_limit": 500,
            "display_name": "Pro",
            "description": "User on a paid plan",
            "features": reply.body["tier"]["features"],
            "is_active": 1,
            "created_at": "2025-01-01T00:00:00",
            "updated_at": "<time>",
        });
        assert_like(&reply.body, &json!({ "success": true, "tier": expected }));
        assert_eq!(inner(&reply.body["tier"]["features"]), features);
        let row = trail.says("tier.update", "tier_config", "pro", "success").await;
        let (old, new) = (inner(&row["old_values"]), inner(&row["new_values"]));
        assert_eq!((&old["rate_limit"], &new["rate_limit"]), (&json!(300), &json!(500)));

        let new = json!({ "display_name": "Team", "order_rank": 7, "rate_limit": 1000 });
        admin.put("/admin/system/tiers/team", new).await.expect(201);
        trail.says("tier.update", "tier_config", "team", "success").await;
        let reply = admin.delete("/admin/system/tiers/team").await.expect(200);
        assert_eq!(reply.body, json!({ "success": true, "message": "Tier deleted" }));
        trail.says("tier.delete", "tier_config", "team", "success").await;
        let reply = admin.delete("/admin/system/tiers/team").await.refused(404);
        assert_reason(&trail.says("tier.delete", "tier_config", "team", "failure").await, &reply);
    })
    .await;
}

fn rank_and_rate(tier: &Value) -> Value {
    json!([tier["tier_name"], tier["order_rank"], tier["rate_limit"]])
}

#[tokio::test]
async fn an_unknown_tier_is_made_when_enough_is_said() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        let whole = json!({ "display_name": "Team", "order_rank": 7, "rate_limit": 1000 });
        for missing in ["display_name", "order_rank", "rate_limit"] {
            let mut part = whole.clone();
            part.as_object_mut().unwrap().remove(missing);
            admin.put("/admin/system/tiers/team", part).await.refused(404);
            trail.says("tier.update", "tier_config", "team", "failure").await;
        }
        let made = admin.put("/admin/system/tiers/team", whole).await.expect(201);
        let tier = json!({
            "id": 5,
            "tier_name": "team",
            "order_rank": 7,
            "rate_limit": 1000,
            "display_name": "Team",
            "description": "",
            "features": "{}",
            "is_active": 1,
            "created_at": "<time>",
            "updated_at": "<time>",
        });
        assert_like(&made.body, &json!({ "success": true, "tier": tier }));
        trail.says("tier.update", "tier_config", "team", "success").await;
        for (value, shown) in [(json!(0), 0), (json!(true), 1), (json!(false), 0), (json!(1), 1)] {
            let reply = admin.put("/admin/system/tiers/team", json!({ "is_active": value })).await.expect(200);
            assert_eq!(reply.body["tier"]["is_active"], shown);
            trail.says("tier.update", "tier_config", "team", "success").await;
        }
        admin.put("/admin/system/tiers/team", json!({ "is_active": 1, "rate_limit": 1000 })).await.expect(200);
        trail.is_silent().await;
        let taken = json!({ "display_name": "Other", "order_rank": 7, "rate_limit": 1 });
        admin.put("/admin/system/tiers/other", taken).await.refused(409);
        trail.says("tier.update", "tier_config", "other", "failure").await;
    })
    .await;
}

#[tokio::test]
async fn built_in_tiers_and_tiers_in_use_stay() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        // `free` is what scopes require.
        for name in ["anonymous", "admin", "free"] {
            admin.delete(&format!("{TIERS}/{name}")).await.refused(409);
            trail.says("tier.delete", "tier_config", name, "failure").await;
        }
        for name in ["anonymous", "admin"] {
            for bad in [json!({ "is_active": false }), json!({ "order_rank": 9 })] {
                admin.put(&format!("{TIERS}/{name}"), bad).await.refused(409);
                trail.says("tier.update", "tier_config", name, "failure").await;
            }
        }
        let given = json!({ "identifier": "a@example.com", "password": "a long password", "tier": "pro" });
        let user = admin.post("/admin/local-users", given).await.expect(201).body["user"]["id"].clone();
        admin.delete(PRO).await.refused(409);
        admin.delete(&format!("/admin/local-users/{}", user.as_str().unwrap())).await.expect(200);
        admin.delete(PRO).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn bad_input_is_refused() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        for bad in [
            json!({ "rate_limit": -1 }),
            json!({ "rate_limit": 1.5 }),
            json!({ "rate_limit": "500" }),
            json!({ "features": "{}" }),
            json!({ "features": [] }),
            json!({ "is_active": 2 }),
            json!({ "tier_name": "x" }),
            json!([]),
        ] {
            admin.put(PRO, bad).await.refused(400);
        }
        trail.is_silent().await;
        for bad in [
            json!({ "rate_limit": 1_000_001 }),
            json!({ "order_rank": 1001 }),
            json!({ "display_name": "" }),
            json!({ "display_name": "x".repeat(101) }),
            json!({ "description": "a\u{7}b" }),
        ] {
            admin.put(PRO, bad).await.refused(400);
            trail.says("tier.update", "tier_config", "pro", "failure").await;
        }
        admin.put("/admin/system/tiers/a%20b", json!({ "rate_limit": 1 })).await.refused(400);
        admin.send_raw(reqwest::Method::PUT, PRO, Some(("text/plain", b"{}".to_vec()))).await.refused(415);
    })
    .await;
}
