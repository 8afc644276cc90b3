//! What a sign-in needs of the store.

use aedile_kernel::{Result, UserId};

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

/// Sign-ins.
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

    /// Adds a session.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_session(&mut self, session: &NewSession) -> Result<()>;
}
