//! Usage: who calls what, how often.

mod get;
mod meter;
mod model;
mod port;
mod routes;

pub use get::GetUsage;
pub use meter::UsageMeter;
pub use model::{RouteCount, UsageCount, UsageDay, UsageReport, UsageTotal};
#[cfg(any(test, feature = "mock"))]
pub use port::MockUsage;
pub use port::Usage;
pub use routes::RouteSet;

/// The kind of thing in the audit log.
const RESOURCE: &str = "usage";
