//! Rules that look at events in the transaction they happen in.

mod port;
mod raise;
mod rules;
mod watch;

#[cfg(any(test, feature = "mock"))]
pub use port::MockSightings;
pub use port::Sightings;
pub use rules::{Burst, Thresholds, is_self_purchase};
pub use watch::watch;
