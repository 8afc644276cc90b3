//! What the ledger needs of a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{Account, LedgerTransaction, PostedTransaction};
use super::record::TransactionRecord;

/// The ledger.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Ledger: Send {
    /// Writes the transaction and both balances. `None` when an account that may not be negative would be;
    /// nothing is written then.
    ///
    /// # Errors
    /// `Invalid` when a balance would leave the range of its type, and `Conflict` when there is a transaction
    /// for the same reference.
    fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>>;

    /// The account's balance; 0 before its first transaction.
    ///
    /// # Errors
    /// If the store fails.
    fn balance(&mut self, account: &Account) -> Result<i64>;
}

/// The ledger as it is read, from its newest transaction back.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait LedgerReader: Send {
    /// A part of the transactions, the newest first, each with its entries as they were posted. Their number is counted as in
    /// other lists.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, page: &PageRequest) -> Result<Page<TransactionRecord>>;
}
