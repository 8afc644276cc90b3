//! SIGTERM while requests run.

use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::{Backend, Binary, FreezingSocket, IdentityProvider, TestDatabase, Wire, eventually, needed};

const IN_FLIGHT: usize = 6;

/// A request whose handler runs and waits for the body: the server asks for it only then.
fn begin(url: &str, token: &str, name: &str) -> (Wire, String) {
    let body = json!({ "flag_name": name }).to_string();
    let mut wire = Wire::to(url);
    wire.send(format!(
        "POST /admin/system/flags HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    ));
    let go_on = wire.receive_until("\r\n\r\n", Duration::from_secs(5));
    assert!(go_on.starts_with("HTTP/1.1 100"), "{go_on}");
    (wire, body)
}

#[tokio::test]
async fn what_runs_is_answered_and_what_was_counted_is_written() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider);
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let (root, ada) = (IdentityProvider::token("user_root", true), IdentityProvider::token("user_ada", false));

        let mut server = binary.serve(&[]).await;
        let idle = server.caller(Some(&root));
        idle.get("/admin/system/my-permissions").await.expect(200);
        let running: Vec<_> = (0..IN_FLIGHT).map(|n| begin(&server.url, &root, &format!("in-flight-{n}"))).collect();
        let visitor = server.caller(Some(&ada));
        let visitor = visitor.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/compile");
        for _ in 0..7 {
            visitor.get("/gateway/authorize").await.expect(200);
        }
        server.terminate();
        let told = Instant::now();
        let address = server.url.strip_prefix("http://").unwrap().to_owned();
        let refuses = || async { TcpStream::connect(&address).is_err() };
        eventually(Duration::from_secs(3), "no new connections", refuses).await;
        for (mut wire, body) in running {
            wire.send(body);
            let answer = wire.receive_until("\"success\"", Duration::from_secs(5));
            assert!(answer.starts_with("HTTP/1.1 201"), "{backend:?}: {answer}");
        }
        let status = server.ended_within(Duration::from_secs(10).saturating_sub(told.elapsed())).await;
        assert_eq!(status.code(), Some(0), "{}", server.log());

        let server = binary.serve(&[]).await;
        let admin = server.caller(Some(&root));
        let flags = admin.get("/admin/system/flags").await.expect(200);
        assert_eq!(flags.body["flags"].as_array().unwrap().len(), IN_FLIGHT);
        let usage = admin.get("/admin/usage/user_ada").await.expect(200);
        assert_eq!(usage.body["total"]["count"], 7, "{}", usage.text);
        assert_eq!(usage.body["days"][0]["routes"]["/compile"], 7, "{}", usage.text);
        provider.stop().await;
    }
}

#[tokio::test]
async fn a_client_that_never_finishes_does_not_keep_the_server() {
    let (database, provider) = (TestDatabase::fresh(Backend::Sqlite).await, IdentityProvider::start());
    let binary = Binary::on(&database.url).trusting(&provider);
    binary.run(&["admins", "promote", "user_root"]).expect(0);
    let mut server = binary.serve(&[]).await;
    let _never_finished = begin(&server.url, &IdentityProvider::token("user_root", true), "never");
    server.terminate();
    assert_eq!(server.ended_within(Duration::from_secs(10)).await.code(), Some(0), "{}", server.log());
    provider.stop().await;
}

#[tokio::test]
async fn a_database_that_no_longer_answers_does_not_keep_the_server() {
    if needed("AEDILE_TEST_POSTGRES").is_none() {
        return;
    }
    let (database, provider) = (TestDatabase::fresh(Backend::Postgres).await, IdentityProvider::start());
    let socket = FreezingSocket::to(&database.url).expect("PostgreSQL is reached by a Unix socket");
    let mut server = Binary::on(&socket.url).trusting(&provider).serve(&[]).await;
    let visitor = server.caller(Some(&IdentityProvider::token("user_ada", false)));
    let visitor = visitor.with_header("X-Forwarded-Method", "GET").with_header("X-Forwarded-Uri", "/compile");
    visitor.get("/gateway/authorize").await.expect(200);
    socket.freeze();
    server.terminate();
    assert_eq!(server.ended_within(Duration::from_secs(10)).await.code(), Some(0), "{}", server.log());
    provider.stop().await;
}

#[tokio::test]
async fn every_signal_that_asks_for_the_end_gets_an_orderly_one() {
    let database = TestDatabase::fresh(Backend::Sqlite).await;
    for signal in ["-TERM", "-INT", "-HUP"] {
        let mut server = Binary::on(&database.url).serve(&[]).await;
        server.signal(signal);
        let status = server.ended_within(Duration::from_secs(10)).await;
        assert_eq!(status.code(), Some(0), "{signal}: {}", server.log());
    }
}

#[tokio::test]
async fn only_its_owner_reads_a_database_that_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("made.db");
    let server = Binary::on(&format!("sqlite:{}", path.display())).serve(&[]).await;
    let mut files = 0;
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        if file.file_name().to_string_lossy().starts_with("made.db") {
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{file:?}");
            files += 1;
        }
    }
    assert!(files >= 2, "the database and its log: {files}");
    drop(server);
}
