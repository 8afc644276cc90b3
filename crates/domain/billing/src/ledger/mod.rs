//! The double-entry ledger.

mod list;
#[cfg(test)]
mod memory;
mod model;
mod port;
mod posted;
mod verify;

pub use list::ListPostings;
#[cfg(test)]
pub(crate) use memory::MemoryLedger;
pub use model::{Account, AccountKind, Line, Posted, Posting, PostingId, Source, Unit};
pub use port::{Journal, Ledger};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockJournal, MockLedger};
pub use posted::{PostedEntry, PostedLine};
pub use verify::{BookCheck, LedgerCheck, VerifiesLedger};
