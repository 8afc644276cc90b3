//! Whether the session that a token names goes on.

use aedile_kernel::{AccountState, AccountStatus, Error, Fate, Result, Runner, Timestamp, UnitOfWork, View};
use async_trait::async_trait;

use super::model::{Ending, NewSession, Origin, SessionState};
use super::port::Sessions;
use crate::tokens::VerifiedToken;

/// Uses closer together than this are noted once.
const NOTED_EVERY_SECONDS: i64 = 60;

/// What is to be known of a session that goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionUse {
    /// Whether this use of it is to be noted.
    pub is_to_be_noted: bool,
    /// When its user last proved who they are.
    pub proved_at: Timestamp,
    /// Whether a second factor was among what they proved it with.
    pub has_second_factor: bool,
}

/// Knows sessions, over a store it does not name. It asks the store each time, so a session that was ended is refused from
/// the next request on, on every instance.
#[async_trait]
pub trait ChecksSessions: Send + Sync {
    /// Checks that the session of a local token goes on, and answers what is to be known of it. A token that was signed
    /// with this server's key elsewhere begins a session when it is first seen.
    ///
    /// # Errors
    /// `Unauthenticated` when it ended or was idle for too long; otherwise if the store fails.
    async fn check(
        &self,
        token: &VerifiedToken,
        id: &str,
        account: AccountState,
        origin: &Origin,
    ) -> Result<SessionUse>;

    /// Notes that a session was used, and from where.
    ///
    /// # Errors
    /// If the store fails.
    async fn note_use(&self, id: &str, origin: &Origin) -> Result<()>;
}

#[async_trait]
impl<S> ChecksSessions for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn Sessions>,
{
    async fn check(
        &self,
        token: &VerifiedToken,
        id: &str,
        account: AccountState,
        origin: &Origin,
    ) -> Result<SessionUse> {
        let (wanted, user, now) = (id.to_owned(), token.user_id.clone(), self.now());
        let found = self.store().read(move |connection| {
            let sessions = connection.view();
            Ok(match sessions.find_state(&wanted)? {
                Some(state) => Found::Known(state),
                None => Found::Unknown { all_ended_at: sessions.all_ended_at(&user)? },
            })
        });
        match found.await? {
            Found::Known(state) => {
                let over = is_over(&state, account, self.policy().sessions.idle_since(now));
                over.map_or(Ok(()), |message| Err(Error::unauthenticated(message)))?;
                Ok(SessionUse {
                    is_to_be_noted: state.last_seen_at.plus_seconds(NOTED_EVERY_SECONDS) <= now,
                    proved_at: state.proved_at,
                    has_second_factor: state.has_second_factor,
                })
            }
            Found::Unknown { all_ended_at } => {
                let session = adopted(token, id, all_ended_at, origin, now)?;
                let proved_at = session.started_at;
                self.store().write(Fate::Commit, move |connection| connection.view().insert(&session)).await?;
                Ok(SessionUse { is_to_be_noted: false, proved_at, has_second_factor: false })
            }
        }
    }

    async fn note_use(&self, id: &str, origin: &Origin) -> Result<()> {
        let (id, origin, now) = (id.to_owned(), origin.clone(), self.now());
        self.store().write(Fate::Commit, move |connection| connection.view().set_seen(&id, &origin, now)).await
    }
}

enum Found {
    Known(SessionState),
    Unknown { all_ended_at: Option<Timestamp> },
}

/// Why a session is refused; `None` while it goes on. Whoever is still on hold is told so by the rules about accounts, and not
/// here that their session ended.
#[must_use]
pub fn is_over(state: &SessionState, account: AccountState, idle_since: Timestamp) -> Option<&'static str> {
    let is_stopped = account.api_disabled || account.status == AccountStatus::Held;
    match state.ended {
        Some(Ending::AccessTaken) if is_stopped => None,
        Some(why) => Some(why.message()),
        None if state.last_seen_at < idle_since => Some("this session was not used for too long: sign in again"),
        None => None,
    }
}

/// The session of a token that was signed elsewhere, unless all of its user's were ended since. A token that does not say when
/// it was made may be from before.
fn adopted(
    token: &VerifiedToken,
    id: &str,
    all_ended_at: Option<Timestamp>,
    origin: &Origin,
    now: Timestamp,
) -> Result<NewSession> {
    let is_newer = |ended: Timestamp| token.issued_at.is_some_and(|issued| issued.as_seconds() > ended.as_seconds());
    if !all_ended_at.is_none_or(is_newer) {
        return Err(Error::unauthenticated("all sessions of this account were ended: sign in again"));
    }
    Ok(NewSession {
        id: id.to_owned(),
        user_id: token.user_id.clone(),
        proofs: Vec::new(),
        started_at: token.issued_at.filter(|issued| *issued < now).unwrap_or(now),
        expires_at: token.expires_at,
        seen_at: now,
        origin: origin.clone(),
    })
}

#[cfg(test)]
#[path = "service_tests.rs"]
mod tests;
