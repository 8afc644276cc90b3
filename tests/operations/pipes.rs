//! Commands whose output nobody reads to its end: `aedile … | head`.

use std::process::Stdio;
use std::sync::Arc;

use super::command_line::signed_in;
use crate::support::{Backend, Binary, Ended, IdentityProvider, TestApp};

/// A pipe that was closed already.
fn closed() -> Stdio {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    writer.into()
}

/// Runs a command whose standard output, and standard error if told, are closed pipes.
fn into_closed_pipes(binary: &Binary, arguments: &[&str], is_error_closed: bool) -> Ended {
    let mut command = binary.command(arguments);
    command.stdin(Stdio::null()).stdout(closed());
    command.stderr(if is_error_closed { closed() } else { Stdio::piped() });
    let output = command.spawn().unwrap().wait_with_output().unwrap();
    Ended { code: output.status.code(), stdout: String::new(), stderr: String::from_utf8(output.stderr).unwrap() }
}

/// Fails unless it ends as if somebody had read it all, and says nothing of the pipe.
#[track_caller]
fn is_quiet(binary: &Binary, arguments: &[&str]) {
    let ended = into_closed_pipes(binary, arguments, false).expect(0);
    assert_eq!(ended.stderr, "", "{arguments:?}");
    into_closed_pipes(binary, arguments, true).expect(0);
}

#[test]
fn a_local_command_ends_quietly_when_its_pipe_is_closed() {
    let binary = Binary::new();
    for arguments in [
        &["admins", "promote", "user_x"][..],
        &["audit", "verify"],
        &["ledger", "verify"],
        &["completions", "bash"],
        &["completions", "fish"],
        &["--help"],
        &["--version"],
        &["serve", "--help"],
        &["users", "list", "--help"],
    ] {
        is_quiet(&binary, arguments);
    }
}

#[tokio::test]
async fn a_command_on_a_server_ends_quietly_when_its_pipe_is_closed() {
    let app = TestApp::start(Backend::Sqlite, &[]).await;
    let root = app.super_admin().await;
    for n in 0..120 {
        let user = app.with_token(IdentityProvider::token(&format!("user_{n:03}"), false));
        user.get("/api/v1/me").await.expect(200);
    }
    let binary: Arc<Binary> = signed_in(&app, root.token()).await;
    let run = move || {
        for arguments in [
            &["users", "list", "--all"][..],
            &["users", "list", "--all", "--json"],
            &["users", "get", "user_001"],
            &["roles", "list", "--json"],
            &["accounts", "hold", "user_001", "--reason", "x", "--dry-run"],
            &["whoami"],
            &["whoami", "--json"],
            &["logout"],
        ] {
            is_quiet(&binary, arguments);
        }
    };
    tokio::task::spawn_blocking(run).await.unwrap();
    app.stop().await;
}

#[test]
fn a_refusal_keeps_its_exit_code_when_nobody_hears_it() {
    let binary = Binary::new();
    for (arguments, code) in [
        (&["admins", "promote", ""][..], 2),
        (&["admins", "promote", "nobody@example.com"], 4),
        (&["serve", "--bind", "nonsense"], 2),
        (&["nonsense", "list"], 2),
        (&["users", "list"], 3),
    ] {
        let heard = binary.run(arguments);
        assert_eq!(heard.code, Some(code), "{heard:?}");
        into_closed_pipes(&binary, arguments, true).expect(code);
    }
}
