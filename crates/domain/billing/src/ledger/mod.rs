//! The double-entry ledger.

mod model;
mod port;
mod verify;

pub use model::{Account, AccountKind, Line, Posted, Posting, PostingId, Source, Unit};
pub use port::Ledger;
#[cfg(any(test, feature = "mock"))]
pub use port::MockLedger;
pub use verify::{BookCheck, LedgerCheck, VerifiesLedger};
