//! The command line beside a running server.

use std::time::Duration;

use serde_json::json;

use crate::support::{Backend, Binary, IdentityProvider, JWT_SECRET, TestDatabase, eventually};

const PASSWORD: &str = "correct horse battery";

#[tokio::test]
async fn whoever_is_promoted_is_an_admin_of_the_running_server_at_once() {
    for backend in Backend::all() {
        let (database, provider) = (TestDatabase::empty(backend), IdentityProvider::start());
        let binary = Binary::on(&database.url).trusting(&provider);
        let server = binary.serve(&[]).await;
        let admin = server.caller(Some(&IdentityProvider::token("user_x", true)));
        admin.get("/admin/system/roles").await.refused(403);
        admin.post("/admin/system/flags", json!({ "flag_name": "mine" })).await.refused(403);
        let promoted = binary.run(&["admins", "promote", "user_x"]).expect(0);
        assert!(promoted.stdout.contains("user_x") && promoted.stdout.contains("super-admin"), "{promoted:?}");
        let may = || async { admin.get("/admin/system/roles").await.status == 200 };
        eventually(Duration::from_secs(2), "the promotion acts", may).await;
        admin.post("/admin/system/flags", json!({ "flag_name": "mine" })).await.expect(201);
        let rows = admin.get("/admin/system/audit?action=admin.promote").await.expect(200).body;
        assert_eq!((rows["total"].as_i64(), rows["logs"][0]["resource_id"].as_str()), (Some(1), Some("user_x")));
        // Again is no change; and without the claim of the identity provider the role gives nothing.
        binary.run(&["admins", "promote", "user_x"]).expect(0);
        assert_eq!(admin.get("/admin/system/audit?action=admin.promote").await.body["total"], 1);
        let claimless = server.caller(Some(&IdentityProvider::token("user_x", false)));
        claimless.get("/admin/system/roles").await.refused(403);
        provider.stop().await;
    }
}

#[tokio::test]
async fn a_local_user_made_on_the_console_becomes_the_first_admin() {
    for backend in Backend::all() {
        let database = TestDatabase::empty(backend);
        let binary = Binary::on(&database.url).with("JWT_SECRET", JWT_SECRET);
        let create = ["local-users", "create", "Root@Example.com"];
        binary.run_with_input(&create, &format!("{PASSWORD}\n")).expect(0);
        let again = binary.run_with_input(&create, &format!("{PASSWORD}\n")).expect(5);
        assert!(again.stderr.lines().count() == 1 && !again.stderr.contains(PASSWORD), "{again:?}");
        let server = binary.serve(&[]).await;
        let login = json!({ "identifier": "root@example.com", "password": PASSWORD });
        let signed_in = server.caller(None).post("/auth/login", login).await.expect(200).body;
        let root = server.caller(signed_in["token"].as_str());
        root.get("/admin/system/roles").await.refused(403);
        binary.run(&["admins", "promote", "root@example.com"]).expect(0);
        let may = || async { root.get("/admin/system/roles").await.status == 200 };
        eventually(Duration::from_secs(2), "the promotion acts on the session there is", may).await;
        root.get("/admin/local-users").await.expect(200);
    }
}

#[test]
fn what_the_console_refuses_ends_with_one_line_and_its_own_code() {
    let binary = Binary::new();
    let cases: [(&[&str], &str, i32); 6] = [
        (&["admins", "promote", "nobody@example.com"], "", 4),
        (&["admins", "promote", ""], "", 2),
        (&["admins", "promote", "a user\u{7}"], "", 2),
        (&["local-users", "create", "ada@example.com"], "short", 2),
        (&["local-users", "create", "ada@example.com"], "", 2),
        (&["local-users", "create", "neither mail nor phone"], PASSWORD, 2),
    ];
    for (arguments, input, code) in cases {
        let ended = binary.run_with_input(arguments, input).expect(code);
        assert!(ended.stdout.is_empty() && ended.stderr.lines().count() == 1, "{arguments:?}: {ended:?}");
        assert!(!ended.stderr.contains(PASSWORD), "{ended:?}");
    }
    binary.run(&["no-such-command"]).expect(2);
    binary.run(&["--version"]).expect(0);
}
