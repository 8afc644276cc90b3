//! `aedile audit verify` and `aedile audit head`: was the log changed behind the server's back?

use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, Binary, TestApp, eventually, on_each_backend};

/// What somebody with the database in their hands can do first.
const fn disarm(backend: Backend) -> &'static str {
    match backend {
        Backend::Sqlite => "DROP TRIGGER audit_log_no_update; DROP TRIGGER audit_log_no_delete;",
        Backend::Postgres => "ALTER TABLE audit_log DISABLE TRIGGER ALL;",
    }
}

/// A log of several seals, and its newest one.
async fn log_with_seals(app: &TestApp) -> (Binary, String) {
    let (admin, binary) = (app.super_admin().await, Binary::on(&app.database.url));
    for round in 0..2 {
        for n in 0..3 {
            let name = format!("flag-{round}-{n}");
            admin.post("/admin/system/flags", json!({ "flag_name": name })).await.expect(201);
        }
        let sealed = || async { binary.run(&["audit", "verify"]).stdout.contains(" 0 of them not sealed") };
        eventually(Duration::from_secs(5), "all rows sealed", sealed).await;
    }
    let head = binary.run(&["audit", "head"]).expect(0).stdout;
    let seal = head.split(' ').next().unwrap().to_owned();
    assert!(seal.len() == 64 && seal.bytes().all(|byte| byte.is_ascii_hexdigit()), "{head}");
    (binary, seal)
}

#[tokio::test]
async fn an_untouched_log_verifies_against_a_seal_kept_elsewhere() {
    on_each_backend(async |app| {
        let (binary, seal) = log_with_seals(app).await;
        let verified = binary.run(&["audit", "verify"]).expect(0);
        assert!(verified.stdout.contains("intact") && verified.stderr.is_empty(), "{verified:?}");
        binary.run(&["audit", "verify", "--expect", &seal]).expect(0);
        // The seal is still in the chain when newer ones follow.
        app.super_admin().await.post("/admin/system/flags", json!({ "flag_name": "later" })).await.expect(201);
        let moved_on = || async { !binary.run(&["audit", "head"]).stdout.starts_with(&seal) };
        eventually(Duration::from_secs(5), "a newer seal", moved_on).await;
        binary.run(&["audit", "verify", "--expect", &seal]).expect(0);
        let wrong = binary.run(&["audit", "verify", "--expect", &"0".repeat(64)]).expect(1);
        assert!(wrong.stdout.contains(&"0".repeat(64)), "{wrong:?}");
    })
    .await;
}

#[tokio::test]
async fn a_changed_row_is_named_and_a_removed_one_breaks_its_seal() {
    on_each_backend(async |app| {
        let (binary, seal) = log_with_seals(app).await;
        let reply = app.super_admin().await.get("/admin/system/audit?resource_id=1&action=flag.create").await;
        let id = reply.expect(200).body["logs"][0]["id"].as_i64().unwrap();
        let change = format!("UPDATE audit_log SET actor_id = 'somebody else' WHERE id = {id};");
        app.database.execute(&format!("{} {change}", disarm(app.backend)));
        let changed = binary.run(&["audit", "verify"]).expect(1);
        assert!(changed.stdout.contains(&format!("row {id}: ")), "{changed:?}");
        assert_eq!(changed.stdout.lines().count(), 1, "no other row was changed: {changed:?}");

        app.database.execute(&format!("DELETE FROM audit_log WHERE id = {id}"));
        let removed = binary.run(&["audit", "verify"]).expect(1);
        assert!(removed.stdout.contains("seal ") && !removed.stdout.contains("row "), "{removed:?}");

        // Without its last seals the rest of a chain is sound; only who kept the seal can tell.
        app.database.execute(&format!("DELETE FROM audit_log WHERE id > {}", id - 1));
        let cut = binary.run(&["audit", "verify", "--expect", &seal]).expect(1);
        assert!(!cut.stdout.is_empty(), "{cut:?}");
    })
    .await;
}

#[tokio::test]
async fn an_empty_log_has_no_head() {
    for backend in Backend::all() {
        let database = crate::support::TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        let head = binary.run(&["audit", "head"]).expect(1);
        assert!(head.stdout.is_empty() && head.stderr.lines().count() == 1, "{head:?}");
        binary.run(&["audit", "verify"]).expect(0);
    }
}
