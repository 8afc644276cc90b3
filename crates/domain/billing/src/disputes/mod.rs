//! Disputes: payments that a buyer's bank takes back.

mod list;
mod model;
mod note;
mod port;
#[cfg(test)]
pub(crate) mod samples;

pub use list::ListDisputes;
pub use model::{Dispute, DisputeId};
pub use note::NoteDispute;
pub use port::Disputes;

/// The kind of thing in the audit log.
const RESOURCE: &str = "dispute";
