//! `/admin/system/flags`.

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, assert_reason, inner, keyed_once, made_once};
use crate::support::on_each_backend;

const FLAGS: &str = "/admin/system/flags";

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let mut trail = Trail::of(admin).await;
        let new = json!({
            "flag_name": "streaming-api-beta",
            "enabled": true,
            "rollout_percentage": 10,
            "target_tiers": ["pro", "admin"],
            "description": "Server-sent events streaming API",
        });
        let made = admin.post(FLAGS, new).await.expect(201);
        let flag = json!({
            "id": 1,
            "flag_name": "streaming-api-beta",
            "enabled": 1,
            "rollout_percentage": 10,
            "target_tiers": "[\"pro\",\"admin\"]",
            "target_users": "[]",
            "description": "Server-sent events streaming API",
            "created_by": admin.id,
            "created_at": "<time>",
            "updated_at": "<time>",
        });
        assert_like(&made.body, &json!({ "success": true, "flag": flag }));
        let row = trail.says("flag.create", "feature_flag", 1, "success").await;
        assert_eq!(inner(&row["new_values"])["flag_name"], "streaming-api-beta");
        let listed = admin.get(FLAGS).await.expect(200);
        assert_eq!((&listed.body["success"], &listed.body["flags"]), (&json!(true), &json!([made.body["flag"]])));

        let changes = json!({
            "flag_name": "new-parser-v2",
            "enabled": 0,
            "rollout_percentage": 12.5,
            "target_tiers": [],
            "target_users": ["user_2abc123", "user_2abc123"],
            "description": null,
        });
        let changed = admin.patch("/admin/system/flags/1", changes.clone()).await.expect(200);
        let after = json!({
            "id": 1,
            "flag_name": "new-parser-v2",
            "enabled": 0,
            "rollout_percentage": 12.5,
            "target_tiers": "[]",
            "target_users": "[\"user_2abc123\"]",
            "description": null,
            "created_by": admin.id,
            "created_at": made.body["flag"]["created_at"],
            "updated_at": "<time>",
        });
        assert_like(&changed.body, &json!({ "success": true, "flag": after }));
        assert_eq!(admin.get("/admin/system/flags/1").await.expect(200).body["flag"], changed.body["flag"]);
        let row = trail.says("flag.update", "feature_flag", 1, "success").await;
        assert_eq!(inner(&row["old_values"])["rollout_percentage"], 10);
        assert_eq!(inner(&row["new_values"])["rollout_percentage"], 12.5);
        admin.patch("/admin/system/flags/1", changes).await.expect(200);
        trail.is_silent().await;

        let deleted = admin.delete("/admin/system/flags/1").await.expect(200);
        assert_eq!(deleted.body["success"], true);
        assert!(deleted.body["message"].is_string());
        trail.says("flag.delete", "feature_flag", 1, "success").await;
        let reply = admin.delete("/admin/system/flags/1").await.refused(404);
        assert_reason(&trail.says("flag.delete", "feature_flag", 1, "failure").await, &reply);
        admin.get("/admin/system/flags/1").await.refused(404);
        admin.patch("/admin/system/flags/1", json!({ "enabled": 1 })).await.refused(404);
        trail.says("flag.update", "feature_flag", 1, "failure").await;
    })
    .await;
}

#[tokio::test]
async fn what_is_left_out_has_its_default_and_stays() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let made = admin.post(FLAGS, json!({ "flag_name": "bare" })).await.expect(201).body["flag"].clone();
        let shown = |flag: &Value| {
            ["enabled", "rollout_percentage", "target_tiers", "target_users", "description"]
                .map(|name| flag[name].clone())
        };
        assert_eq!(shown(&made), [json!(0), json!(100), json!("[]"), json!("[]"), Value::Null]);
        let path = format!("{FLAGS}/{}", made["id"]);
        for (value, enabled) in [(json!(1), 1), (json!(false), 0), (json!(true), 1), (json!(0), 0)] {
            let reply = admin.patch(&path, json!({ "enabled": value })).await.expect(200);
            assert_eq!(reply.body["flag"]["enabled"], enabled);
        }
        admin.patch(&path, json!({ "description": "Why", "rollout_percentage": 0.01 })).await.expect(200);
        let reply = admin.patch(&path, json!({ "target_tiers": ["pro"] })).await.expect(200);
        assert_eq!(shown(&reply.body["flag"]), [json!(0), json!(0.01), json!("[\"pro\"]"), json!("[]"), json!("Why")]);
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        for name in ["one", "two"] {
            admin.post(FLAGS, json!({ "flag_name": name })).await.expect(201);
        }
        let mut trail = Trail::of(&admin).await;
        admin.post(FLAGS, json!({ "flag_name": "one" })).await.refused(409);
        trail.says("flag.create", "feature_flag", "one", "failure").await;
        admin.patch("/admin/system/flags/2", json!({ "flag_name": "one" })).await.refused(409);
        trail.says("flag.update", "feature_flag", 2, "failure").await;
        for bad in [
            json!({ "flag_name": "new", "target_tiers": ["gold"] }),
            json!({ "flag_name": "new", "target_users": ["a b"] }),
            json!({ "flag_name": "new", "description": "x".repeat(1001) }),
        ] {
            admin.post(FLAGS, bad).await.refused(400);
            trail.says("flag.create", "feature_flag", "new", "failure").await;
        }
        for bad in [json!({}), json!({ "flag_name": "a b" }), json!({ "target_tiers": ["gold"] })] {
            admin.patch("/admin/system/flags/1", bad).await.refused(400);
            trail.says("flag.update", "feature_flag", 1, "failure").await;
        }
        for rollout in [json!(-1), json!(100.01), json!(101), json!(12.345), json!("10"), json!([10])] {
            admin.post(FLAGS, json!({ "flag_name": "new", "rollout_percentage": rollout })).await.refused(400);
            admin.patch("/admin/system/flags/1", json!({ "rollout_percentage": rollout })).await.refused(400);
        }
        for bad in [
            json!({}),
            json!({ "flag_name": "new", "enabled": "yes" }),
            json!({ "flag_name": "new", "enabled": 2 }),
            json!({ "flag_name": "new", "target_tiers": "[]" }),
            json!({ "flag_name": "new", "created_by": "somebody" }),
        ] {
            admin.post(FLAGS, bad).await.refused(400);
        }
        admin.patch("/admin/system/flags/x", json!({ "enabled": 1 })).await.refused(400);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn a_flag_is_made_once_however_many_make_it() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        made_once(&admin, FLAGS, &json!({ "flag_name": "only-one" })).await;
    })
    .await;
}

#[tokio::test]
async fn a_key_makes_a_repetition_safe() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        keyed_once(&admin, FLAGS, &json!({ "flag_name": "one" }), &json!({ "flag_name": "two" })).await;
        // A key belongs to one caller.
        let editor = app.with_role("editor").await.with_header("Idempotency-Key", "a-key-of-mine");
        let made = editor.post(FLAGS, json!({ "flag_name": "three" })).await.expect(201);
        assert_eq!(made.header("idempotent-replayed"), None);
        // A refusal is judged anew.
        let keyed = admin.with_header("Idempotency-Key", "a-key-for-later");
        keyed.post(FLAGS, json!({ "flag_name": "three" })).await.refused(409);
        admin.delete(&format!("{FLAGS}/{}", made.body["flag"]["id"])).await.expect(200);
        keyed.post(FLAGS, json!({ "flag_name": "three" })).await.expect(201);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_comes_eight_times_at_once_makes_one_flag() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let mut trail = Trail::of(&admin).await;
        let keyed = admin.with_header("Idempotency-Key", "a-key-of-mine");
        let attempts: Vec<_> = (0..8)
            .map(|_| {
                let keyed = keyed.clone();
                tokio::spawn(async move { keyed.post(FLAGS, json!({ "flag_name": "one" })).await })
            })
            .collect();
        let mut firsts = 0;
        for attempt in attempts {
            let reply = attempt.await.unwrap();
            // Whoever comes while the first is still at it may be told so.
            assert!([201, 409].contains(&reply.status), "{}", reply.text);
            firsts += usize::from(reply.status == 201 && reply.header("idempotent-replayed").is_none());
        }
        assert_eq!(firsts, 1);
        let rows = trail.new_rows().await;
        assert_eq!(rows.iter().filter(|row| row["status"] == "success").count(), 1);
        assert_eq!(admin.get(FLAGS).await.expect(200).body["flags"].as_array().unwrap().len(), 1);
    })
    .await;
}
