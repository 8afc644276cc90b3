//! `/admin/system/announcements`.

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, assert_reason, inner, keyed_once};
use crate::support::on_each_backend;

const ANNOUNCEMENTS: &str = "/admin/system/announcements";
const FIRST: &str = "/admin/system/announcements/1";

#[tokio::test]
async fn the_documented_calls_answer_as_documented() {
    as_each_admin(async |_, admin| {
        let mut trail = Trail::of(admin).await;
        let new = json!({
            "title": "New Parser Available",
            "body": "AGTree v2 is now available for all Pro users.",
            "severity": "success",
            "active_until": "2025-02-01T00:00:00Z",
        });
        let made = admin.post(ANNOUNCEMENTS, new).await.expect(201);
        let announcement = json!({
            "id": 1,
            "title": "New Parser Available",
            "body": "AGTree v2 is now available for all Pro users.",
            "severity": "success",
            "active_from": null,
            "active_until": "2025-02-01T00:00:00",
            "is_active": 1,
            "created_by": admin.id,
            "created_at": "<time>",
            "updated_at": "<time>",
        });
        assert_like(&made.body, &json!({ "success": true, "announcement": announcement }));
        let row = trail.says("announcement.create", "announcement", 1, "success").await;
        assert_eq!(inner(&row["new_values"])["severity"], "success");
        let listed = admin.get(ANNOUNCEMENTS).await.expect(200);
        assert_eq!(listed.body["success"], true);
        assert_eq!(listed.body["announcements"], json!([made.body["announcement"]]));

        let changes = json!({
            "title": "Scheduled Maintenance",
            "body": "The platform will be briefly unavailable.\n\nOn Jan 20 from 02:00-04:00 UTC.",
            "severity": "warning",
            "active_from": "2025-01-18T00:00:00",
            "active_until": "2025-01-20T05:00:00+01:00",
            "is_active": false,
        });
        let changed = admin.patch(FIRST, changes.clone()).await.expect(200);
        let mut after = announcement;
        for name in ["title", "body", "severity", "active_from"] {
            after[name] = changes[name].clone();
        }
        after["active_until"] = json!("2025-01-20T04:00:00");
        after["is_active"] = json!(0);
        assert_like(&changed.body, &json!({ "success": true, "announcement": after }));
        assert_eq!(admin.get(FIRST).await.expect(200).body["announcement"], changed.body["announcement"]);
        let row = trail.says("announcement.update", "announcement", 1, "success").await;
        assert_eq!(inner(&row["old_values"])["title"], "New Parser Available");
        admin.patch(FIRST, changes).await.expect(200);
        trail.is_silent().await;

        let deleted = admin.delete(FIRST).await.expect(200);
        assert_eq!(deleted.body["success"], true);
        assert!(deleted.body["message"].is_string());
        trail.says("announcement.delete", "announcement", 1, "success").await;
        let reply = admin.delete(FIRST).await.refused(404);
        assert_reason(&trail.says("announcement.delete", "announcement", 1, "failure").await, &reply);
        admin.get(FIRST).await.refused(404);
        admin.patch(FIRST, json!({ "is_active": 1 })).await.refused(404);
        trail.says("announcement.update", "announcement", 1, "failure").await;
    })
    .await;
}

#[tokio::test]
async fn null_opens_the_window_and_absence_keeps_it() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let new = json!({
            "title": "T", "body": "B", "active_from": "2025-01-01T00:00:00Z", "active_until": "2099-01-01T00:00:00Z",
        });
        let made = admin.post(ANNOUNCEMENTS, new).await.expect(201);
        assert_eq!(made.body["announcement"]["severity"], "info");
        let patch = async |changes: Value| {
            let reply = admin.patch(FIRST, changes).await.expect(200);
            let body = &reply.body["announcement"];
            [&body["active_from"], &body["active_until"], &body["is_active"]].map(Value::clone)
        };
        let (from, until) = (json!("2025-01-01T00:00:00"), json!("2099-01-01T00:00:00"));
        assert_eq!(patch(json!({ "is_active": 0 })).await, [from.clone(), until.clone(), json!(0)]);
        assert_eq!(patch(json!({ "is_active": true })).await, [from, until.clone(), json!(1)]);
        assert_eq!(patch(json!({ "active_from": null })).await, [Value::Null, until, json!(1)]);
        assert_eq!(patch(json!({ "active_until": null })).await, [Value::Null, Value::Null, json!(1)]);
    })
    .await;
}

#[tokio::test]
async fn what_a_rule_refuses_is_written_down_and_what_never_parsed_is_not() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        admin.post(ANNOUNCEMENTS, json!({ "title": "T", "body": "B" })).await.expect(201);
        let mut trail = Trail::of(&admin).await;
        let (early, late) = ("2025-01-01T00:00:00Z", "2025-01-02T00:00:00Z");
        for bad in [
            json!({ "title": "T", "body": "B", "active_from": late, "active_until": early }),
            json!({ "title": "T", "body": "B", "active_from": late, "active_until": late }),
            json!({ "title": "", "body": "B" }),
            json!({ "title": "T\r\nX: y", "body": "B" }),
            json!({ "title": "x".repeat(201), "body": "B" }),
            json!({ "title": "T", "body": "x".repeat(10_001) }),
        ] {
            admin.post(ANNOUNCEMENTS, bad).await.refused(400);
            trail.says_of_none("announcement.create", "failure").await;
        }
        for bad in [json!({}), json!({ "active_from": late, "active_until": early }), json!({ "title": " " })] {
            admin.patch(FIRST, bad).await.refused(400);
            trail.says("announcement.update", "announcement", 1, "failure").await;
        }
        for bad in [
            json!({ "title": "T" }),
            json!({ "title": "T", "body": "a\u{0}b" }),
            json!({ "body": "B" }),
            json!({ "title": "T", "body": "B", "severity": "fatal" }),
            json!({ "title": "T", "body": "B", "active_from": "tomorrow" }),
            json!({ "title": "T", "body": "B", "is_active": 1 }),
        ] {
            admin.post(ANNOUNCEMENTS, bad).await.refused(400);
        }
        admin.patch(FIRST, json!({ "is_active": 3 })).await.refused(400);
        admin.patch(FIRST, json!({ "created_by": "x" })).await.refused(400);
        admin.patch("/admin/system/announcements/0", json!({ "title": "T" })).await.refused(400);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn a_key_makes_a_repetition_safe() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let (one, two) = (json!({ "title": "One", "body": "B" }), json!({ "title": "Two", "body": "B" }));
        keyed_once(&admin, ANNOUNCEMENTS, &one, &two).await;
        let listed = admin.get(ANNOUNCEMENTS).await.expect(200);
        assert_eq!(listed.body["total"], 2);
    })
    .await;
}
