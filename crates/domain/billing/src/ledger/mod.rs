//! The double-entry ledger.

mod list;
mod model;
mod port;
mod posted;
mod verify;

pub use list::ListPostings;
pub use model::{Account, AccountKind, Line, Posted, Posting, PostingId, Source, Unit};
pub use port::{Journal, Ledger};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockJournal, MockLedger};
pub use posted::{PostedEntry, PostedLine};
pub use verify::{BookCheck, LedgerCheck, VerifiesLedger};
