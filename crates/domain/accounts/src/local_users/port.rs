//! What the rules about local users need of the store.

use aedile_kernel::{Administrators, Page, PageRequest, PermissionSet, Result, Timestamp, UserId};

use super::identifier::Identifier;
use super::model::{LocalAccount, LocalUser};
use crate::passwords::PasswordHash;

/// Local users. Whoever changes one calls `lock_admins` before `lock`, never after.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait LocalUsers: Send {
    /// A part of the list, newest first, with the total.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<LocalUser>>;

    /// The user, `None` when unknown or not local.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: &UserId) -> Result<Option<LocalUser>>;

    /// The account, locked until the transaction ends; `None` when unknown or not local.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: &UserId) -> Result<Option<LocalAccount>>;

    /// Whether somebody signs in with this identifier.
    ///
    /// # Errors
    /// If the store fails.
    fn is_taken(&mut self, identifier: &Identifier) -> Result<bool>;

    /// Whether there is such a tier. One that there is can't be deleted until the transaction ends.
    ///
    /// # Errors
    /// If the store fails.
    fn tier_exists(&mut self, tier: &str) -> Result<bool>;

    /// Everything the user's assigned role permits, whether or not it has ended or is switched off, and what the flag
    /// `is_admin` permits. Empty for most.
    ///
    /// # Errors
    /// If the store fails.
    fn permissions_of(&mut self, id: &UserId) -> Result<PermissionSet>;

    /// All who can administer. Holds, until the transaction ends, the one lock that changes to roles, assignments and
    /// admins take first, so that of two who remove each other's last colleague one waits and then sees
    /// what the other did.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_admins(&mut self) -> Result<Administrators>;

    /// Adds a user.
    ///
    /// # Errors
    /// `Conflict` when the identifier is taken by now.
    fn insert(&mut self, account: &LocalAccount, password: &PasswordHash) -> Result<()>;

    /// Writes the role, the tier that was given, `api_disabled` and `updated_at`.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, account: &LocalAccount) -> Result<()>;

    /// Removes the sign-in and the role assignment, and leaves of the user a nameless record that says it is deleted, for
    /// what refers to it. Answers the name of the role that was assigned.
    ///
    /// # Errors
    /// If the store fails.
    fn delete(&mut self, id: &UserId, now: Timestamp) -> Result<Option<String>>;
}
