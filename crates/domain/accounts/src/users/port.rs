//! What the rules about users need of the store.

use aedile_kernel::{Result, UserId};

use super::model::User;

/// Users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Users: Send {
    /// The user, `None` when unknown.
    ///
    /// # Errors
    /// Only the store's own.
    fn find(&mut self, id: &UserId) -> Result<Option<User>>;

    /// Adds the user, and answers whether that was so: `false` when the id is known by now, and nothing is changed then.
    /// Waits for another transaction that is adding the same id, so that a `find` after `false` sees the user.
    ///
    /// # Errors
    /// Only the store's own.
    fn insert_if_absent(&mut self, user: &User) -> Result<bool>;

    /// Writes the e-mail address, whether it is verified, and the name; nothing else of the user is touched.
    ///
    /// # Errors
    /// `Conflict` when the user was deleted since they were found.
    fn set_identity(&mut self, user: &User) -> Result<()>;
}
