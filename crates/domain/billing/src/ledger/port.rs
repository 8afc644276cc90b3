//! What posting needs of a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{Account, Posted, Posting};
use super::posted::PostedEntry;

/// The ledger.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Ledger: Send {
    /// Writes the posting and both balances. `None` when an account that may not be negative would be; nothing is written
    /// then.
    ///
    /// # Errors
    /// `Invalid` when a balance would leave the range of its type, and `Conflict` when there is a posting for the same
    /// reference.
    fn post(&mut self, posting: &Posting) -> Result<Option<Posted>>;

    /// The account's balance; 0 before its first posting.
    ///
    /// # Errors
    /// Only the store's own.
    fn balance(&mut self, account: &Account) -> Result<i64>;
}

/// The ledger as it is read, from its newest posting back.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Journal: Send {
    /// A part of the postings, the newest first, each with its lines as they were posted. Their number is counted as in
    /// other lists.
    ///
    /// # Errors
    /// Only the store's own.
    fn list(&mut self, page: &PageRequest) -> Result<Page<PostedEntry>>;
}
