//! Mending what the payment provider and the books say differently.

mod port;
mod service;

pub use port::Drift;
#[cfg(any(test, feature = "mock"))]
pub use port::MockDrift;
pub use service::{FindsDrift, Mended, Waiting, reconcile};
