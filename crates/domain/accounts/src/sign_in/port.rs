//! What a sign-in needs of the store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::renew_session::RenewedSession;
use crate::local_users::{Identifier, LocalUser};
use crate::passwords::PasswordHash;
use crate::sessions::NewSession;
use crate::users::AccountStatus;

/// What the store knows of somebody who signs in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credentials {
    /// Who they are.
    pub user: LocalUser,
    /// Where they stand.
    pub status: AccountStatus,
    /// What their password must fit.
    pub password_hash: PasswordHash,
}

/// What local users sign in with, and the sessions that begin.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SignIns: Send {
    /// The credentials behind an identifier, `None` when nobody signs in with it.
    ///
    /// # Errors
    /// If the store fails.
    fn find_credentials(&mut self, identifier: &Identifier) -> Result<Option<Credentials>>;

    /// Keeps another hash of the same password.
    ///
    /// # Errors
    /// If the store fails.
    fn renew_hash(&mut self, user: &UserId, hash: &PasswordHash) -> Result<()>;

    /// Lets a session of the user's that goes on go on under another ID; `None` when it ended. Of two at the same moment one
    /// wins. The former ID is refused from then on.
    ///
    /// # Errors
    /// If the store fails.
    fn renew_session(
        &mut self,
        user: &UserId,
        former: &str,
        new: &str,
        now: Timestamp,
    ) -> Result<Option<RenewedSession>>;

    /// Adds a session.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_session(&mut self, session: &NewSession) -> Result<()>;
}
