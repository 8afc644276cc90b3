//! What posting needs of a store.

use aedile_kernel::Result;

use super::model::{Account, Posted, Posting};

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
