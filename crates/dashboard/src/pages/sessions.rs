//! Where somebody is signed in.

use aedile_accounts::GetLocalUser;
use aedile_accounts::sessions::{ListSessions, ListUserSessions, Session, SessionKind};
use aedile_kernel::{PageRequest, Result, UserId};

use super::{changes, named_change};
use crate::backend::DashboardBackend;
use crate::view::{Cell, Link, Section, Table, Tone};

/// One's own sessions, and one's password.
pub(crate) async fn own(backend: &dyn DashboardBackend, back: &str) -> Result<Section> {
    let listed = backend.read(ListSessions { page: PageRequest::first() }).await?;
    let rows = listed.items.iter().map(|session| {
        let end = [("session.end", "End")];
        row(session, changes(backend, &end, &[("session_id", &session.id)], back))
    });
    let may_change = backend.person().acting.is_none();
    Ok(Section::new("Where you are signed in")
        .action(named_change(backend, "session.end_all", "Sign out everywhere", &[], back))
        .action(may_change.then(|| Link::new("Change password", "/auth/password")))
        .block(table("You are signed in with the identity provider alone.").rows(rows).total(listed.total)))
}

/// Where another user is signed in, and how they get a new password.
pub(crate) async fn of_user(backend: &dyn DashboardBackend, user_id: &UserId, back: &str) -> Result<Section> {
    let listed = backend.read(ListUserSessions { user_id: user_id.clone(), page: PageRequest::first() }).await?;
    let user = user_id.as_str();
    let rows = listed.items.iter().map(|session| {
        let end = [("user_session.end", "End")];
        row(session, changes(backend, &end, &[("user_id", user), ("session_id", &session.id)], back))
    });
    let has_password =
        backend.may::<GetLocalUser>() && backend.read(GetLocalUser { id: user_id.clone() }).await.is_ok();
    let reset = || named_change(backend, "local_user.reset_password", "Reset password", &[("id", user)], back);
    let reset_factor = || named_change(backend, "second_factor.reset", "Remove second factor", &[("id", user)], back);
    Ok(Section::new("Sessions")
        .action(named_change(backend, "user_session.end_all", "Sign out everywhere", &[("user_id", user)], back))
        .action(has_password.then(reset).flatten())
        .action(has_password.then(reset_factor).flatten())
        .block(table("Not signed in with a password or a command line.").rows(rows).total(listed.total)))
}

fn table(empty: &'static str) -> Table {
    Table::new("Sessions", &["Where", "Address", "Signed in", "Last used", "Ends", "", ""], empty)
}

fn row(session: &Session, end: Cell) -> [Cell; 7] {
    let place = match session.kind {
        SessionKind::CommandLine => "Command line",
        SessionKind::SignIn => session.user_agent.as_deref().unwrap_or("Unknown program"),
    };
    [
        Cell::from(place),
        session.ip_address.clone().map_or(Cell::Nothing, Cell::Code),
        Cell::Time(session.started_at),
        session.last_seen_at.map_or_else(|| Cell::from("never"), Cell::Time),
        Cell::Time(session.expires_at),
        if session.is_current { Cell::Badge(Tone::Good, "this session".to_owned()) } else { Cell::Nothing },
        end,
    ]
}
