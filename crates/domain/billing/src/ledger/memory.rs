//! A ledger in memory, for tests of rules.

use aedile_kernel::{Error, Result};

use super::model::{Account, Posted, Posting, PostingId};
use super::port::Ledger;

/// Keeps the contract of [`Ledger`] without a database.
#[derive(Debug, Default)]
pub(crate) struct MemoryLedger {
    /// Everything posted, the first one first.
    pub(crate) postings: Vec<Posting>,
}

impl MemoryLedger {
    /// Source, amount of the first line and reference of each posting.
    pub(crate) fn told(&self) -> Vec<(&'static str, i64, Option<&str>)> {
        let first = |posting: &Posting| posting.lines()[0].amount;
        self.postings.iter().map(|p| (p.source.as_str(), first(p), p.reference.as_deref())).collect()
    }
}

impl Ledger for MemoryLedger {
    fn post(&mut self, posting: &Posting) -> Result<Option<Posted>> {
        let reference = posting.reference.as_deref();
        if reference.is_some() && self.postings.iter().any(|posted| posted.reference.as_deref() == reference) {
            return Err(Error::conflict("posted before"));
        }
        let mut balances = Vec::new();
        for line in posting.lines() {
            let after = self.balance(&line.account)?.checked_add(line.amount);
            let after = after.ok_or_else(|| Error::invalid("amount", "is out of range"))?;
            if after < 0 && !line.account.may_be_negative() {
                return Ok(None);
            }
            balances.push(after);
        }
        self.postings.push(posting.clone());
        let id = PostingId(i64::try_from(self.postings.len()).unwrap());
        Ok(Some(Posted { id, balance_after: balances[0] }))
    }

    fn balance(&mut self, account: &Account) -> Result<i64> {
        let lines = self.postings.iter().flat_map(Posting::lines).filter(|line| line.account == *account);
        Ok(lines.map(|line| line.amount).sum())
    }
}
