//! What an ordinary user can make the database keep is bounded.

use aedile_kernel::digest::{hex, sha256};
use serde_json::json;

use super::rows;
use crate::support::on_each_backend;

const REQUESTS: usize = 300;
/// The most that one refused or repeated request adds, in bytes, indexes included.
const MOST_A_REQUEST: i64 = 10 * 1_024;

/// Characters that no database can compress well, always the same ones.
fn noise(seed: usize, length: usize) -> String {
    let blocks = (0..).map(|n: usize| hex(&sha256(format!("{seed}:{n}").as_bytes())));
    blocks.flat_map(String::into_bytes).take(length).map(char::from).collect()
}

#[tokio::test]
async fn three_hundred_hostile_requests_add_three_megabytes_at_most() {
    on_each_backend(async |app| {
        let (root, user) = (app.super_admin().await, app.user("user_mallory"));
        user.get("/v1/flags").await.expect(200);
        let (before, size) = (rows(&root, "status=denied").await, app.database.size());
        for n in 0..REQUESTS {
            let hostile = user
                .with_header("User-Agent", &noise(n, 8_000))
                .with_header("X-Request-Id", &noise(n, 120))
                .with_header("Idempotency-Key", &noise(n, 250));
            let body = json!({ "description": noise(n, 100_000) });
            match n % 3 {
                0 => hostile.delete(&format!("/admin/system/tiers/{}", noise(n, 8_000))).await,
                1 => hostile.put(&format!("/admin/system/scopes/{}", noise(n, 8_000)), body).await,
                _ => hostile.get(&format!("/admin/usage/{}", noise(n, 8_000))).await,
            }
            .refused(403);
        }
        let denials = rows(&root, "status=denied").await - before;
        assert_eq!(denials, u64::try_from(REQUESTS).unwrap(), "each denial is in the audit log");
        let grown = app.database.size() - size;
        assert!(grown < MOST_A_REQUEST * i64::try_from(REQUESTS).unwrap(), "{grown} bytes");
    })
    .await;
}

#[tokio::test]
async fn a_long_resource_id_is_cut_in_the_audit_log_and_says_so() {
    on_each_backend(async |app| {
        let (root, user) = (app.super_admin().await, app.user("user_mallory"));
        user.delete(&format!("/admin/system/tiers/{}", noise(1, 4_000))).await.refused(403);
        let log = root.get("/admin/system/audit?status=denied&limit=1").await.expect(200);
        let kept = log.body["logs"][0]["resource_id"].as_str().unwrap();
        assert!(kept.starts_with(&noise(1, 200)) && kept.ends_with("(truncated)"), "{kept}");
        assert_eq!(kept.chars().count(), 256);
    })
    .await;
}

#[tokio::test]
async fn a_refusal_that_cannot_be_audited_is_seen() {
    on_each_backend(async |app| {
        let user = app.user("user_mallory");
        user.get("/admin/system/roles").await.refused(403);
        app.database.execute("ALTER TABLE audit_log RENAME TO audit_log_away");
        let reply = user.get("/admin/system/roles").await.refused(503);
        app.database.execute("ALTER TABLE audit_log_away RENAME TO audit_log");
        assert!(reply.text.contains("the audit log is unavailable"), "{}", reply.text);
        let metrics = app.anonymous().get("/metrics").await.expect(200).text;
        assert!(metrics.contains("aedile_audit_failures_total{operation=\"role.list\"}"), "{metrics}");
        user.get("/admin/system/roles").await.refused(403);
    })
    .await;
}
