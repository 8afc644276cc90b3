//! What the rules about sessions need of the store.

use aedile_kernel::{Page, PageRequest, PermissionSet, Result, Timestamp, UserId};

use super::model::{Ending, NewSession, Origin, Session, SessionState};

/// When a session counts as over without anybody having ended it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cutoff {
    /// The present.
    pub now: Timestamp,
    /// Sessions that were last used before this are over.
    pub idle_since: Timestamp,
}

/// Sessions: sign-ins with a password kept here, and command lines by their tokens.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Sessions: Send {
    /// Adds a session. Does nothing when its ID is taken.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, session: &NewSession) -> Result<()>;

    /// Where a session stands; `None` when its ID is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_state(&mut self, id: &str) -> Result<Option<SessionState>>;

    /// When all sessions of the user were last ended together; `None` when they never were.
    ///
    /// # Errors
    /// If the store fails.
    fn all_ended_at(&mut self, user: &UserId) -> Result<Option<Timestamp>>;

    /// The user's sessions that go on, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, user: &UserId, page: &PageRequest, cutoff: Cutoff) -> Result<Page<Session>>;

    /// A session of the user's that goes on, held until the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, user: &UserId, id: &str, cutoff: Cutoff) -> Result<Option<Session>>;

    /// Ends one session.
    ///
    /// # Errors
    /// If the store fails.
    fn end(&mut self, session: &Session, why: Ending, now: Timestamp) -> Result<()>;

    /// Ends all sessions of the user, also those whose tokens were never seen here, and answers how many went on. One that
    /// begins later goes on. Command
    /// lines end as [`Ending::ends_command_lines`] says.
    ///
    /// # Errors
    /// If the store fails.
    fn end_all(&mut self, user: &UserId, why: Ending, now: Timestamp) -> Result<u64>;

    /// Ends all sessions of the user but this one, and answers how many went on.
    ///
    /// # Errors
    /// If the store fails.
    fn end_others(&mut self, user: &UserId, kept: &str, why: Ending, now: Timestamp) -> Result<u64>;

    /// Ends the impersonations in which this admin acts as somebody.
    ///
    /// # Errors
    /// If the store fails.
    fn end_impersonations(&mut self, admin: &UserId, now: Timestamp) -> Result<()>;

    /// Notes that a session was used, and from where. A later use that is noted already stays.
    ///
    /// # Errors
    /// If the store fails.
    fn set_seen(&mut self, id: &str, origin: &Origin, now: Timestamp) -> Result<()>;

    /// Whether there is such a user.
    ///
    /// # Errors
    /// If the store fails.
    fn knows(&mut self, user: &UserId) -> Result<bool>;

    /// Locks the user's row until the transaction ends; false when there is no such user.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_user(&mut self, user: &UserId) -> Result<bool>;

    /// What the user's role and the flag `is_admin` permit.
    ///
    /// # Errors
    /// If the store fails.
    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet>;
}
