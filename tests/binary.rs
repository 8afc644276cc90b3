//! The real binary: the first admin, crashes, and the audit log afterwards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::json;

use crate::support::{Backend, Caller, ISSUER, IdentityProvider, Process, TestDatabase, aedile, run};

const TAMPER: [(&str, &str); 2] = [
    ("sqlite", "DROP TRIGGER audit_log_no_update; UPDATE audit_log SET actor_id = 'somebody' WHERE id = 1"),
    ("postgres", "ALTER TABLE audit_log DISABLE TRIGGER ALL; UPDATE audit_log SET actor_id = 'somebody' WHERE id = 1"),
];

fn promote(database: &TestDatabase, user: &str) -> String {
    let output = run(aedile(&database.url).args(["admins", "promote", user]));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn whoever_reaches_the_database_makes_the_first_admin() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let mut command = aedile(&database.url);
        let server = Process::start(command.env("CLERK_JWKS_URL", &provider.jwks_url).env("CLERK_ISSUER", ISSUER));
        let admin = Caller::new(&server.url, Some(IdentityProvider::token("user_x", true)));
        admin.get("/admin/system/roles").await.refused(403);
        assert_eq!(
            promote(&database, "user_x").trim(),
            "user_x (user_x@example.com) is an admin with the role super-admin"
        );
        // The running server learns of it within two seconds, without Redis.
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        let context = admin.get("/admin/system/my-context").await.expect(200).body["context"].clone();
        assert_eq!((context["role_name"].as_str(), context["tier"].as_str()), (Some("super-admin"), Some("admin")));
        admin.get("/admin/system/roles").await.expect(200);
        // Who was promoted before their first sign-in gets their address by it.
        assert_eq!(promote(&database, "user_y").trim(), "user_y is an admin with the role super-admin");
        let other = Caller::new(&server.url, Some(IdentityProvider::token("user_y", true)));
        let rows = other.get("/admin/system/audit?actor_id=user_y").await.expect(200).body["logs"].clone();
        assert_eq!(
            rows[0]["new_values"],
            r#"{"display_name":"user_y","email":"user_y@example.com","email_verified":true}"#
        );
        provider.stop().await;
    }
}

#[tokio::test]
async fn a_local_user_becomes_the_first_admin_too() {
    for backend in Backend::all() {
        let database = TestDatabase::fresh(backend).await;
        let mut create = aedile(&database.url);
        create.args(["local-users", "create", "root@example.com"]);
        let mut child = create.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::null()).spawn().unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), b"correct horse battery\n").unwrap();
        assert!(child.wait().unwrap().success());
        promote(&database, "root@example.com");
        let server = Process::start(&mut aedile(&database.url));
        let login = json!({ "identifier": "Root@Example.com", "password": "correct horse battery" });
        let session = Caller::new(&server.url, None).post("/auth/login", login).await.expect(200).body;
        let admin = Caller::new(&server.url, Some(session["token"].as_str().unwrap().to_owned()));
        assert_eq!(session["user"]["role"], "admin");
        admin.get("/admin/system/audit").await.expect(200);
    }
}

/// Creates flags until the server is gone; returns the names of those it was answered for.
async fn create_flags(caller: Caller, writer: usize, stop: Arc<AtomicBool>) -> Vec<String> {
    let mut answered = Vec::new();
    for n in 0.. {
        let name = format!("flag-{writer}-{n}");
        let body = json!({ "flag_name": name });
        let created = caller.try_post("/admin/system/flags", body).await;
        match created {
            Some(201) => answered.push(name),
            _ if stop.load(Ordering::Relaxed) => break,
            other => panic!("refused: {other:?}"),
        }
    }
    answered
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answered_write_survives_kill_9_and_the_chain_verifies() {
    for backend in Backend::all() {
        let database = TestDatabase::fresh(backend).await;
        let provider = IdentityProvider::start();
        promote(&database, "user_root");
        let mut answered = Vec::new();
        for round in 0..4 {
            let mut command = aedile(&database.url);
            let mut server =
                Process::start(command.env("CLERK_JWKS_URL", &provider.jwks_url).env("CLERK_ISSUER", ISSUER));
            let root = Caller::new(&server.url, Some(IdentityProvider::token("user_root", true)));
            let known = root.get("/admin/system/flags").await.expect(200).body["flags"].clone();
            let known: Vec<&str> = known.as_array().unwrap().iter().map(|f| f["flag_name"].as_str().unwrap()).collect();
            assert!(
                answered.iter().all(|name: &String| known.contains(&name.as_str())),
                "round {round}: a write was lost"
            );
            let stop = Arc::new(AtomicBool::new(false));
            let writers: Vec<_> = (0..8)
                .map(|writer| tokio::spawn(create_flags(root.clone(), round * 8 + writer, Arc::clone(&stop))))
                .collect();
            tokio::time::sleep(std::time::Duration::from_millis(700)).await;
            stop.store(true, Ordering::Relaxed);
            server.kill();
            let before = answered.len();
            for writer in writers {
                answered.extend(writer.await.unwrap());
            }
            assert!(answered.len() > before, "round {round}: nothing was written");
        }
        let verified = run(aedile(&database.url).args(["audit", "verify"]));
        assert!(verified.status.success(), "{}", String::from_utf8_lossy(&verified.stdout));
        provider.stop().await;
    }
}

#[tokio::test]
async fn a_stopped_server_ends_well_and_its_log_verifies_until_it_is_changed() {
    for backend in Backend::all() {
        let database = TestDatabase::fresh(backend).await;
        promote(&database, "user_root");
        let mut server = Process::start(&mut aedile(&database.url));
        assert_eq!(server.terminate().code(), Some(0));
        let head = run(aedile(&database.url).args(["audit", "head"]));
        let seal = String::from_utf8(head.stdout).unwrap().split(' ').next().unwrap().to_owned();
        assert_eq!(seal.len(), 64);
        let verify = |expect: &str| run(aedile(&database.url).args(["audit", "verify", "--expect", expect]));
        assert!(verify(&seal).status.success());
        assert_eq!(verify(&"0".repeat(64)).status.code(), Some(1), "a seal that was never made");
        let (_, tamper) = TAMPER.iter().find(|(scheme, _)| database.url.starts_with(scheme)).unwrap();
        database.execute(tamper);
        let changed = verify(&seal);
        assert_eq!(changed.status.code(), Some(1));
        assert!(String::from_utf8_lossy(&changed.stdout).contains("row 1:"), "{changed:?}");
    }
}

#[test]
fn a_bad_setting_stops_the_start_with_one_line_that_names_it() {
    let cases: [(&str, &str); 11] = [
        ("AEDILE_BIND", "nowhere"),
        ("DATABASE_URL", "mysql://root:hunter2@db/x"),
        ("JWT_SECRET", "hunter2"),
        ("TRUSTED_PROXIES", "10.0.0.0/99"),
        ("AEDILE_WORKERS", "0"),
        ("AEDILE_DB_POOL", "none"),
        ("AEDILE_RATE_ADMIN", "-1"),
        ("AEDILE_LOG_FORMAT", "xml"),
        ("REDIS_URL", "http://hunter2@redis"),
        ("RUST_LOG", "aedile=loud"),
        ("CLERK_JWKS_URL", "http://127.0.0.1/jwks"),
    ];
    for (variable, value) in cases {
        let output = run(aedile("sqlite:unused.db").env(variable, value).args(["serve"]));
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{variable}: {text}");
        assert_eq!(text.lines().count(), 1, "{variable}: {text}");
        assert!(
            text.contains(variable) || variable == "CLERK_JWKS_URL" && text.contains("CLERK_ISSUER"),
            "{variable}: {text}"
        );
        assert!(!text.contains("hunter2"), "{variable}: {text}");
    }
}

#[test]
fn help_names_every_setting() {
    let text = String::from_utf8(run(aedile("sqlite:unused.db").args(["serve", "--help"])).stdout).unwrap();
    for variable in [
        "AEDILE_BIND",
        "DATABASE_URL",
        "REDIS_URL",
        "JWT_SECRET",
        "CLERK_JWKS_URL",
        "CLERK_ISSUER",
        "CLERK_AUTHORIZED_PARTIES",
        "TRUSTED_PROXIES",
        "AEDILE_RATE_PUBLIC_READ",
        "AEDILE_RATE_WRITE",
        "AEDILE_RATE_ADMIN",
        "AEDILE_WORKERS",
        "AEDILE_DB_POOL",
        "RUST_LOG",
        "AEDILE_LOG_FORMAT",
    ] {
        assert!(text.contains(variable), "{variable} is missing");
    }
    assert!(!text.contains("a secret for tests"), "values of secrets are not shown");
}
