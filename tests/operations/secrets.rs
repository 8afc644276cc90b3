//! C-59: secrets are in no log, no audit row and no metric.

use serde_json::{Value, json};

use crate::support::{Backend, Binary, Caller, IdentityProvider, TestDatabase, variable};

const KEY: &str = "canary-key-of-local-sessions-0123456789";
const PASSWORD: &str = "canary-password-that-is-right";
const WRONG: &str = "canary-password-that-is-wrong";
const TOKEN: &str = "canary-token-that-nobody-signed";
const REDIS: &str = "canary-password-of-redis";
const DATABASE: &str = "canary-password-of-the-database";

/// The same database, reached with a password; a server for tests trusts everybody and takes any.
fn with_password(url: &str) -> String {
    match url.split_once("postgres@") {
        Some((scheme, rest)) => format!("{scheme}postgres:{DATABASE}@{rest}"),
        None => url.to_owned(),
    }
}

/// Where a Redis is or would be, with a password it does not know.
fn redis() -> String {
    let url = variable("AEDILE_TEST_REDIS").unwrap_or_else(|| "redis://127.0.0.1:1".to_owned());
    url.replacen("redis://", &format!("redis://:{REDIS}@"), 1)
}

/// Everything that a secret might slip into on its way.
async fn tries(anyone: &Caller, root: &Caller) -> String {
    let new = json!({ "identifier": "ada@example.com", "password": PASSWORD, "role": "admin" });
    root.post("/admin/local-users", new.clone()).await.expect(201);
    root.post("/admin/local-users", new).await.refused(409);
    root.post("/admin/local-users", json!({ "identifier": "x", "password": WRONG })).await.refused(400);
    root.post("/admin/local-users", json!({ "identifier": 7, "password": WRONG })).await.refused(400);
    let login = |password: &str| json!({ "identifier": "ada@example.com", "password": password });
    anyone.post("/auth/login", login(WRONG)).await.refused(401);
    anyone.post("/auth/login", json!({ "identifier": "ada@example.com", "passwort": WRONG })).await.refused(400);
    let session = anyone.post("/auth/login", login(PASSWORD)).await.expect(200).body["token"].clone();
    let with = |token: &str| anyone.with_header("Authorization", &format!("Bearer {token}"));
    with(TOKEN).get("/admin/system/roles").await.refused(401);
    with(session.as_str().unwrap()).post("/admin/system/flags", json!({ "flag_name": "x" })).await.refused(403);
    anyone.with_header("X-Admin-Key", TOKEN).get("/admin/system/roles").await.refused(401);
    session.as_str().unwrap().to_owned()
}

#[tokio::test]
async fn c_59_secrets_are_in_no_log_no_audit_row_and_no_metric() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::fresh(backend).await, IdentityProvider::start());
        let binary = Binary::on(&with_password(&database.url)).trusting(&provider);
        let binary = binary.with("JWT_SECRET", KEY).with("REDIS_URL", &redis()).with("RUST_LOG", "trace");
        binary.run(&["admins", "promote", "user_root"]).expect(0);
        let server = binary.serve(&[]).await;
        let claims = IdentityProvider::token("user_root", true);
        let (anyone, root) = (server.caller(None), server.caller(Some(&claims)));
        let session = tries(&anyone, &root).await;
        let named = root.with_header("X-Request-Id", "order-4711.by-root");
        named.post("/admin/system/flags", json!({ "flag_name": "named" })).await.expect(201);

        let audit = root.get("/admin/system/audit?limit=100").await.expect(200).text;
        let metrics = anyone.get("/metrics").await.expect(200).text;
        let log = server.log();
        let signatures = [&claims, &session].map(|token| token.rsplit('.').next().unwrap().to_owned());
        let secrets = [KEY, PASSWORD, WRONG, TOKEN, REDIS, DATABASE, &signatures[0], &signatures[1]];
        for (place, text) in [("log", &log), ("audit log", &audit), ("metrics", &metrics)] {
            assert!(text.len() > 200, "the {place} is empty");
            for secret in secrets {
                assert!(!text.contains(secret), "{backend:?}: {secret} is in the {place}");
            }
        }
        assert!(log.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "a line of the log is no JSON");
        let is_told = |line: &str| line.contains("order-4711.by-root") && line.contains("flag.create");
        assert!(log.lines().any(is_told), "the log does not tell which request made the flag");
        let row = root.get("/admin/system/audit?action=flag.create&status=success").await.body["logs"][0].clone();
        assert!(row["metadata"].as_str().unwrap().contains("order-4711.by-root"), "{row}");
        server.kill();
        provider.stop().await;
    }
}
