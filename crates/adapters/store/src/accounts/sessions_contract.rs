//! What every store of sessions must do.

use aedile_accounts::sessions::{Cutoff, Ending, NewSession, Origin, Proof, SessionKind, Sessions};
use aedile_kernel::{Cursor, PageRequest, Position};

use super::credentials_contract::{add, at, id, new_token, proof, tokens};
use crate::connection::Connection;
use crate::testing::for_each_backend;

const CUTOFF_AT: i64 = 100;

fn cutoff() -> Cutoff {
    Cutoff { now: at(CUTOFF_AT), idle_since: at(CUTOFF_AT - 50) }
}

fn sessions(connection: &mut Connection) -> &mut (dyn Sessions + 'static) {
    connection
}

/// Begins a session at a second, which was used then and ends a thousand seconds later.
fn begin(connection: &mut Connection, user: &str, session: &str, second: i64) {
    let new = NewSession {
        id: session.to_owned(),
        user_id: id(user),
        proofs: vec![Proof::Pwd],
        started_at: at(second),
        expires_at: at(second + 1_000),
        seen_at: at(second),
        origin: Origin { ip_address: Some("192.0.2.1".into()), user_agent: Some("curl".into()) },
    };
    sessions(connection).insert(&new).unwrap();
}

fn listed(connection: &mut Connection, user: &str, page: &PageRequest) -> Vec<String> {
    let page = sessions(connection).list(&id(user), page, cutoff()).unwrap();
    page.items.into_iter().map(|session| session.id).collect()
}

#[test]
fn sessions_that_go_on_are_listed_with_the_command_line_the_newest_first() {
    for_each_backend(|c| {
        add(c, "ada");
        add(c, "bob");
        begin(c, "ada", "a", 60);
        begin(c, "ada", "b", 80);
        begin(c, "ada", "idle", 49);
        begin(c, "ada", "expired", -900);
        begin(c, "bob", "another's", 80);
        let token = tokens(c).insert_token(&id("ada"), &new_token(1), proof(10), at(10), at(900)).unwrap();
        let command_line = format!("cli_{}", token.id.0);
        let first = PageRequest::first();
        assert_eq!(listed(c, "ada", &first), ["b", "a", &command_line]);
        let page = sessions(c).list(&id("ada"), &PageRequest { limit: 2, ..first.clone() }, cutoff()).unwrap();
        assert_eq!(page.total, Some(3));
        let known = &page.items[0];
        assert_eq!((known.kind, known.proofs.as_slice()), (SessionKind::SignIn, [Proof::Pwd].as_slice()));
        assert_eq!((known.started_at, known.last_seen_at, known.expires_at), (at(80), Some(at(80)), at(1_080)));
        assert_eq!((known.ip_address.as_deref(), known.user_agent.as_deref()), (Some("192.0.2.1"), Some("curl")));
        let next: Cursor = page.next.unwrap();
        let rest = PageRequest { limit: 2, position: Position::After(next) };
        assert_eq!(listed(c, "ada", &rest), [command_line.as_str()]);
    });
}

#[test]
fn a_session_ends_once_and_its_end_is_remembered() {
    for_each_backend(|c| {
        add(c, "ada");
        begin(c, "ada", "a", 60);
        begin(c, "ada", "a", 99);
        assert_eq!(
            sessions(c).find_state("a").unwrap().map(|state| (state.last_seen_at, state.ended)),
            Some((at(60), None))
        );
        assert_eq!(sessions(c).find_state("A").unwrap(), None);
        assert_eq!(sessions(c).lock(&id("bob"), "a", cutoff()).unwrap(), None, "another's");
        let session = sessions(c).lock(&id("ada"), "a", cutoff()).unwrap().unwrap();
        sessions(c).end(&session, Ending::EndedByAdmin, at(100)).unwrap();
        assert_eq!(sessions(c).lock(&id("ada"), "a", cutoff()).unwrap(), None);
        assert_eq!(sessions(c).find_state("a").unwrap().unwrap().ended, Some(Ending::EndedByAdmin));
    });
}

#[test]
fn a_command_line_ends_like_a_session() {
    for_each_backend(|c| {
        add(c, "ada");
        let token = tokens(c).insert_token(&id("ada"), &new_token(1), proof(10), at(10), at(900)).unwrap();
        let command_line = format!("cli_{}", token.id.0);
        let session = sessions(c).lock(&id("ada"), &command_line, cutoff()).unwrap().unwrap();
        assert_eq!(session.kind, SessionKind::CommandLine);
        sessions(c).end(&session, Ending::SignedOut, at(100)).unwrap();
        assert_eq!(tokens(c).find_by_hash(&new_token(1).token_hash).unwrap(), None);
    });
}

#[test]
fn all_sessions_end_together_and_later_ones_go_on() {
    for_each_backend(|c| {
        add(c, "ada");
        add(c, "bob");
        for (user, session) in [("ada", "a"), ("ada", "b"), ("bob", "c")] {
            begin(c, user, session, 60);
        }
        tokens(c).insert_token(&id("ada"), &new_token(1), proof(10), at(10), at(900)).unwrap();
        assert_eq!(
            sessions(c).end_all(&id("ada"), Ending::RoleChanged, at(90)).unwrap(),
            2,
            "the command line goes on"
        );
        begin(c, "ada", "later", 95);
        assert_eq!(listed(c, "ada", &PageRequest::first()).len(), 2);
        assert_eq!(sessions(c).end_all(&id("ada"), Ending::PasswordChanged, at(99)).unwrap(), 2);
        assert_eq!(
            sessions(c).find_state("a").unwrap().unwrap().ended,
            Some(Ending::RoleChanged),
            "it had ended before"
        );
        assert_eq!(listed(c, "bob", &PageRequest::first()), ["c"]);
    });
}

#[test]
fn one_session_is_kept_when_the_others_end() {
    for_each_backend(|c| {
        add(c, "ada");
        begin(c, "ada", "a", 60);
        begin(c, "ada", "b", 70);
        let token = tokens(c).insert_token(&id("ada"), &new_token(1), proof(10), at(10), at(900)).unwrap();
        let command_line = format!("cli_{}", token.id.0);
        assert_eq!(sessions(c).end_others(&id("ada"), &command_line, Ending::SignedOut, at(90)).unwrap(), 2);
        assert_eq!(listed(c, "ada", &PageRequest::first()), [command_line.as_str()]);
        begin(c, "ada", "c", 80);
        assert_eq!(sessions(c).end_others(&id("ada"), "c", Ending::SignedOut, at(95)).unwrap(), 1);
        assert_eq!(listed(c, "ada", &PageRequest::first()), ["c"]);
    });
}

#[test]
fn a_use_is_noted_unless_a_later_one_is() {
    for_each_backend(|c| {
        begin(c, "ada", "a", 60);
        let elsewhere = Origin { ip_address: Some("198.51.100.7".into()), user_agent: None };
        sessions(c).set_seen("a", &elsewhere, at(70)).unwrap();
        sessions(c).set_seen("a", &Origin::default(), at(65)).unwrap();
        let session = sessions(c).lock(&id("ada"), "a", cutoff()).unwrap().unwrap();
        assert_eq!(session.last_seen_at, Some(at(70)));
        assert_eq!((session.ip_address.as_deref(), session.user_agent), (Some("198.51.100.7"), None));
    });
}
