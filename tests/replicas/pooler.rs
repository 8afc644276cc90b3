//! PostgreSQL behind PgBouncer in transaction mode, where each transaction may be served by another connection.

use std::fs::File;
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::support::{Backend, Binary, IdentityProvider, Port, TestDatabase, eventually, needed};

/// A pooler while it lives.
struct Pooler {
    child: Child,
    url: String,
    _folder: tempfile::TempDir,
    _port: Port,
}

impl Pooler {
    /// Starts one with few connections to the database at `url`, for many clients.
    async fn start(program: &str, url: &str) -> Self {
        let (folder, reserved) = (tempfile::tempdir().unwrap(), Port::reserve());
        let port = reserved.number;
        let parsed = url::Url::parse(url).unwrap();
        let host = parsed.host_str().unwrap().replace("%2F", "/");
        let (user, database) = (parsed.username(), parsed.path().trim_start_matches('/'));
        let configuration = format!(
            "[databases]\n{database} = host={host} dbname={database} user={user}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n\
             listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = 3\n\
             max_client_conn = 100\n"
        );
        let file = folder.path().join("pgbouncer.ini");
        std::fs::write(&file, configuration).unwrap();
        let mut command = Command::new(program);
        let id = Command::new("id").arg("-u").output().unwrap().stdout;
        if id == b"0\n" {
            // It refuses to run as root, and the server's socket is its own user's.
            let all = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            std::fs::set_permissions(folder.path(), all).unwrap();
            command.args(["-u", "postgres"]);
        }
        let log = File::create(folder.path().join("log")).unwrap();
        let child = command.arg(&file).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap();
        let url = format!("postgres://{user}@127.0.0.1:{port}/{database}");
        let pooler = Self { child, url, _folder: folder, _port: reserved };
        let listens = || async { TcpStream::connect(("127.0.0.1", port)).is_ok() };
        eventually(Duration::from_secs(20), "the pooler listens", listens).await;
        pooler
    }
}

impl Drop for Pooler {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

#[tokio::test]
async fn no_statement_is_taken_for_another_behind_a_pooler() {
    let Some(program) = needed("AEDILE_TEST_PGBOUNCER") else { return };
    if !Backend::all().contains(&Backend::Postgres) {
        return;
    }
    let (database, provider) = (TestDatabase::fresh(Backend::Postgres).await, IdentityProvider::start());
    let pooler = Pooler::start(&program, &database.url).await;
    let binary = Binary::on(&pooler.url).trusting(&provider);
    binary.run(&["admins", "promote", "user_root"]).expect(0);
    let server = binary.serve(&[]).await;
    assert!(server.log().contains("pooler in transaction mode"), "{}", server.log());
    let root = server.caller(Some(&IdentityProvider::token("user_root", true)));
    let clients = (0..8).map(|client| {
        let root = root.clone();
        async move {
            for round in 0..15 {
                let name = format!("flag-{client}-{round}");
                let made = root.post("/admin/system/flags", json!({ "flag_name": name })).await.expect(201);
                let id = made.body["flag"]["id"].as_i64().unwrap();
                let changed = json!({ "description": name });
                let changed = root.patch(&format!("/admin/system/flags/{id}"), changed).await.expect(200);
                assert_eq!(changed.body["flag"]["flag_name"], name.as_str());
                let rows = format!("/admin/system/audit?resource_type=feature_flag&resource_id={id}");
                assert_eq!(root.get(&rows).await.expect(200).body["total"], 2);
                root.get("/v1/admin/users?limit=1").await.expect(200);
                root.get("/admin/system/roles").await.expect(200);
            }
        }
    });
    join_all(clients).await;
    binary.run(&["audit", "verify"]).expect(0);
    // A setting that was left on a connection would be every later client's.
    let limit = |url: &str| {
        TestDatabase::at(url).number("SELECT setting::bigint FROM pg_settings WHERE name = 'statement_timeout'")
    };
    assert_eq!((0..5).map(|_| limit(&pooler.url)).collect::<Vec<_>>(), [0; 5]);
}
