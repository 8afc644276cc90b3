//! What the operations on sessions have in common.

use aedile_kernel::{Change, Context, Credential, Error, Result, UserId};
use serde_json::json;

use super::model::{Ending, Session};
use super::port::{Cutoff, Sessions};

/// Whose sessions the caller has a say over. An API key has none over its owner's.
pub(super) fn owner(cx: &Context) -> Result<&UserId> {
    if let Credential::ApiKey(_) = cx.caller.credential {
        return Err(Error::forbidden("an API key has no say over its owner's sessions"));
    }
    cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user has sessions"))
}

/// Which sessions are over by themselves.
pub(super) fn cutoff(cx: &Context) -> Cutoff {
    Cutoff { now: cx.now, idle_since: cx.policy.sessions.idle_since(cx.now) }
}

/// The session that the caller's own request came with; `None` for one of the identity provider.
#[must_use]
pub fn current_session(cx: &Context) -> Option<String> {
    match &cx.caller.credential {
        Credential::CliToken(number) => Some(command_line_id(*number)),
        _ => cx.caller.session_id.clone(),
    }
}

/// Whether the caller's own request came with this session.
pub(super) fn is_current(cx: &Context, session: &Session) -> bool {
    current_session(cx).is_some_and(|current| current == session.id)
}

/// The ID of the session that a command line has by its token.
#[must_use]
pub fn command_line_id(token: i64) -> String {
    format!("cli_{token}")
}

/// Ends one session of the user's.
pub(super) fn end(
    sessions: &mut dyn Sessions,
    user: &UserId,
    id: &str,
    why: Ending,
    cx: &Context,
) -> Result<Change<()>> {
    let session = sessions.lock(user, id, cutoff(cx))?.ok_or_else(|| Error::not_found("Session"))?;
    sessions.end(&session, why, cx.now)?;
    Ok(Change::of(super::RESOURCE, &session.id).before(&session))
}

/// Ends all sessions of the user but `kept`, as one change of the user.
pub(super) fn end_all(
    sessions: &mut dyn Sessions,
    user: &UserId,
    kept: Option<&str>,
    why: Ending,
    cx: &Context,
) -> Result<Change<super::EndedSessions>> {
    let ended = match kept {
        Some(kept) => sessions.end_others(user, kept, why, cx.now)?,
        None => sessions.end_all(user, why, cx.now)?,
    };
    let change = Change::of("user", user).after(&json!({ "sessions_ended": ended }));
    Ok(change.returning(super::EndedSessions { ended }))
}
