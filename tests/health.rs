//! `/health`, `/metrics`, and what every answer has.

use serde_json::json;

use crate::support::on_each_backend;

#[tokio::test]
async fn the_server_says_that_it_lives_and_is_ready() {
    on_each_backend(async |app| {
        let anyone = app.anonymous();
        assert_eq!(anyone.get("/health/live").await.expect(200).body, json!({ "status": "live" }));
        assert_eq!(anyone.get("/health/ready").await.expect(200).body, json!({ "status": "ready" }));
        let metrics = anyone.get("/metrics").await.expect(200);
        assert!(metrics.text.contains("aedile_http_requests_total"), "{}", metrics.text);
    })
    .await;
}

#[tokio::test]
async fn every_answer_has_an_id_and_says_that_it_is_not_to_be_kept() {
    on_each_backend(async |app| {
        let reply = app.anonymous().get("/admin/system/roles").await.refused(401);
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("x-request-id").map(str::len), Some(32));
        for kept in ["order-4711.a_b", "7", "<a=b;c:{}>\"~!", &"x".repeat(128)] {
            let sent = app.anonymous().with_header("X-Request-Id", kept).get("/health/live").await;
            assert_eq!(sent.header("x-request-id"), Some(kept));
        }
        for bad in ["", "with space in it", "a\tb\tc\td\te", &"x".repeat(129), "\u{e4}\u{f6}\u{fc}"] {
            let reply = app.anonymous().with_header("X-Request-Id", bad).get("/health/live").await;
            assert_eq!(reply.header("x-request-id").map(str::len), Some(32), "{bad}");
        }
    })
    .await;
}
