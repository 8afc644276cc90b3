//! Leaving: asked for, thought over for some days, then final.

mod cancel;
mod erase;
mod list;
mod model;
mod port;
mod request;

pub use cancel::{CancelDeletion, CancelOwnDeletion};
pub use erase::{EraseUser, ErasesUsers};
pub use list::ListPendingDeletions;
pub use model::{DeletionState, PendingDeletion, Standing};
pub use port::Deletions;
#[cfg(any(test, feature = "mock"))]
pub use port::MockDeletions;
pub use request::RequestDeletion;
