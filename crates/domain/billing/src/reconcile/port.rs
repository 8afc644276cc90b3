//! What finding drift needs of a store.

use aedile_kernel::{Result, Timestamp};

use crate::purchases::Purchase;
use crate::refunds::Refunding;

/// What may have drifted apart.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Drift: Send {
    /// Purchases begun before then that have a page and are not paid, the newest first, at most `limit`.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_unpaid(&mut self, before: Timestamp, limit: u32) -> Result<Vec<Purchase>>;

    /// Refunds begun before then of which it is not known what became of them, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// Only the store's own.
    fn list_unsettled(&mut self, before: Timestamp, limit: u32) -> Result<Vec<(Purchase, Refunding)>>;
}
