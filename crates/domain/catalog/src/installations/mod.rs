//! Installations: where skills run.

mod model;
mod port;
mod record;

pub use model::{InstalledSkill, NewInstallation, Recorded};
pub use port::Installations;
#[cfg(any(test, feature = "mock"))]
pub use port::MockInstallations;
pub use record::RecordInstallation;

/// The kind of thing in the audit log.
const RESOURCE: &str = "installation";
