//! The check of all books.

use aedile_kernel::{ReadCost, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

/// What the check found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BookCheck {
    /// How many accounts there are.
    pub accounts: u64,
    /// How many transactions.
    pub transactions: u64,
    /// What does not fit, each as a sentence that names the record.
    pub problems: Vec<String>,
}

/// Reads all books.
pub trait LedgerCheck: Send {
    /// Whether each transaction sums to zero in one unit, each balance is the sum of its account's lines, no user's balance is
    /// negative, each use of a voucher has exactly one transaction, and each plan was reset once in a period. At most `limit`
    /// problems of each kind are named.
    ///
    /// # Errors
    /// If the store fails.
    fn check(&mut self, limit: u32) -> Result<BookCheck>;
}

/// Checks the books, over a store it does not name.
#[async_trait]
pub trait VerifiesLedger: Send + Sync {
    /// As [`LedgerCheck::check`], on one consistent snapshot.
    ///
    /// # Errors
    /// If the store fails.
    async fn verify_ledger(&self, limit: u32) -> Result<BookCheck>;
}

#[async_trait]
impl<S> VerifiesLedger for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn LedgerCheck>,
{
    async fn verify_ledger(&self, limit: u32) -> Result<BookCheck> {
        self.store().read_at_cost(ReadCost::Large, move |connection| connection.view().check(limit)).await
    }
}
