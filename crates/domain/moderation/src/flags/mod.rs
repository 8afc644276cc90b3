//! Abuse flags.

mod get;
mod list;
mod model;
mod port;
mod resolve;

pub use get::GetAbuseFlag;
pub use list::ListAbuseFlags;
pub use model::{AbuseFlag, AbuseFlagId, FlagFilter, FlagStatus, FlagType, NewFlag, Resolution};
pub use port::AbuseFlags;
#[cfg(any(test, feature = "mock"))]
pub use port::MockAbuseFlags;
pub use resolve::ResolveAbuseFlag;

/// The kind of thing in the audit log.
pub(crate) const RESOURCE: &str = "abuse_flag";
