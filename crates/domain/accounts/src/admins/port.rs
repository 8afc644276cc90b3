//! What the rules about admins need of the store.

use aedile_kernel::{Administrators, Result, Timestamp, UserId};

use super::model::AdminProfile;
use crate::users::User;

/// Users with the `is_admin` flag. Whoever changes one calls `lock_admins` before `lock_user`, never after.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait MarketplaceAdmins: Send {
    /// All of them, longest known first.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self) -> Result<Vec<AdminProfile>>;

    /// The user, `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: &UserId) -> Result<Option<User>>;

    /// All who can administer. Holds, until the transaction ends, the lock that every change to admins takes first.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_admins(&mut self) -> Result<Administrators>;

    /// The user, locked until the transaction ends; `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_user(&mut self, id: &UserId) -> Result<Option<User>>;

    /// Writes the flag.
    ///
    /// # Errors
    /// If the store fails.
    fn set_admin(&mut self, id: &UserId, is_admin: bool, now: Timestamp) -> Result<()>;

    /// Makes the user an owner.
    ///
    /// # Errors
    /// If the store fails.
    fn set_owner(&mut self, id: &UserId, now: Timestamp) -> Result<()>;
}
