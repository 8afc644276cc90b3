//! Slowing down who guesses passwords.

use aedile_kernel::{Result, Timestamp};

/// What failed attempts are counted by. Nothing else of a request is, or whoever guesses would vary it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInKeys {
    /// The identifier in its one spelling.
    pub identifier: String,
    /// The client's address, as the server sees it.
    pub client: Option<String>,
}

/// Counts failed attempts by identifier and by client address.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SignInThrottle: Send + Sync {
    /// Lets an attempt pass and counts it as failed, both in one step, so that attempts side by side can't outrun the
    /// count. An attempt that must wait is not counted.
    ///
    /// # Errors
    /// `RateLimited` when either key has to wait [`penalty_seconds`] since its last failure, and has not.
    fn attempt(&self, keys: &SignInKeys, now: Timestamp) -> Result<()>;

    /// Says that an attempt was right: the identifier's failures are forgotten, and the client's are one less, since who
    /// has one password may still guess at others.
    fn succeeded(&self, keys: &SignInKeys);
}

/// How long to wait after so many failures: nothing below 5, then 1 s, doubled by each further one, at most 5 minutes.
#[must_use]
pub fn penalty_seconds(failures: u32) -> u64 {
    const FREE: u32 = 5;
    const MAX: u64 = 300;
    match failures.checked_sub(FREE) {
        None => 0,
        Some(exponent) => 2u64.checked_pow(exponent).unwrap_or(MAX).min(MAX),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_five_minutes() {
        let waits: Vec<u64> = (3..=14).map(penalty_seconds).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
        assert_eq!(penalty_seconds(u32::MAX), 300);
    }
}
