//! A clock that stands still unless a step moves it.

use std::sync::atomic::{AtomicI64, Ordering};

use aedile_kernel::{Clock, Timestamp};

/// When every history begins, in seconds since 1970: 2026-01-15T10:30:00Z.
const START: i64 = 1_768_473_000;

/// Both processes and the provider look at it.
#[derive(Debug)]
pub(crate) struct SimulatedClock(AtomicI64);

impl SimulatedClock {
    pub(crate) fn new() -> Self {
        Self(AtomicI64::new(START))
    }

    pub(crate) fn seconds(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn advance(&self, seconds: i64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for SimulatedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.seconds())
    }
}
