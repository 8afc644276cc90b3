//! `/admin/system/flags/{id}/reach`.

use serde_json::json;

use crate::support::on_each_backend;

const FLAGS: &str = "/admin/system/flags";

#[tokio::test]
async fn as_many_are_reached_as_see_the_flag() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        let new = json!({ "flag_name": "beta", "enabled": true, "rollout_percentage": 40 });
        let flag = root.post(FLAGS, new).await.expect(201).body["flag"]["id"].to_string();
        let mut on = 0_u64;
        let users = 12;
        for number in 1..=users {
            let user = app.user(&format!("user_{number}"));
            user.get("/api/v1/me").await.expect(200);
            on += u64::from(user.get("/v1/flags").await.expect(200).body["flags"]["beta"] == true);
        }
        on += u64::from(root.get("/v1/flags").await.expect(200).body["flags"]["beta"] == true);
        let reach = root.get(&format!("{FLAGS}/{flag}/reach")).await.expect(200);
        let expected = json!({
            "flag_name": "beta", "enabled": 1, "rollout_percentage": 40, "reached": on, "users": users + 1,
        });
        assert_eq!(reach.body, json!({ "success": true, "reach": expected }));
        assert!((1..users).contains(&on), "{on} of {users}");
    })
    .await;
}

#[tokio::test]
async fn other_rollouts_and_targets_can_be_tried() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        for user in ["user_a", "user_b"] {
            app.user(user).get("/api/v1/me").await.expect(200);
        }
        let new = json!({ "flag_name": "beta", "rollout_percentage": 0, "target_tiers": ["pro"] });
        let flag = root.post(FLAGS, new).await.expect(201).body["flag"]["id"].to_string();
        for (tried, reached) in [
            ("", 0),
            ("?rollout_percentage=100", 0),
            ("?rollout_percentage=100&target_tiers=", 3),
            ("?rollout_percentage=100&target_tiers=free,%20pro", 3),
            ("?target_users=user_a", 1),
            ("?target_users=user_a,user_b,user_unknown", 2),
        ] {
            let reach = root.get(&format!("{FLAGS}/{flag}/reach{tried}")).await.expect(200).body["reach"].clone();
            assert_eq!((&reach["reached"], &reach["users"]), (&json!(reached), &json!(3)), "{tried}");
            assert_eq!(reach["enabled"], 0, "it is counted as if it were on");
        }
        for bad in ["?rollout_percentage=101", "?rollout_percentage=x", "?target_tiers=gold", "?enabled=1"] {
            root.get(&format!("{FLAGS}/{flag}/reach{bad}")).await.refused(400);
        }
        root.get(&format!("{FLAGS}/999/reach")).await.refused(404);
    })
    .await;
}
