//! The machine's own time and randomness, for everything that takes a `Clock` or an `Entropy`.

use std::time::{SystemTime, UNIX_EPOCH};

use aedile_kernel::{Clock, Entropy, Timestamp};

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the Clock that everything else takes its time from")]
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_micros(i64::try_from(since_1970.as_micros()).unwrap_or(i64::MAX))
    }
}

/// The machine's randomness.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the Entropy that everything else takes its randomness from")]
    #[expect(clippy::expect_used, reason = "without randomness no secret is one, so nothing may go on")]
    fn fill(&self, bytes: &mut [u8]) {
        aws_lc_rs::rand::fill(bytes).expect("the system gives random bytes");
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::time::random_bytes;

    use super::*;

    #[test]
    fn the_clock_goes_and_randomness_differs() {
        assert!(SystemClock.now() > Timestamp::from_seconds(1_700_000_000));
        assert_ne!(random_bytes::<32>(&SystemEntropy), random_bytes::<32>(&SystemEntropy));
    }
}
