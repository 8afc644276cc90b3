//! What the rules about changed passwords need of the store.

use aedile_kernel::{PermissionSet, Result, Timestamp, UserId};

use crate::local_users::{Identifier, LocalAccount};
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;
use crate::sessions::Ending;

/// A local user with the password they have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownPassword {
    /// The user.
    pub account: LocalAccount,
    /// The hash of their password.
    pub password_hash: PasswordHash,
}

/// A link to choose a new password with, without its random part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReset {
    /// The SHA-256 of the random part, in hexadecimal.
    pub token_hash: SecretHash,
    /// For whom.
    pub user_id: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// Passwords kept here, and links to choose new ones with.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait LocalPasswords: Send {
    /// What the user signs in with; `None` for users who don't sign in here.
    ///
    /// # Errors
    /// If the store fails.
    fn identifier_of(&mut self, user: &UserId) -> Result<Option<String>>;

    /// Who signs in with this identifier and may: neither on hold nor kept from the API.
    ///
    /// # Errors
    /// If the store fails.
    fn find_user(&mut self, identifier: &Identifier) -> Result<Option<UserId>>;

    /// The user with their password, locked until the transaction ends; `None` for users who don't sign in here.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, user: &UserId) -> Result<Option<KnownPassword>>;

    /// What the user's role and the flag `is_admin` permit.
    ///
    /// # Errors
    /// If the store fails.
    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet>;

    /// Keeps a password, which needs no change at the next sign-in.
    ///
    /// # Errors
    /// If the store fails.
    fn set_password(&mut self, user: &UserId, hash: &PasswordHash, now: Timestamp) -> Result<()>;

    /// Ends all sessions of the user.
    ///
    /// # Errors
    /// If the store fails.
    fn end_sessions(&mut self, user: &UserId, why: Ending, now: Timestamp) -> Result<()>;

    /// When the newest link for the user was made; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn newest_link_at(&mut self, user: &UserId) -> Result<Option<Timestamp>>;

    /// Adds a link.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_link(&mut self, link: &NewReset) -> Result<()>;

    /// Uses up a link that is good at `now`, and answers for whom it is; `None` for any other.
    ///
    /// # Errors
    /// If the store fails.
    fn take_link(&mut self, token_hash: &SecretHash, now: Timestamp) -> Result<Option<UserId>>;

    /// Uses up all links for the user.
    ///
    /// # Errors
    /// If the store fails.
    fn void_links(&mut self, user: &UserId, now: Timestamp) -> Result<()>;

    /// Leaves a mail for the user.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_mail(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()>;
}
