//! What was asked at the gateway is shown as usage.

use std::time::Duration;

use serde_json::json;

use super::people::{ask, rule, user_of_tier};
use crate::support::{eventually, on_each_backend};

#[tokio::test]
async fn every_decision_is_in_the_usage_of_its_user_soon() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let (pro, id) = user_of_tier(app, &root, "pro").await;
        rule(&root, json!({ "path_pattern": "/closed", "required_tier": "admin" })).await;
        let path = format!("/admin/usage/{id}?days=1");
        for _ in 0..5 {
            ask(&pro, "GET", "/compile?x=1").await.expect(200);
        }
        ask(&pro, "POST", "/compile/").await.expect(200);
        ask(&pro, "GET", "/validate").await.expect(200);
        ask(&pro, "GET", "/closed").await.refused(403);
        ask(&app.anonymous(), "GET", "/compile").await.expect(200);
        let is_shown = || async { root.get(&path).await.expect(200).body["total"]["count"] == 8 };
        eventually(Duration::from_millis(1_500), "all is counted", is_shown).await;
        let usage = root.get(&path).await.expect(200).body;
        assert_eq!((usage["success"].as_bool(), usage["userId"].as_str()), (Some(true), Some(id.as_str())));
        assert_eq!(usage["days"].as_array().unwrap().len(), 1);
        let day = &usage["days"][0];
        assert_eq!(day["count"], 8);
        assert_eq!(day["routes"], json!({ "/compile": 6, "/validate": 1, "/closed": 1 }));
        assert!(usage["total"]["firstSeen"].as_str() <= usage["total"]["lastSeen"].as_str());
    })
    .await;
}
