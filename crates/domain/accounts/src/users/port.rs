//! What the rules about users need of the store.

use aedile_kernel::{Result, UserId};

use super::model::User;

/// Everybody who is known, wherever they sign in.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Users: Send {
    /// The user, `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: &UserId) -> Result<Option<User>>;

    /// Adds the user, and answers whether that was so: `false` when the id is known by now, and nothing is changed then.
    /// Waits for another transaction that is adding the same id, so that a `find` after `false` sees the user.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_if_absent(&mut self, user: &User) -> Result<bool>;

    /// Whether the identity provider said that the user is gone. Until the transaction ends nobody says so.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_is_gone(&mut self, id: &UserId) -> Result<bool>;

    /// Writes the e-mail address, whether it is verified, and the name; nothing else of the user is touched. Answers
    /// `false`, and writes nothing, when the user is unknown or was deleted meanwhile.
    ///
    /// # Errors
    /// If the store fails.
    fn set_identity(&mut self, user: &User) -> Result<bool>;
}
