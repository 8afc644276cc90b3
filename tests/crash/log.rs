//! A log that can't be written costs lines, and nothing else.

use std::fs::File;
use std::io::{PipeReader, pipe};
use std::process::Stdio;
use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, Binary, IdentityProvider, TestDatabase};

/// A log that takes no lines, and whatever must be kept for that.
type BadLog = fn() -> (Stdio, Option<PipeReader>);

const LOGS: [(&str, BadLog); 3] = [
    ("a pipe that was closed", || {
        let (_closed, writer) = pipe().unwrap();
        (writer.into(), None)
    }),
    ("a device that is full", || (File::options().write(true).open("/dev/full").unwrap().into(), None)),
    ("a pipe that nobody reads", || {
        let (reader, writer) = pipe().unwrap();
        (writer.into(), Some(reader))
    }),
];

#[tokio::test]
async fn every_write_is_answered_and_the_end_is_orderly() {
    for backend in Backend::all() {
        for (what, log) in LOGS {
            let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
            let binary = Binary::on(&database.url).trusting(&provider).with("RUST_LOG", "trace");
            binary.run(&["admins", "promote", "user_root"]).expect(0);
            let (log, _kept) = log();
            let mut server = binary.serve_with_log(log).await;
            server.caller(Some(&IdentityProvider::token("user_a", false))).get("/v1/flags").await.expect(200);
            let root = server.caller(Some(&IdentityProvider::token("user_root", true)));
            for n in 1..=5 {
                let grant = json!({ "email": "user_a@example.com", "amount_usd": 1 });
                let granted = root.post("/api/v1/admin/credits/grant", grant).await.expect(200);
                assert_eq!(granted.body["balance_after_usd"], n, "{what}: {}", granted.text);
            }
            let metrics = server.caller(None).get("/metrics").await.expect(200);
            if what != "a pipe that nobody reads" {
                assert!(metrics.text.contains("aedile_log_lines_lost_total"), "{what}: {}", metrics.text);
            }
            server.terminate();
            let status = server.ended_within(Duration::from_secs(10)).await;
            assert_eq!(status.code(), Some(0), "{backend:?}: {what}");
            provider.stop().await;
        }
    }
}
