//! What is decided, why, and when it need not be sent again.

use serde_json::{Value, json};

use super::flags::{EVALUATE, make_flags, one, pro};
use crate::support::on_each_backend;

#[tokio::test]
async fn each_decision_has_its_reason() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        make_flags(&root).await;
        let (anyone, ada, pro) = (app.anonymous(), app.user("user_ada"), pro(app, &root).await);
        let bucketed = app.user("user_2abc123");
        for (caller, flag, value, reason) in [
            (&anyone, "everybody", true, "STATIC"),
            (&ada, "everybody", true, "STATIC"),
            (&ada, "nobody", false, "STATIC"),
            (&ada, "switched-off", false, "DISABLED"),
            (&ada, "for-ada", true, "TARGETING_MATCH"),
            (&bucketed, "for-ada", false, "DEFAULT"),
            (&pro, "for-pro", true, "TARGETING_MATCH"),
            (&ada, "for-pro", false, "DEFAULT"),
            (&anyone, "for-pro", false, "DEFAULT"),
            // Bucket 153 of 10,000, and 9457.
            (&bucketed, "new-parser-v2", true, "SPLIT"),
            (&app.user("user_2xyz789"), "new-parser-v2", false, "SPLIT"),
        ] {
            let variant = if value { "on" } else { "off" };
            let expected = [json!(value), json!(reason), json!(variant)];
            assert_eq!(one(caller, flag, json!({})).await, expected, "{flag}");
        }
        // Attributes that no flag looks at change nothing, and a caller's own key is no other.
        let context = json!({ "targetingKey": "user_ada", "plan": { "seats": [1, 2] }, "beta": null });
        assert_eq!(one(&ada, "for-ada", context).await[0], true);
    })
    .await;
}

#[tokio::test]
async fn who_reads_flags_may_ask_for_others() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        make_flags(&root).await;
        pro(app, &root).await;
        let users = root.get("/admin/local-users").await.expect(200).body["users"].clone();
        let reader = app.with_role("viewer").await;
        let key = |key: &str| json!({ "targetingKey": key });
        assert_eq!(one(&reader, "for-ada", key("user_ada")).await[1], "TARGETING_MATCH");
        assert_eq!(one(&reader, "for-ada", key("user_bob")).await[0], false);
        assert_eq!(one(&reader, "for-pro", key(users[0]["id"].as_str().unwrap())).await[0], true);
        assert_eq!(one(&reader, "for-pro", key("user_never_seen")).await[0], false);
        assert_eq!(one(&reader, "for-pro", json!({ "targetingKey": "user_bob", "tier": "pro" })).await[0], true);
        assert_eq!(one(&reader, "new-parser-v2", key("user_2abc123")).await[0], true);
        assert_eq!(one(&reader, "new-parser-v2", key("42")).await[0], false, "bucket 2851 is beyond 25 %");
        let raise = json!({ "rollout_percentage": 28.52 });
        let flags = root.get("/admin/system/flags").await.expect(200).body["flags"].clone();
        let id =
            flags.as_array().unwrap().iter().find(|flag| flag["flag_name"] == "new-parser-v2").unwrap()["id"].clone();
        root.patch(&format!("/admin/system/flags/{id}"), raise).await.expect(200);
        assert_eq!(one(&reader, "new-parser-v2", key("42")).await[0], true, "and within 28.52 %");
        assert_eq!(one(&reader, "new-parser-v2", key("user_2abc123")).await[0], true, "nobody is taken out");
        // A tier that is not one's own is not believed from whoever may not ask for others.
        assert_eq!(one(&app.user("user_bob"), "for-pro", json!({ "tier": "pro" })).await[0], false);
    })
    .await;
}

#[tokio::test]
async fn all_flags_come_at_once_and_only_when_they_changed() {
    on_each_backend(async |app| {
        let root = app.super_admin().await;
        make_flags(&root).await;
        let ada = app.user("user_ada");
        let all = ada.post(EVALUATE, json!({})).await.expect(200);
        let flags = all.body["flags"].as_array().unwrap();
        let on: Vec<&Value> = flags.iter().filter(|flag| flag["value"] == true).map(|flag| &flag["key"]).collect();
        assert_eq!(
            (flags.len(), on),
            (6, vec![&json!("everybody"), &json!("for-ada"), &json!("new-parser-v2")]),
            "{}",
            all.text
        );
        for flag in flags {
            let alone = one(&ada, flag["key"].as_str().unwrap(), json!({})).await;
            assert_eq!(alone, ["value", "reason", "variant"].map(|name| flag[name].clone()));
        }
        let tag = all.header("etag").unwrap().to_owned();
        let again = async |tag: &str| ada.with_header("If-None-Match", tag).post(EVALUATE, json!({})).await;
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let reply = again(&known).await.expect(304);
            assert_eq!((reply.text.as_str(), reply.header("etag")), ("", Some(tag.as_str())), "{known}");
        }
        again("\"other\"").await.expect(200);
        again("nonsense").await.expect(200);
        assert_eq!(all.header("cache-control"), Some("private, no-cache"));
        // Somebody else gets something else, and a change gets a new tag on the next request.
        let other = app.user("user_bob").with_header("If-None-Match", &tag).post(EVALUATE, json!({})).await;
        assert_ne!(other.expect(200).header("etag"), Some(tag.as_str()));
        root.post("/admin/system/flags", json!({ "flag_name": "newest", "enabled": true })).await.expect(201);
        let changed = again(&tag).await.expect(200);
        assert_eq!(changed.body["flags"].as_array().unwrap().len(), 7);
        assert_ne!(changed.header("etag"), Some(tag.as_str()));
    })
    .await;
}
