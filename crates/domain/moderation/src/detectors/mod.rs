//! Rules that look at events in the transaction they happen in.

mod port;
mod raise;
mod rules;
mod watch;

pub use port::AbuseSignals;
#[cfg(any(test, feature = "mock"))]
pub use port::MockAbuseSignals;
pub use rules::{Burst, Thresholds, is_self_purchase};
pub use watch::watch;
