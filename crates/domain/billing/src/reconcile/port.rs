//! What finding drift needs of a store.

use aedile_kernel::{Result, Timestamp};

use crate::purchases::{Purchase, PurchaseId};
use crate::refunds::Refunding;

/// What may have drifted apart.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Drift: Send {
    /// Purchases begun before then that have a page, are not paid and still may be, the newest first, at most `limit`. With
    /// `now`, only those that are due to be asked about: the longer a purchase waits, the more rarely, each time after
    /// another quarter of its age.
    ///
    /// # Errors
    /// If the store fails.
    fn list_unpaid(&mut self, before: Timestamp, now: Option<Timestamp>, limit: u32) -> Result<Vec<Purchase>>;

    /// Notes that the provider is asked about these purchases now.
    ///
    /// # Errors
    /// If the store fails.
    fn set_asked(&mut self, purchases: &[PurchaseId], now: Timestamp) -> Result<()>;

    /// Refunds begun before then of which it is not known what became of them, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// If the store fails.
    fn list_unsettled(&mut self, before: Timestamp, limit: u32) -> Result<Vec<Refunding>>;
}
