//! Starting: with nothing set, and twice at once.

use serde_json::json;

use crate::support::{Backend, Binary, IdentityProvider, TestDatabase};

#[tokio::test]
async fn with_nothing_set_it_starts_on_sqlite_and_answers() {
    let binary = Binary::new();
    let server = binary.serve(&[]).await;
    assert!(binary.folder().join("aedile.db").exists());
    let anyone = server.caller(None);
    anyone.get("/health/ready").await.expect(200);
    assert_eq!(anyone.get("/v1/flags").await.expect(200).body, json!({ "flags": {} }));
    let login = json!({ "identifier": "ada@example.com", "password": "correct horse battery" });
    anyone.post("/auth/login", login).await.refused(503);
    assert!(
        server.log().lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()),
        "{}",
        server.log()
    );
}

#[tokio::test]
async fn two_may_start_at_once_on_one_empty_database() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::empty(backend), IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider);
        let (one, other) = (binary.spawn(&["--bind", "127.0.0.1:0"]), binary.spawn(&["--bind", "127.0.0.1:0"]));
        let (one, other) = (one.listening().await, other.listening().await);
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let root = IdentityProvider::token("user_root", true);
        for (server, name) in [(&one, "by-one"), (&other, "by-other")] {
            let admin = server.caller(Some(&root));
            admin.post("/admin/system/flags", json!({ "flag_name": name })).await.expect(201);
            assert_eq!(admin.get("/admin/system/roles").await.expect(200).body["roles"].as_array().unwrap().len(), 3);
        }
        let flags = one.caller(Some(&root)).get("/admin/system/flags").await.expect(200);
        assert_eq!(flags.body["total"], 2, "{}", flags.text);
        binary.run(&["audit", "verify"]).expect(0);
        provider.stop().await;
    }
}
