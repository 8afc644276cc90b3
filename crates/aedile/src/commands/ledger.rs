//! `aedile ledger …`: do the books fit?

use aedile_billing::ledger::VerifiesLedger;
use clap::Subcommand;

use super::{Failure, print};
use crate::operations;
use crate::settings::Database;

/// How many problems of each kind are named.
const NAMED: u32 = 20;

#[derive(Subcommand)]
pub(crate) enum Ledger {
    /// Verify the ledger: transactions, balances, vouchers
    ///
    /// Each posting must sum to zero in one unit, each balance be the sum of its account's lines, no user's balance be
    /// negative, and each use of a voucher have one posting. Exits 0 when everything fits and 1 when something does not,
    /// which it names. It reads one consistent snapshot, and may run beside the server.
    Verify {
        #[command(flatten)]
        database: Database,
    },
}

impl Ledger {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let Self::Verify { database } = self;
        let runner = operations::console(&database).await?;
        let check = runner.verify_ledger(NAMED).await?;
        runner.store().close().await;
        let summary = format!("{} accounts, {} postings", check.accounts, check.transactions);
        check.problems.iter().try_for_each(print)?;
        if check.problems.is_empty() {
            return print(format_args!("the books fit: {summary}"));
        }
        Err(Failure::finding(format!("the books do not fit: {} problems in {summary}", check.problems.len())))
    }
}
