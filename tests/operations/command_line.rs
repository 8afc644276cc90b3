//! The command line for a server that runs somewhere else.

use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{ADMIN_KEY, Binary, Ended, TestApp, eventually, on_each_backend};

const PASSWORD: &str = "correct horse battery";

/// A command line whose sign-ins are kept in a folder of its own.
fn command_line() -> Arc<Binary> {
    let binary = Binary::new();
    let folder = binary.folder().join("config").display().to_string();
    Arc::new(binary.with("AEDILE_CONFIG_DIR", &folder))
}

async fn run(binary: &Arc<Binary>, arguments: &[&str]) -> Ended {
    run_with_input(binary, arguments, "").await
}

pub(crate) async fn run_with_input(binary: &Arc<Binary>, arguments: &[&str], input: &str) -> Ended {
    let (binary, input) = (Arc::clone(binary), input.to_owned());
    let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
    let run = move || {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        binary.run_with_input(&arguments, &input)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Signed in with a token that is read from standard input.
pub(crate) async fn signed_in(app: &TestApp, token: &str) -> Arc<Binary> {
    let binary = command_line();
    run_with_input(&binary, &["login", "--server", &app.url(), "--with-token"], token).await.expect(0);
    binary
}

/// What a command prints as JSON.
async fn json_of(binary: &Arc<Binary>, arguments: &[&str]) -> Value {
    let ended = run(binary, &[arguments, &["--json"]].concat()).await.expect(0);
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{ended:?}"))
}

#[test]
fn the_commands_are_the_reviewed_ones() {
    let mut whole = aedile::commands::whole();
    whole.build();
    whole.clone().debug_assert();
    let mut lines = Vec::new();
    for noun in whole.get_subcommands().filter(|noun| noun.has_subcommands() && noun.get_name() != "help") {
        for verb in noun.get_subcommands().filter(|verb| verb.get_name() != "help") {
            let own =
                |argument: &&clap::Arg| argument.get_help_heading() != Some("Common") && argument.get_id() != "help";
            let arguments: Vec<String> = verb.get_arguments().filter(own).map(ToString::to_string).collect();
            lines.push(format!("{} {} {}", noun.get_name(), verb.get_name(), arguments.join(" ")).trim().to_owned());
        }
    }
    insta::assert_snapshot!(lines.join("\n"));
}

/// What each command says of itself, word by word; of what all have in common only the first.
#[test]
fn the_help_of_every_command_is_the_reviewed_one() {
    let mut whole = aedile::commands::whole().term_width(110);
    whole.build();
    let mut pages = Vec::new();
    tell(&whole, &mut pages);
    insta::assert_snapshot!(pages.join("\n\n"));
}

const COMMON: &str = "\nCommon:\n";

fn tell(command: &clap::Command, pages: &mut Vec<String>) {
    let help = command.clone().render_long_help().to_string();
    let is_told = pages.iter().any(|page| page.contains(COMMON));
    let help = if is_told { help.split(COMMON).next().unwrap_or_default() } else { help.as_str() };
    let name = command.get_display_name().unwrap_or(command.get_name()).replace('-', " ");
    pages.push(format!("=== {name}\n{}", help.lines().map(str::trim_end).collect::<Vec<_>>().join("\n")));
    command.get_subcommands().filter(|one| one.get_name() != "help").for_each(|one| tell(one, pages));
}

#[tokio::test]
async fn a_sign_in_is_kept_where_only_its_owner_can_read_it() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        admin.get("/api/v1/me").await.expect(200);
        let binary = signed_in(app, admin.token()).await;
        let file = binary.folder().join("config/credentials.json");
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let me = run(&binary, &["whoami"]).await.expect(0).stdout;
        assert!(me.contains("user_root@example.com (admin)") && me.contains(&app.url()), "{me}");
        assert!(!me.contains(admin.token()));
        // A credential is shown to no other server.
        let elsewhere = run(&binary, &["users", "list", "--server", "http://127.0.0.1:9"]).await.expect(3);
        assert!(elsewhere.stderr.contains("the sign-in of this profile is for"), "{elsewhere:?}");
        run(&binary, &["whoami", "--profile", "other"]).await.expect(3);
        run(&binary, &["logout"]).await.expect(0);
        assert!(!std::fs::read_to_string(&file).unwrap().contains(admin.token()));
        let out = run(&binary, &["users", "list"]).await.expect(3);
        assert!(out.stderr.contains("aedile login"), "{out:?}");
        // A token that the server does not take is not kept.
        run_with_input(&binary, &["login", "--server", &app.url(), "--with-token"], "nonsense").await.expect(3);
        run(&binary, &["whoami"]).await.expect(3);
    })
    .await;
}

#[tokio::test]
async fn passwords_keys_and_the_operators_key_sign_in_too() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        let local = json!({ "identifier": "ops@example.com", "password": PASSWORD, "role": "admin" });
        admin.post("/admin/local-users", local).await.expect(201);
        let binary = command_line();
        let login = ["login", "--server", &app.url(), "--user", "ops@example.com"];
        run_with_input(&binary, &login, "wrong\n").await.expect(3);
        run_with_input(&binary, &login, PASSWORD).await.expect(0);
        let operator = ["login", "--server", &app.url(), "--profile", "operator", "--admin-key"];
        run_with_input(&binary, &operator, ADMIN_KEY).await.expect(0);
        let plan = json_of(&binary, &["plans", "get", "user_root", "--profile", "operator"]).await;
        assert_eq!(plan["tier"], "free");
        run(&binary, &["roles", "list", "--profile", "operator"]).await.expect(3);
    })
    .await;
}

#[tokio::test]
async fn a_browser_signs_the_command_line_in() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        let local = json!({ "identifier": "cli@example.com", "password": PASSWORD });
        admin.post("/admin/local-users", local).await.expect(201);
        let binary = command_line();
        let login = ["login", "--no-browser", "--server", &app.url()].map(str::to_owned);
        let mut login = binary.begin(|_| login.to_vec());
        let asked = |text: String| text.lines().find(|line| line.starts_with("http")).map(str::to_owned);
        let printed = || async { asked(login.stdout()).is_some() };
        eventually(Duration::from_secs(10), "the address is printed", printed).await;
        let address = reqwest::Url::parse(&asked(login.stdout()).unwrap()).unwrap();
        let form = format!(
            "{}&identifier=cli%40example.com&password={}",
            address.query().unwrap(),
            "correct%20horse%20battery"
        );
        let browser = reqwest::Client::builder().no_proxy().build().unwrap();
        let page = browser
            .post(format!("{}/auth/cli", app.url()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(form)
            .send()
            .await
            .unwrap();
        assert!(page.text().await.unwrap().contains("You are signed in"));
        assert!(login.ended_within(Duration::from_secs(10)).await.success());
        let me = run(&binary, &["whoami"]).await.expect(0).stdout;
        assert!(me.contains("cli@example.com (user)"), "{me}");
        run(&binary, &["logout"]).await.expect(0);
        let rows = "/admin/system/audit?action=cli_token.revoke";
        assert_eq!(admin.get(rows).await.expect(200).body["total"], 1, "the server ended it, too");
    })
    .await;
}

#[tokio::test]
async fn commands_do_what_the_server_does_and_end_as_it_answers() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        for caller in [&admin, &app.user("user_a"), &app.user("user_b")] {
            caller.get("/api/v1/me").await.expect(200);
        }
        let binary = signed_in(app, admin.token()).await;
        let listed = run(&binary, &["users", "list", "--limit", "2"]).await.expect(0);
        assert!(listed.stdout.contains("user_b@example.com") && listed.stderr.contains("2 of 3"), "{listed:?}");
        assert_eq!(json_of(&binary, &["users", "list", "--all"]).await["items"].as_array().unwrap().len(), 3);

        let grant = ["credits", "grant", "user_a@example.com", "--amount", "12.50"];
        let previewed = run(&binary, &[&grant[..], &["--dry-run"]].concat()).await.expect(0).stdout;
        assert!(previewed.contains("amount_micro_usd: - → 12500000"), "{previewed}");
        let once = [&grant[..], &["--idempotency-key", "k1"]].concat();
        for _ in 0..2 {
            run(&binary, &once).await.expect(0);
        }
        assert_eq!(json_of(&binary, &["wallets", "list"]).await[1]["balance"], "12.5");
        run(&binary, &["credits", "grant", "user_a@example.com", "--amount", "-2.5", "--note", "too much"])
            .await
            .expect(0);
        assert_eq!(json_of(&binary, &["wallets", "list"]).await[1]["balance"], "10");

        let hold = ["accounts", "hold", "user_a", "--reason", "fraud"];
        let unasked = run(&binary, &hold).await.expect(2);
        assert!(unasked.stderr.contains("--yes"), "{unasked:?}");
        assert_eq!(json_of(&binary, &["users", "get", "user_a"]).await["entry"]["status"], "active");
        run(&binary, &[&hold[..], &["--yes"]].concat()).await.expect(0);
        assert_eq!(json_of(&binary, &["users", "get", "user_a"]).await["entry"]["status"], "held");

        for (arguments, code) in [
            (&["users", "get", "user_nobody"][..], 4),
            (&["flags", "create", "a", "--rollout-percentage", "101"], 2),
            (&["credits", "grant", "user_a@example.com"], 2),
            (&["credits", "grant", "user_a@example.com", "--amount", "x"], 2),
            (&["users", "list", "--status", "sleeping"], 2),
            (&["users"], 2),
            (&["nonsense", "list"], 2),
            (&["users", "--help"], 0),
            (&["users", "list", "--help"], 0),
            (&["admins", "list"], 0),
            (&["audit", "list", "--limit", "1"], 0),
            (&["roles", "list", "--token", "nonsense"], 3),
            (&["roles", "list", "--server", "http://127.0.0.1:9", "--token", "x"], 7),
        ] {
            let ended = run(&binary, arguments).await;
            assert_eq!(ended.code, Some(code), "{arguments:?}: {ended:?}");
        }
        run(&binary, &["flags", "create", "new-checkout", "--enabled", "true", "--target-tiers", "pro,free"])
            .await
            .expect(0);
        assert_eq!(run(&binary, &["flags", "create", "new-checkout"]).await.code, Some(5), "it exists");
        let flag = json_of(&binary, &["flags", "list"]).await["items"][0].clone();
        assert_eq!(flag["target_tiers"], json!(["pro", "free"]));
        run(&signed_in(app, app.user("user_b").token()).await, &["users", "list"]).await.expect(3);
    })
    .await;
}

#[tokio::test]
async fn long_texts_come_from_files_and_passwords_from_nowhere_else() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        admin.get("/api/v1/me").await.expect(200);
        let binary = signed_in(app, admin.token()).await;
        std::fs::write(binary.folder().join("body.html"), "<p>Hello</p>").unwrap();
        let send = ["marketing-emails", "send", "News", "--html-body", "@body.html", "--dry-run"];
        assert!(run(&binary, &send).await.expect(0).stdout.contains("subject: - → News"), "it was read");
        let missing = ["marketing-emails", "send", "News", "--html-body", "@nothing.html"];
        run(&binary, &missing).await.expect(2);
        let add = ["local-users", "add", "new@example.com"];
        run_with_input(&binary, &add, &format!("{PASSWORD}\n")).await.expect(0);
        let login = json!({ "identifier": "new@example.com", "password": PASSWORD });
        app.anonymous().post("/auth/login", login).await.expect(200);
        let typed = run(&binary, &["local-users", "add", "x@example.com", "--password", PASSWORD]).await;
        assert_eq!(typed.code, Some(2), "others on the machine could read it");
    })
    .await;
}

#[test]
fn the_help_names_every_noun() {
    let help = Binary::new().run(&["--help"]).expect(0).stdout;
    for noun in aedile::commands::whole().get_subcommands() {
        assert!(help.contains(noun.get_name()), "{}", noun.get_name());
    }
    assert_eq!(Binary::new().run(&["help"]).expect(0).stdout, help);
}

#[test]
fn shells_complete_and_pages_are_written() {
    let binary = Binary::new();
    for shell in ["bash", "zsh", "fish"] {
        assert!(binary.run(&["completions", shell]).expect(0).stdout.contains("abuse-flags"), "{shell}");
    }
    binary.run(&["man", "pages"]).expect(0);
    let page = std::fs::read_to_string(binary.folder().join("pages/aedile-credits-grant.1")).unwrap();
    assert!(page.contains("Adds wallet credit"), "{page}");
}
