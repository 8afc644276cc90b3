//! Settings: all of them are told, and a bad one stops the start.

use std::net::TcpListener;

use aedile::Settings;
use clap::{Args, Command};

use crate::support::{Backend, Binary, TestDatabase, variable};

#[test]
fn help_tells_every_setting_and_its_variable_but_no_secret() {
    let canary = "canary-of-the-help-page-that-is-long-enough";
    let url = format!("redis://:{canary}@127.0.0.1");
    let binary =
        Binary::on("postgres://u:canary-of-the-help-page@h/d").with("JWT_SECRET", canary).with("REDIS_URL", &url);
    let help = binary.run(&["serve", "--help"]).expect(0).stdout;
    assert!(!help.contains("canary"), "{help}");
    let command = Settings::augment_args(Command::new("serve"));
    let mut told = 0;
    for argument in command.get_arguments() {
        let long = format!("--{}", argument.get_long().unwrap());
        assert!(help.contains(&long), "{long} is missing: {help}");
        assert!(argument.get_help().is_some(), "{long} is not explained");
        if let Some(variable) = argument.get_env() {
            let variable = format!("[env: {}", variable.to_str().unwrap());
            assert!(help.contains(&variable), "{variable} is missing: {help}");
            told += 1;
        }
    }
    assert!(told >= 16, "only {told} variables");
}

/// Variables, of which the first is the bad one, and another name that the line may have instead.
const BAD: &[(&[(&str, &str)], &str)] = &[
    (&[("AEDILE_BIND", "canary")], ""),
    (&[("AEDILE_BIND", "127.0.0.1:canary")], ""),
    (&[("AEDILE_BIND", "canary.invalid:80")], ""),
    (&[("DATABASE_URL", "mysql://u:canary@h/d")], ""),
    (&[("DATABASE_URL", "")], ""),
    (&[("DATABASE_URL", "sqlite://canary.db")], ""),
    (&[("DATABASE_URL", "sqlite:canary.db?mode=ro")], ""),
    (&[("DATABASE_URL", "file:canary.db")], ""),
    (&[("DATABASE_URL", "postgres://canary@127.0.0.1:1")], ""),
    (&[("DATABASE_URL", "postgres://canary@127.0.0.1:1/d?schema=public")], "database"),
    (&[("AEDILE_AGENTS_ALLOW_WRITE", "canary")], ""),
    (&[("AEDILE_AGENTS_ONLY", "user,canary")], ""),
    (&[("AEDILE_AGENTS_MAX_GRANTED", "-1")], ""),
    (&[("AEDILE_PLATFORM_FEE_BPS", "15%")], ""),
    (&[("PUBLIC_URL", "https://h.example/?canary")], ""),
    (&[("CLERK_AUTHORIZED_PARTIES", "https://a.example,,b")], ""),
    (&[("DATABASE_URL", "postgres://canary:canary@127.0.0.1:1/d")], "database"),
    (&[("DATABASE_URL", "sqlite:/nowhere/at/all/canary.db")], "database"),
    (&[("REDIS_URL", "http://u:canary@h")], ""),
    (&[("REDIS_URL", "redis://u:canary@h:port")], ""),
    (&[("JWT_SECRET", "canary")], ""),
    (&[("CLERK_JWKS_URL", "https://canary/jwks")], "CLERK_ISSUER"),
    (&[("CLERK_ISSUER", "https://canary")], "CLERK_JWKS_URL"),
    (&[("CLERK_JWKS_URL", ""), ("CLERK_ISSUER", "https://i.example")], ""),
    (&[("CLERK_ISSUER", ""), ("CLERK_JWKS_URL", "https://i.example/jwks")], ""),
    (&[("REDIS_URL", "redis://u:canary@h:99999")], ""),
    (&[("CLERK_JWKS_URL", "ftp://canary/jwks"), ("CLERK_ISSUER", "https://i.example")], ""),
    (&[("CLERK_JWKS_URL", "canary is no url"), ("CLERK_ISSUER", "https://i.example")], ""),
    (&[("CLERK_WEBHOOK_SECRET", "canary")], ""),
    (&[("CLERK_WEBHOOK_SECRET", "whsec_canary")], ""),
    (&[("CLERK_WEBHOOK_SECRET", "whsec_")], ""),
    (&[("CLERK_WEBHOOK_SECRET", "whsec_Y2FuYXJ5")], ""),
    (&[("JWT_SECRET", "")], ""),
    (&[("JWT_SECRET", "canary-of-31-bytes-is-too-short")], ""),
    (&[("ADMIN_API_KEY", "")], ""),
    (&[("ADMIN_API_KEY", "canary-of-15-by")], ""),
    (&[("ADMIN_API_KEY", "a canary with spaces in it")], ""),
    (&[("STRIPE_WEBHOOK_SECRET", "")], ""),
    (&[("STRIPE_WEBHOOK_SECRET", "whsec_")], ""),
    (&[("STRIPE_WEBHOOK_SECRET", "whsec_canary")], ""),
    (&[("STRIPE_WEBHOOK_SECRET", "a-long-secret-that-is-no-canary")], ""),
    (&[("STRIPE_SECRET_KEY", "")], ""),
    (&[("STRIPE_SECRET_KEY", "sk_canary")], ""),
    (&[("STRIPE_SECRET_KEY", "pk_live_canary")], ""),
    (&[("STRIPE_SECRET_KEY", "sk_live_")], ""),
    (&[("STRIPE_SECRET_KEY", "sk_test_canary with a space")], ""),
    (&[("TRUSTED_PROXIES", "canary")], ""),
    (&[("TRUSTED_PROXIES", "10.0.0.0/99")], ""),
    (&[("AEDILE_WORKERS", "0")], ""),
    (&[("AEDILE_KEEP_REPLIES_HOURS", "23")], ""),
    (&[("AEDILE_KEEP_EVENTS_DAYS", "30")], ""),
    (&[("AEDILE_KEEP_USAGE_DAYS", "0")], ""),
    (&[("AEDILE_WORKERS", "-1")], ""),
    (&[("AEDILE_DB_POOL", "0")], ""),
    (&[("AEDILE_WRITE_GROUP", "0")], ""),
    (&[("AEDILE_RATE_PUBLIC_READ", "-1")], ""),
    (&[("AEDILE_RATE_WRITE", "canary")], ""),
    (&[("AEDILE_RATE_ADMIN", "5000000000")], ""),
    (&[("AEDILE_LOG_FORMAT", "canary")], ""),
    (&[("AEDILE_GATEWAY_DEFAULT", "canary")], ""),
    (&[("RUST_LOG", "canary=loud")], ""),
    (&[("RUST_LOG", "=====")], ""),
];

#[test]
fn c_25_a_bad_value_stops_the_start_with_one_line_that_names_it() {
    for (variables, other_name) in BAD {
        let (mut binary, name) = (Binary::new().with("RUST_LOG", "warn"), variables[0].0);
        for (name, value) in *variables {
            binary = binary.with(name, value);
        }
        let ended = binary.run(&["serve", "--bind", "127.0.0.1:0"][..if name == "AEDILE_BIND" { 1 } else { 3 }]);
        assert!(matches!(ended.code, Some(2..)), "{variables:?}: {ended:?}");
        assert!(ended.stdout.is_empty() && ended.stderr.lines().count() == 1, "{variables:?}: {ended:?}");
        let is_named = |name: &str| !name.is_empty() && ended.stderr.contains(name);
        assert!(is_named(name) || is_named(other_name), "{variables:?}: {}", ended.stderr);
        let about_the_secret = ended.stderr.replace("canary.db", "");
        assert!(!about_the_secret.contains("canary"), "{variables:?}: {}", ended.stderr);
    }
}

#[test]
fn a_database_that_refuses_its_password_does_not_show_it() {
    let Some(server) = Backend::all().contains(&Backend::Postgres).then(|| variable("AEDILE_TEST_POSTGRES").unwrap())
    else {
        return;
    };
    let (front, host) = server.split_once('@').unwrap();
    let (host, _) = host.rsplit_once('/').unwrap();
    let url = format!("{front}:canary@{host}/there_is_no_such_database");
    let ended = Binary::on(&url).run(&["serve", "--bind", "127.0.0.1:0"]).expect(7);
    assert!(ended.stderr.lines().count() == 1 && !ended.stderr.contains("canary"), "{ended:?}");
}

#[test]
fn an_address_that_is_taken_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let binary = Binary::new().with("RUST_LOG", "warn").with("AEDILE_BIND", &taken.local_addr().unwrap().to_string());
    let ended = binary.run(&["serve"]).expect(7);
    assert!(ended.stderr.contains("AEDILE_BIND"), "{ended:?}");
    assert_eq!(ended.stderr.lines().count(), 1, "{ended:?}");
}

#[tokio::test]
async fn a_file_named_env_is_read_and_the_environment_wins() {
    let binary = Binary::new().with("AEDILE_RATE_ADMIN", "9");
    let lines = "AEDILE_BIND=127.0.0.1:0\nDATABASE_URL=sqlite:from-the-file.db\nAEDILE_RATE_ADMIN=5\nAEDILE_RATE_PUBLIC_READ=7\n";
    std::fs::write(binary.folder().join(".env"), lines).unwrap();
    let server = binary.start(&[]).await;
    assert!(binary.folder().join("from-the-file.db").exists());
    let anyone = server.caller(None);
    assert_eq!(anyone.get("/v1/flags").await.expect(200).header("ratelimit-limit"), Some("7"));
    assert_eq!(anyone.get("/admin/system/my-context").await.refused(401).header("ratelimit-limit"), Some("9"));
}

#[test]
fn a_broken_file_named_env_is_told_without_its_content() {
    let binary = Binary::new();
    std::fs::write(binary.folder().join(".env"), "JWT_SECRET='canary\nthis is no line\n").unwrap();
    let ended = binary.run(&["serve", "--bind", "127.0.0.1:0"]).expect(2);
    assert!(ended.stderr.contains(".env") && ended.stderr.lines().count() == 1, "{ended:?}");
    assert!(!ended.stderr.contains("canary"), "{ended:?}");
}

#[test]
fn a_file_named_env_that_would_be_read_otherwise_than_it_says_is_refused() {
    for (text, told) in [
        ("ADMIN_API_KEY=canary$word\n", "ADMIN_API_KEY"),
        ("AEDILE_RATE_ADMIN=1\nAEDILE_RATE_ADMIN=2\n", "AEDILE_RATE_ADMIN twice"),
    ] {
        let binary = Binary::new();
        std::fs::write(binary.folder().join(".env"), text).unwrap();
        let ended = binary.run(&["serve", "--bind", "127.0.0.1:0"]).expect(2);
        assert!(ended.stderr.contains(".env") && ended.stderr.contains(told), "{ended:?}");
        assert!(ended.stderr.lines().count() == 1 && !ended.stderr.contains("canary"), "{ended:?}");
    }
}

#[tokio::test]
async fn a_switch_is_read_and_a_misspelt_setting_is_told() {
    let binary = Binary::new().with("AEDILE_AGENTS_ALLOW_WRITE", "yes").with("AEDILE_RATE_AMIN", "5");
    let server = binary.start(&["--bind", "127.0.0.1:0"]).await;
    assert!(server.log().contains("AEDILE_RATE_AMIN"), "{}", server.log());
}

/// What can be judged by itself is judged before the database is opened, which may take a while.
#[test]
fn a_bad_url_is_told_before_the_database_is_opened() {
    for (name, value, beside) in [
        ("REDIS_URL", "redis://h:port", ("RUST_LOG", "warn")),
        ("CLERK_JWKS_URL", "no url", ("CLERK_ISSUER", "https://i.example")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("never.db");
        let binary = Binary::on(&format!("sqlite:{}", file.display())).with(name, value).with(beside.0, beside.1);
        let ended = binary.run(&["serve", "--bind", "127.0.0.1:0"]);
        assert!(ended.stderr.contains(name) || ended.stderr.contains("url"), "{}", ended.stderr);
        assert!(!file.exists(), "{name}");
    }
}

#[tokio::test]
async fn a_name_is_listened_on_as_its_address() {
    let database = TestDatabase::fresh(Backend::Sqlite).await;
    let server = Binary::on(&database.url).start(&["--bind", "localhost:0"]).await;
    assert!(server.url.starts_with("http://127.0.0.1:"), "{}", server.url);
    server.caller(None).get("/health/live").await.expect(200);
}

#[test]
fn an_agent_is_kept_to_nouns_that_there_are() {
    let refused = Binary::on("sqlite:unused.db").run(&["mcp", "--only", "user,usr"]).expect(2);
    assert!(refused.stderr.contains("--only") && refused.stderr.contains("usr"), "{}", refused.stderr);
}
