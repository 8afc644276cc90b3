//! What the documents show is what happens.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use aedile_kernel::Permission;
use clap::{Args, Command as ClapCommand};

use crate::support::{TestApp, on_each_backend};

/// The repository.
const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
const ADMIN_SYSTEM: &str = include_str!("../docs/api/admin-system.md");
pub(crate) const V1_ADMIN: &str = include_str!("../docs/api/v1-admin.md");
pub(crate) const V1: &str = include_str!("../docs/api/v1.md");
pub(crate) const API: &str = include_str!("../docs/api/api.md");
pub(crate) const PAYMENTS: &str = include_str!("../docs/payments.md");
const AGENTS: &str = include_str!("../docs/agents.md");
const DASHBOARD: &str = include_str!("../docs/dashboard.md");
const COMMAND_LINE: &str = include_str!("../docs/command-line.md");
const OPERATIONS: &str = include_str!("../docs/operations.md");
const SIGN_IN: &str = include_str!("../docs/sign-in.md");
const README: &str = include_str!("../README.md");

/// The blocks of shell commands on a page.
pub(crate) fn shell_blocks(page: &str) -> Vec<&str> {
    page.split("```sh\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

/// Runs commands as a reader would; the first that fails ends it.
pub(crate) async fn run(script: String, app: &TestApp, token: &str) {
    let strict = "set -eu\ncurl() { command curl --fail-with-body --noproxy '*' \"$@\"; }\n";
    let mut command = Command::new("bash");
    command.args(["-o", "pipefail", "-c", &format!("{strict}{script}")]).env("BASE", app.url()).env("TOKEN", token);
    let output = tokio::task::spawn_blocking(move || command.output().unwrap()).await.unwrap();
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}\n{err}", out.lines().last().unwrap_or_default());
}

#[tokio::test]
async fn the_commands_of_the_control_page_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        run(shell_blocks(ADMIN_SYSTEM).concat(), app, admin.token()).await;
    })
    .await;
}

#[tokio::test]
async fn the_commands_of_the_sign_in_page_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        run(shell_blocks(SIGN_IN).concat(), app, admin.token()).await;
    })
    .await;
}

#[tokio::test]
async fn the_commands_of_the_command_lines_page_run_from_top_to_bottom() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        for caller in [&admin, &app.user("user_reader")] {
            caller.get("/api/v1/me").await.expect(200);
        }
        let folder = tempfile::tempdir().unwrap();
        let binary = Path::new(env!("CARGO_BIN_EXE_aedile")).parent().unwrap();
        let place = format!("cd '{0}'\nexport AEDILE_CONFIG_DIR='{0}'\n", folder.path().display());
        let place = format!("{place}PATH='{}':$PATH\n", binary.display());
        run(format!("{place}{}", shell_blocks(COMMAND_LINE).concat()), app, admin.token()).await;
        assert!(folder.path().join("pages/aedile-users-list.1").is_file());
    })
    .await;
}

#[tokio::test]
async fn the_commands_of_the_agents_page_run() {
    on_each_backend(async |app| {
        let admin = app.super_admin().await;
        run(shell_blocks(AGENTS).concat(), app, admin.token()).await;
    })
    .await;
}

#[tokio::test]
async fn the_first_command_of_the_readme_runs_as_printed() {
    on_each_backend(async |app| {
        let first = shell_blocks(README).into_iter().find(|block| block.starts_with("curl ")).unwrap();
        run(first.replace("http://127.0.0.1:8080", &app.url()), app, "").await;
    })
    .await;
}

#[test]
fn every_route_is_on_the_page_of_its_family() {
    for route in aedile_api::routes() {
        let page = match route.path {
            path if path.starts_with("/dashboard") || path == "/api-keys" => DASHBOARD,
            path if path.starts_with("/api") => API,
            path if path.starts_with("/v1/admin/refunds") => PAYMENTS,
            "/v1/admin/disputes" => PAYMENTS,
            path if path.starts_with("/v1/admin") => V1_ADMIN,
            path if path.starts_with("/v1/unsubscribe") => V1_ADMIN,
            "/v1/checkout" | "/v1/webhooks/stripe" => PAYMENTS,
            path if path.starts_with("/v1/purchases") => PAYMENTS,
            "/v1/sellers/earnings" | "/v1/sellers/skills" | "/v1/sellers/sales" | "/v1/sellers/activity" => PAYMENTS,
            path if path.starts_with("/v1/sellers/revenue") => PAYMENTS,
            "/v1/flags" | "/v1/announcements" => ADMIN_SYSTEM,
            "/openapi.json" | "/docs" => V1,
            path if path.starts_with("/v1") || path == "/auth/cli" => V1,
            "/mcp" => AGENTS,
            _ => ADMIN_SYSTEM,
        };
        assert!(page.contains(route.path), "{} {}", route.method, route.path);
    }
}

#[test]
fn the_table_of_permissions_is_the_catalogue() {
    let section = ADMIN_SYSTEM.split("## Permissions").nth(1).unwrap().split("## ").next().unwrap();
    let told: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    let row = |permission: Permission| {
        let risk = serde_json::to_value(permission.risk()).unwrap();
        format!("| `{permission}` | {} | {} |", risk.as_str().unwrap(), permission.description())
    };
    assert_eq!(told, Permission::grantable().map(row).collect::<Vec<_>>());
}

#[test]
fn the_settings_table_names_every_variable_and_no_other() {
    let settings = aedile::Settings::augment_args(ClapCommand::new("serve"));
    let known: BTreeSet<String> =
        settings.get_arguments().filter_map(|a| a.get_env()).map(|name| name.to_string_lossy().into_owned()).collect();
    let rows = OPERATIONS.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
    let is_variable = |name: &&str| name.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    let told: BTreeSet<String> = rows.filter(is_variable).map(str::to_owned).collect();
    assert_eq!(known, told);
}

/// The repository's pages: those at the root, all under `docs`, and the crates' READMEs.
fn pages() -> Vec<PathBuf> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name());
            let is_hidden = name.to_string_lossy().starts_with('.');
            match () {
                () if is_hidden || name == "target" || name == "node_modules" => {}
                () if path.is_dir() => collect(&path, into),
                () if path.extension().is_some_and(|extension| extension == "md") => into.push(path),
                () => {}
            }
        }
    }
    let mut found = Vec::new();
    collect(Path::new(ROOT), &mut found);
    found
}

#[test]
fn every_link_between_pages_leads_somewhere() {
    let pages = pages();
    assert!(pages.len() > 30, "{pages:?}");
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let links = text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(link, _)| link);
        for link in links.filter(|link| !link.contains("://") && !link.starts_with("mailto:")) {
            let path = link.split('#').next().unwrap();
            let target = page.parent().unwrap().join(path);
            assert!(path.is_empty() || target.exists(), "{} links to {link}", page.display());
        }
    }
}

#[test]
fn the_page_of_tables_has_every_table() {
    let (mut tables, mut gone) = (BTreeSet::new(), BTreeSet::new());
    for migration in std::fs::read_dir(Path::new(ROOT).join("migrations/sqlite")).unwrap() {
        let sql = std::fs::read_to_string(migration.unwrap().path().join("up.sql")).unwrap();
        let created = sql.split("CREATE TABLE ").skip(1).map(|rest| rest.split_whitespace().next().unwrap().to_owned());
        // One that is made to take the place of another under its name.
        tables.extend(created.filter(|table| !table.ends_with("_new")));
        let dropped = sql.split("DROP TABLE ").skip(1).filter_map(|rest| rest.split(';').next());
        gone.extend(dropped.filter(|table| !sql.contains(&format!("RENAME TO {table}"))).map(str::to_owned));
    }
    tables.retain(|table| !gone.contains(table));
    let page = std::fs::read_to_string(Path::new(ROOT).join("docs/tables.md")).unwrap();
    let named =
        page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`')).map(|(table, _)| table.to_owned());
    assert_eq!(named.collect::<BTreeSet<_>>(), tables);
}
