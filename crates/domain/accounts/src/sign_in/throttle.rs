//! Slowing down who guesses passwords.

use aedile_kernel::{Result, Timestamp};

/// What failed attempts are counted by. Nothing else of a request is, or whoever guesses would vary it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SignInKeys {
    /// The identifier in its one spelling.
    pub identifier: String,
    /// The client's address, as the server sees it.
    pub client: Option<String>,
}

/// Slows guessing down by pair of account and client address, by address, and by account. Failures at one address never
/// keep somebody out at another: an account's own count, which it takes ten addresses to fill, only holds up addresses
/// that the account has not signed in from.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SignInThrottle: Send + Sync {
    /// Lets an attempt pass and counts it as failed, both in one step, so that attempts side by side can't outrun the
    /// count. An attempt that must wait is not counted.
    ///
    /// # Errors
    /// `RateLimited` when a count has to wait [`penalty_seconds`] since its last failure, and has not.
    fn attempt(&self, keys: &SignInKeys, now: Timestamp) -> Result<()>;

    /// Says that an attempt was right: the pair's failures are forgotten, the client's are one less, since who has one
    /// password may still guess at others, and the address is known to the account for 30 days.
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
