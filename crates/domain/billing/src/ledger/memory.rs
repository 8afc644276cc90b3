//! A ledger in memory, for tests of rules.

use aedile_kernel::{Error, Result};

use super::model::{Account, LedgerTransaction, PostedTransaction, TransactionId};
use super::port::Ledger;

/// Keeps the contract of [`Ledger`] without a database.
#[derive(Debug, Default)]
pub(crate) struct MemoryLedger {
    /// Everything posted, the first one first.
    pub(crate) transactions: Vec<LedgerTransaction>,
}

impl MemoryLedger {
    /// Source, amount of the first line and reference of each transaction.
    pub(crate) fn told(&self) -> Vec<(&'static str, i64, Option<&str>)> {
        let first = |transaction: &LedgerTransaction| transaction.entries()[0].amount;
        self.transactions.iter().map(|p| (p.source.as_str(), first(p), p.reference.as_deref())).collect()
    }
}

impl Ledger for MemoryLedger {
    fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>> {
        let reference = transaction.reference.as_deref();
        if reference.is_some() && self.transactions.iter().any(|posted| posted.reference.as_deref() == reference) {
            return Err(Error::conflict("posted before"));
        }
        let mut balances = Vec::new();
        for line in transaction.entries() {
            let after = self.balance(&line.account)?.checked_add(line.amount);
            let after = after.ok_or_else(|| Error::invalid("amount", "is out of range"))?;
            if after < 0 && !line.account.may_be_negative() {
                return Ok(None);
            }
            balances.push(after);
        }
        self.transactions.push(transaction.clone());
        let id = TransactionId(i64::try_from(self.transactions.len()).unwrap());
        Ok(Some(PostedTransaction { id, balance_after: balances[0] }))
    }

    fn balance(&mut self, account: &Account) -> Result<i64> {
        let lines =
            self.transactions.iter().flat_map(LedgerTransaction::entries).filter(|line| line.account == *account);
        Ok(lines.map(|line| line.amount).sum())
    }
}
