//! Slowing down who guesses passwords.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aedile_accounts::sign_in::penalty_seconds;
use aedile_accounts::{SignInKeys, SignInThrottle};
use aedile_kernel::{Error, Result, Timestamp};
use moka::sync::Cache;

const MAX_KEYS: u64 = 100_000;
/// Longer than any wait, so nobody's failures are forgotten while they count.
const FORGOTTEN_AFTER: Duration = Duration::from_secs(60 * 60);

/// Counts failed sign-ins in this process.
pub struct MemorySignInThrottle {
    failures: Cache<Key, Arc<Mutex<Failures>>>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Identifier(String),
    Client(String),
}

#[derive(Default)]
struct Failures {
    count: u32,
    last: Option<Timestamp>,
}

impl MemorySignInThrottle {
    /// A throttle that has seen no failure yet.
    #[must_use]
    pub fn new() -> Self {
        Self { failures: Cache::builder().max_capacity(MAX_KEYS).time_to_idle(FORGOTTEN_AFTER).build() }
    }

    fn of(&self, key: Key) -> Arc<Mutex<Failures>> {
        self.failures.get_with(key, Arc::default)
    }

    /// What both keys have failed at. Identifiers are always locked before clients, so two attempts can't wait for each
    /// other.
    fn both(&self, keys: &SignInKeys) -> (Arc<Mutex<Failures>>, Option<Arc<Mutex<Failures>>>) {
        let client = keys.client.clone().map(|client| self.of(Key::Client(client)));
        (self.of(Key::Identifier(keys.identifier.clone())), client)
    }
}

impl Default for MemorySignInThrottle {
    fn default() -> Self {
        Self::new()
    }
}

impl SignInThrottle for MemorySignInThrottle {
    fn attempt(&self, keys: &SignInKeys, now: Timestamp) -> Result<()> {
        let (identifier, client) = self.both(keys);
        let mut identifier = locked(&identifier);
        let mut client = client.as_ref().map(|client| locked(client));
        let wait = identifier.wait(now).max(client.as_ref().map_or(0, |client| client.wait(now)));
        if wait > 0 {
            return Err(Error::RateLimited { retry_after_seconds: wait });
        }
        identifier.add(now);
        if let Some(client) = client.as_mut() {
            client.add(now);
        }
        Ok(())
    }

    fn succeeded(&self, keys: &SignInKeys) {
        let (identifier, client) = self.both(keys);
        *locked(&identifier) = Failures::default();
        if let Some(client) = client {
            let mut client = locked(&client);
            client.count = client.count.saturating_sub(1);
        }
    }
}

fn locked(failures: &Mutex<Failures>) -> MutexGuard<'_, Failures> {
    failures.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Failures {
    /// Seconds to wait, rounded up. A clock that was set back makes nobody wait longer than the whole penalty.
    fn wait(&self, now: Timestamp) -> u64 {
        let penalty = penalty_seconds(self.count);
        let elapsed = self.last.map_or(i64::MAX, |last| now.as_micros().saturating_sub(last.as_micros()));
        let elapsed_seconds = u64::try_from(elapsed).unwrap_or(0) / 1_000_000;
        penalty.saturating_sub(elapsed_seconds)
    }

    fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(identifier: &str, client: &str) -> SignInKeys {
        SignInKeys { identifier: identifier.into(), client: Some(client.into()) }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(1_768_473_000 + second)
    }

    fn wait(result: Result<()>) -> u64 {
        match result {
            Ok(()) => 0,
            Err(Error::RateLimited { retry_after_seconds }) => retry_after_seconds,
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn five_failures_are_free_and_then_the_wait_doubles() {
        let throttle = MemorySignInThrottle::new();
        let mut now = 0;
        let mut waits = Vec::new();
        for _ in 0..15 {
            let seconds = wait(throttle.attempt(&keys("ada", "192.0.2.1"), at(now)));
            waits.push(seconds);
            if seconds > 0 {
                now += i64::try_from(seconds).unwrap();
                assert_eq!(wait(throttle.attempt(&keys("ada", "192.0.2.1"), at(now - 1))), 1);
                assert_eq!(wait(throttle.attempt(&keys("ada", "192.0.2.1"), at(now))), 0);
            }
        }
        assert_eq!(waits, [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    }

    #[test]
    fn either_key_slows_down() {
        let throttle = MemorySignInThrottle::new();
        for n in 0..5 {
            assert!(throttle.attempt(&keys("ada", &format!("192.0.2.{n}")), at(0)).is_ok());
        }
        assert_eq!(wait(throttle.attempt(&keys("ada", "192.0.2.9"), at(0))), 1, "one identifier, many addresses");
        for n in 0..5 {
            assert!(throttle.attempt(&keys(&format!("user{n}"), "198.51.100.1"), at(0)).is_ok());
        }
        assert_eq!(wait(throttle.attempt(&keys("bob", "198.51.100.1"), at(0))), 1, "one address, many identifiers");
        assert!(throttle.attempt(&keys("bob", "198.51.100.2"), at(0)).is_ok());
    }

    #[test]
    fn a_success_clears_the_identifier_but_no_more_than_itself_of_the_address() {
        let throttle = MemorySignInThrottle::new();
        for n in 0..4 {
            assert!(throttle.attempt(&keys(&format!("victim{n}"), "192.0.2.1"), at(0)).is_ok());
        }
        for _ in 0..3 {
            assert!(throttle.attempt(&keys("own", "192.0.2.1"), at(0)).is_ok());
            throttle.succeeded(&keys("own", "192.0.2.1"));
        }
        assert!(throttle.attempt(&keys("victim4", "192.0.2.1"), at(0)).is_ok());
        assert_eq!(wait(throttle.attempt(&keys("victim5", "192.0.2.1"), at(0))), 1);
        for _ in 0..4 {
            assert!(throttle.attempt(&keys("ada", "192.0.2.2"), at(0)).is_ok());
        }
        throttle.succeeded(&keys("ada", "192.0.2.2"));
        for n in 0..5 {
            assert!(throttle.attempt(&keys("ada", &format!("203.0.113.{n}")), at(0)).is_ok());
        }
    }

    #[test]
    fn attempts_side_by_side_do_not_outrun_the_count() {
        let throttle = MemorySignInThrottle::new();
        let passed = std::thread::scope(|scope| {
            let attempts: Vec<_> = (0..8)
                .map(|_| {
                    scope.spawn(|| {
                        (0..50).filter(|_| throttle.attempt(&keys("ada", "192.0.2.1"), at(0)).is_ok()).count()
                    })
                })
                .collect();
            attempts.into_iter().map(|attempt| attempt.join().unwrap()).sum::<usize>()
        });
        assert_eq!(passed, 5);
    }

    #[test]
    fn a_clock_set_back_makes_nobody_wait_for_ever() {
        let throttle = MemorySignInThrottle::new();
        for _ in 0..5 {
            assert!(throttle.attempt(&keys("ada", "192.0.2.1"), at(100_000)).is_ok());
        }
        assert_eq!(wait(throttle.attempt(&keys("ada", "192.0.2.1"), at(0))), 1);
    }

    #[test]
    fn without_an_address_the_identifier_counts() {
        let throttle = MemorySignInThrottle::new();
        let keys = SignInKeys { identifier: "ada".into(), client: None };
        assert_eq!((0..6).filter(|_| throttle.attempt(&keys, at(0)).is_ok()).count(), 5);
    }
}
