//! `/admin/usage`.

use std::time::Duration;

use serde_json::{Value, json};

use super::{Admin, Trail, as_each_admin, assert_like, local_user, sign_in};
use crate::support::{Caller, on_each_backend};

/// The usage, once `count` calls have been written.
async fn counted(admin: &Caller, path: &str, count: u64) -> Value {
    for _ in 0..50 {
        let reply = admin.get(path).await.expect(200);
        if reply.body["total"]["count"].as_u64().unwrap() >= count {
            return reply.body;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{count} calls were not written");
}

#[tokio::test]
async fn the_documented_call_answers_as_documented() {
    as_each_admin(async |app, admin| {
        let id = local_user(admin, "user@example.com", "user").await;
        let user = sign_in(app, "user@example.com").await;
        for path in ["/compile", "/validate", "/compile"] {
            let asked = user.with_header("X-Forwarded-Method", "POST").with_header("X-Forwarded-Uri", path);
            asked.get("/gateway/authorize").await.expect(200);
        }
        let mut trail = Trail::of(admin).await;
        let mut body = counted(admin, &format!("/admin/usage/{id}?days=30"), 3).await;
        let date = body["days"][0]["date"].take();
        assert!(super::is_time(&format!("{}T00:00:00", date.as_str().unwrap()), ""), "{date}");
        let expected = json!({
            "success": true,
            "userId": id,
            "total": { "count": 3, "firstSeen": "<time Z>", "lastSeen": "<time Z>" },
            "days": [{ "date": null, "count": 3, "routes": { "/compile": 2, "/validate": 1 } }],
            "lookbackDays": 30,
        });
        assert_like(&body, &expected);
        let body = admin.get(&format!("/admin/usage/{id}")).await.expect(200).body;
        assert_eq!(body["lookbackDays"], 30);
        trail.is_silent().await;
    })
    .await;
}

#[tokio::test]
async fn who_never_called_has_no_usage_and_the_lookback_has_bounds() {
    on_each_backend(async |app| {
        let admin = Admin::of_provider(app).await;
        let body = admin.get("/admin/usage/nobody?days=1").await.expect(200).body;
        let expected = json!({
            "success": true,
            "userId": "nobody",
            "total": { "count": 0, "firstSeen": null, "lastSeen": null },
            "days": [],
            "lookbackDays": 1,
        });
        assert_eq!(body, expected);
        admin.get("/admin/usage/nobody?days=90").await.expect(200);
        for bad in ["days=0", "days=91", "days=-1", "days=x", "days=", "since=1"] {
            admin.get(&format!("/admin/usage/nobody?{bad}")).await.refused(400);
        }
    })
    .await;
}
