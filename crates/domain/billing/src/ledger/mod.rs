//! The double-entry ledger.

mod list;
#[cfg(test)]
mod memory;
mod model;
mod port;
mod record;
mod verify;

pub use list::ListTransactions;
#[cfg(test)]
pub(crate) use memory::MemoryLedger;
pub use model::{Account, AccountKind, LedgerEntry, LedgerTransaction, PostedTransaction, Source, TransactionId, Unit};
pub use port::{Ledger, LedgerReader};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockLedger, MockLedgerReader};
pub use record::{EntryRecord, TransactionRecord};
pub use verify::{BookCheck, LedgerCheck, VerifiesLedger};
