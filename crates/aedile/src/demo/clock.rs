//! A clock that runs through the last month, so that there is something to see on a time line.

use std::sync::atomic::{AtomicI64, Ordering};

use aedile_identity::SystemClock;
use aedile_kernel::{Clock, Timestamp};

/// How long ago it begins, in seconds.
const FROM: i64 = 30 * 24 * 60 * 60;
/// What part of the time that is left passes at once: the demo's days grow busier.
const PART: i64 = 190;

/// Stands still but for [`DemoClock::pass`].
pub(super) struct DemoClock {
    seconds: AtomicI64,
}

impl DemoClock {
    /// A month ago.
    pub(super) fn new() -> Self {
        Self { seconds: AtomicI64::new(SystemClock.now().as_seconds() - FROM) }
    }

    /// Lets some time pass; it never reaches the present.
    pub(super) fn pass(&self) {
        let seconds = self.seconds.load(Ordering::Relaxed);
        self.seconds.store(seconds + (SystemClock.now().as_seconds() - seconds) / PART, Ordering::Relaxed);
    }
}

impl Clock for DemoClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_seconds(self.seconds.load(Ordering::Relaxed))
    }
}
