//! What the rules about leaving need of the store.

use aedile_kernel::{Administrators, Page, PageRequest, PermissionSet, Result, Timestamp, UserId};

use super::model::{DeletionState, PendingDeletion};

/// Accounts about to be deleted. Whoever changes one calls `lock_admins` before `lock`, never after.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Deletions: Send {
    /// All who can administer. Holds, until the transaction ends, the lock that every change to admins takes first.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_admins(&mut self) -> Result<Administrators>;

    /// The account, locked until the transaction ends; `None` when unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn lock(&mut self, id: &UserId) -> Result<Option<DeletionState>>;

    /// Everything the user's assigned role permits, whether or not it has ended or is switched off, and what the flag
    /// `is_admin` permits. Empty for most.
    ///
    /// # Errors
    /// If the store fails.
    fn permissions_of(&mut self, id: &UserId) -> Result<PermissionSet>;

    /// Writes where the account stands and the times of its deletion.
    ///
    /// # Errors
    /// If the store fails.
    fn update(&mut self, leaving: &DeletionState, now: Timestamp) -> Result<()>;

    /// The accounts about to be deleted, soonest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<PendingDeletion>>;

    /// Those whose time had come at `now`, at most `limit`, soonest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<UserId>>;

    /// Erases the person: of the user a nameless record is left that says it is deleted, for what refers to it. No address,
    /// phone number or name of theirs is left anywhere, nor what they wrote to us, nor anything they could still use.
    ///
    /// # Errors
    /// If the store fails.
    fn erase(&mut self, id: &UserId, now: Timestamp) -> Result<()>;
}
