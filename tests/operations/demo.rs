//! `aedile serve --demo`.

use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, Binary, Caller, IdentityProvider, Server, TestDatabase, eventually};

/// What stands between two texts of what the server printed.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("{before:?} is missing: {text}"));
    rest.split_once(after).unwrap_or_else(|| panic!("{after:?} is missing: {text}")).0
}

async fn token_works(server: &Server) {
    let printed = server.stdout();
    assert!(printed.contains(&format!("listens on {}\n", server.url)), "{printed}");
    let admin = server.caller(Some(between(&printed, "Bearer ", "'")));
    let context = admin.get("/admin/system/my-context").await.expect(200).body["context"].clone();
    assert_eq!(context["role_name"], "super-admin");
    for (path, rows) in [("flags", "flags"), ("endpoints", "endpoints"), ("announcements", "announcements")] {
        let list = admin.get(&format!("/admin/system/{path}")).await.expect(200).body[rows].clone();
        assert!(list.as_array().unwrap().len() >= 2, "{path}: {list}");
    }
}

async fn is_a_marketplace(server: &Server, admin: &Caller) {
    let total = async |path: &str| admin.get(path).await.expect(200).body["total"].as_u64().unwrap();
    assert!(total("/v1/admin/users?limit=1").await > 200);
    assert_eq!(total("/v1/admin/users?limit=1&status=pending_deletion").await, 2);
    assert_eq!(total("/v1/admin/users?limit=1&status=held").await, 1);
    assert_eq!(total("/v1/admin/abuse/flagged?status=open").await, 4);
    assert_eq!(total("/v1/admin/abuse/flagged?status=resolved_legit").await, 1);
    assert_eq!(total("/v1/admin/claims/sandbox").await, 3);
    assert_eq!(total("/v1/categories").await, 8);
    let skills = admin.get("/v1/skills?limit=100").await.expect(200).body["skills"].as_array().unwrap().len();
    assert_eq!(skills, 64, "60 and four of other registries");
    let seller = server.caller(None).get("/v1/sellers/ada-byron").await.expect(200).body;
    assert_eq!((&seller["skills"], &seller["reviews"]), (&json!(6), &json!(5)));
    let zip = server.caller(None).get("/v1/skills/release-notes-writer/download").await.expect(200);
    assert!(zip.text.contains("SKILL.md"));
}

#[tokio::test]
async fn the_demo_prints_a_sign_in_that_works_and_is_made_once() {
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        let server = binary.serve(&["--demo"]).await;
        token_works(&server).await;
        let printed = server.stdout();
        let (email, password) = (between(&printed, "Demo admin: ", ","), between(&printed, "password: ", "\n"));
        let login = json!({ "identifier": email, "password": password });
        let session = server.caller(None).post("/auth/login", login).await.expect(200).body;
        let admin = server.caller(session["token"].as_str());
        let users = admin.get("/admin/local-users").await.expect(200).body["total"].as_i64().unwrap();
        assert!(users >= 5, "{users} users are no demo");
        assert!(!server.log().contains(password), "the log tells the password");
        is_a_marketplace(&server, &admin).await;
        let program = server.caller(Some(between(&printed, "API key: ", "\n")));
        let wallets = program.get("/api/v1/admin/users").await.expect(200).body;
        let rich = wallets.as_array().unwrap().iter().filter(|user| user["credits_usd"].as_f64() > Some(0.0)).count();
        assert!(rich >= 20, "{rich} users have dollars");
        let operator = server.caller(None).with_header("X-Admin-Key", between(&printed, "until it stops: ", "\n"));
        let plan = operator.get("/api/admin/users/user_010/plan").await.expect(200).body;
        assert_eq!(plan["plan"]["tier"], "pro");
        binary.run(&["audit", "verify"]).expect(0);
        binary.run(&["ledger", "verify"]).expect(0);
        server.kill();

        let server = binary.serve(&["--demo"]).await;
        token_works(&server).await;
        let printed = server.stdout();
        let admin = server.caller(Some(between(&printed, "Bearer ", "'")));
        assert_eq!(admin.get("/admin/local-users").await.expect(200).body["total"], users, "no second demo");
        server.kill();
    }
}

/// Fails unless this database gets no demo, and says why.
async fn gets_no_demo(binary: &Binary) {
    let server = binary.serve(&["--demo"]).await;
    let printed = server.stdout();
    assert!(!printed.contains("password:") && !printed.contains("Bearer"), "{printed}");
    assert!(printed.contains("No demo was made: the database holds data already"), "{printed}");
    assert_eq!(server.caller(None).get("/v1/flags").await.expect(200).body, json!({ "flags": {} }));
    server.kill();
}

#[tokio::test]
async fn a_database_that_holds_anything_gets_no_demo() {
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        binary.run_with_input(&["local-users", "create", "ada@example.com"], "correct horse battery").expect(0);
        gets_no_demo(&binary).await;

        // Two users of the identity provider, and nothing else.
        let (database, provider) = (TestDatabase::empty(backend), IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider);
        let server = binary.serve(&[]).await;
        for user in ["user_a", "user_b"] {
            let user = server.caller(Some(&IdentityProvider::token(user, false)));
            user.get("/v1/users/profile").await.expect(200);
        }
        server.kill();
        gets_no_demo(&binary).await;
        provider.stop().await;

        // Settings of an admin.
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        binary.run(&["admins", "promote", "user_x"]).expect(0);
        gets_no_demo(&binary).await;
    }
}

#[tokio::test]
async fn a_database_that_was_only_opened_gets_its_demo() {
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        binary.serve(&[]).await.kill();
        binary.run(&["audit", "verify"]).expect(0);
        let server = binary.serve(&["--demo"]).await;
        token_works(&server).await;
        server.kill();
    }
}

/// Each step is said before it begins, and the password before anything is kept.
const POINTS: [&str; 8] =
    ["The demo is made now", "1 of 6", "2 of 6", "3 of 6", "4 of 6", "5 of 6", "6 of 6", "Demo admin: "];

#[tokio::test]
async fn a_demo_that_is_killed_while_it_is_made_stays_whole_or_not_at_all() {
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url);
        let mut password = None;
        for point in POINTS {
            let making = binary.begin(|address_file| {
                ["serve", "--demo", "--bind", "127.0.0.1:0", "--address-file", address_file].map(str::to_owned).into()
            });
            let is_there = |text: &str| making.stdout().contains(text);
            // One that was quicker than the kill is whole, and said so.
            let reached = || async { is_there(point) || is_there("Aedile listens") };
            eventually(Duration::from_secs(60), point, reached).await;
            let printed = making.stdout();
            making.kill();
            if printed.contains("password: ") {
                password = Some(between(&printed, "password: ", "\n").to_owned());
            }
        }
        let server = binary.serve(&["--demo"]).await;
        let printed = server.stdout();
        if printed.contains("The demo is made, in ") {
            password = Some(between(&printed, "password: ", "\n").to_owned());
        } else {
            assert!(printed.contains("The demo was made before"), "{backend:?}: {printed}");
        }
        let login = json!({ "identifier": "admin@demo.example", "password": password.expect("it was printed") });
        let session = server.caller(None).post("/auth/login", login).await.expect(200).body;
        is_a_marketplace(&server, &server.caller(session["token"].as_str())).await;
        server.kill();
        binary.run(&["ledger", "verify"]).expect(0);
    }
}

/// Two that are told to make it at once make one.
#[tokio::test]
async fn two_servers_that_start_together_make_one_demo() {
    let Some(backend) = Backend::all().into_iter().find(|backend| *backend == Backend::Postgres) else { return };
    let database = TestDatabase::empty(backend);
    let (one, other) = (Binary::on(&database.url), Binary::on(&database.url));
    let (one, other) =
        (one.spawn(&["--bind", "127.0.0.1:0", "--demo"]), other.spawn(&["--bind", "127.0.0.1:0", "--demo"]));
    let (one, other) = (one.listening().await, other.listening().await);
    let made = [&one, &other].map(|server| server.stdout().contains("The demo is made, in "));
    let found = [&one, &other].map(|server| server.stdout().contains("The demo was made before"));
    assert!(made[0] != made[1] && found[0] == made[1] && found[1] == made[0], "{made:?} {found:?}");
}

#[tokio::test]
async fn the_walk_through_the_demo_ends_well() {
    const WALK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/demo.sh");
    let mut walk = std::process::Command::new(WALK);
    walk.env("AEDILE", env!("CARGO_BIN_EXE_aedile")).env_remove("DATABASE_URL").stdin(std::process::Stdio::null());
    let output = tokio::task::spawn_blocking(move || walk.output().unwrap()).await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{out}\n{err}");
    for expected in ["ada.byron@demo.example", "would change", "quick-search", "credits.grant", "/dashboard"] {
        assert!(out.contains(expected), "{expected}: {out}");
    }
}
