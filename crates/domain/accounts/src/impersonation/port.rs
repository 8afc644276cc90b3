//! What the rules about impersonation need of the store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{Impersonation, ImpersonationId, NewImpersonation, Party};

/// Admins who act as users.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Impersonations: Send {
    /// What decides whether the user may act as another, or be acted as, at `now`; `None` when the user is unknown.
    ///
    /// # Errors
    /// If the store fails.
    fn find_party(&mut self, user: &UserId, now: Timestamp) -> Result<Option<Party>>;

    /// Adds an impersonation.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, new: &NewImpersonation) -> Result<Impersonation>;

    /// The impersonation of this number, `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, id: ImpersonationId) -> Result<Option<Impersonation>>;

    /// Impersonations, the newest first; with `going_on_at` only those that go on at that time.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest, going_on_at: Option<Timestamp>) -> Result<Page<Impersonation>>;

    /// Ends the impersonation of this number, and answers it as it was; `None` when it does not go on at `now`.
    ///
    /// # Errors
    /// If the store fails.
    fn end(&mut self, id: ImpersonationId, now: Timestamp) -> Result<Option<Impersonation>>;
}
