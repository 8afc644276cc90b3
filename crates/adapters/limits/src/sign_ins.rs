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
/// How long an address stays known to an account that signed in from it.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The most failures that one address adds to an account's own count.
const COUNTED_OF_EACH_ADDRESS: u32 = 3;
/// The failures of an account, counted like this, that cost addresses it is not known at nothing: those of ten addresses.
const FREE_OF_AN_ACCOUNT: u32 = 10 * COUNTED_OF_EACH_ADDRESS;

/// Counts failed sign-ins in this process.
pub struct MemorySignInThrottle {
    failures: Cache<Key, Arc<Mutex<Failures>>>,
    known: Cache<SignInKeys, ()>,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Key {
    Pair(SignInKeys),
    Account(String),
    Client(String),
}

#[derive(Default)]
struct Failures {
    count: u32,
    last: Option<Timestamp>,
}

/// What has failed at one pair of account and address, at the account and at the address. They are always locked in this
/// order, so two attempts can't wait for each other.
struct Counts {
    pair: Arc<Mutex<Failures>>,
    account: Arc<Mutex<Failures>>,
    client: Option<Arc<Mutex<Failures>>>,
}

impl MemorySignInThrottle {
    /// A throttle that has seen no failure yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            failures: Cache::builder().max_capacity(MAX_KEYS).time_to_idle(FORGOTTEN_AFTER).build(),
            known: Cache::builder().max_capacity(MAX_KEYS).time_to_idle(KNOWN_FOR).build(),
        }
    }

    fn of(&self, key: Key) -> Arc<Mutex<Failures>> {
        self.failures.get_with(key, Arc::default)
    }

    fn counts(&self, keys: &SignInKeys) -> Counts {
        Counts {
            pair: self.of(Key::Pair(keys.clone())),
            account: self.of(Key::Account(keys.identifier.clone())),
            client: keys.client.clone().map(|client| self.of(Key::Client(client))),
        }
    }
}

impl Default for MemorySignInThrottle {
    fn default() -> Self {
        Self::new()
    }
}

impl SignInThrottle for MemorySignInThrottle {
    fn attempt(&self, keys: &SignInKeys, now: Timestamp) -> Result<()> {
        let is_known = self.known.contains_key(keys);
        let counts = self.counts(keys);
        let (mut pair, mut account) = (locked(&counts.pair), locked(&counts.account));
        let mut client = counts.client.as_deref().map(locked);
        let of_strangers = account.wait(now, FREE_OF_AN_ACCOUNT).max(client.as_ref().map_or(0, |it| it.wait(now, 0)));
        let wait = pair.wait(now, 0).max(if is_known { 0 } else { of_strangers });
        if wait > 0 {
            return Err(Error::RateLimited { retry_after_seconds: wait });
        }
        if !is_known && pair.count < COUNTED_OF_EACH_ADDRESS {
            account.add(now);
        }
        pair.add(now);
        if let Some(client) = client.as_mut() {
            client.add(now);
        }
        Ok(())
    }

    fn succeeded(&self, keys: &SignInKeys) {
        let counts = self.counts(keys);
        let (mut pair, mut account) = (locked(&counts.pair), locked(&counts.account));
        if !self.known.contains_key(keys) {
            account.forgive(pair.count.min(COUNTED_OF_EACH_ADDRESS));
            self.known.insert(keys.clone(), ());
        }
        *pair = Failures::default();
        if let Some(client) = &counts.client {
            locked(client).forgive(1);
        }
    }
}

fn locked(failures: &Mutex<Failures>) -> MutexGuard<'_, Failures> {
    failures.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Failures {
    /// Seconds to wait, rounded up, when `free` failures more than elsewhere cost nothing. A clock that was set back makes nobody wait longer than the whole penalty.
    fn wait(&self, now: Timestamp, free: u32) -> u64 {
        let penalty = penalty_seconds(self.count.saturating_sub(free));
        let elapsed = self.last.map_or(i64::MAX, |last| now.as_micros().saturating_sub(last.as_micros()));
        let elapsed_seconds = u64::try_from(elapsed).unwrap_or(0) / 1_000_000;
        penalty.saturating_sub(elapsed_seconds)
    }

    fn add(&mut self, now: Timestamp) {
        self.count = self.count.saturating_add(1);
        self.last = Some(now);
    }

    fn forgive(&mut self, count: u32) {
        self.count = self.count.saturating_sub(count);
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

    fn fail(throttle: &MemorySignInThrottle, identifier: &str, client: &str, times: usize) {
        for n in 0..times {
            let second = i64::try_from(n).unwrap() * 300;
            assert_eq!(wait(throttle.attempt(&keys(identifier, client), at(second))), 0, "{identifier} {client} {n}");
        }
    }

    #[test]
    fn an_address_slows_down_whomever_it_guesses_at() {
        let throttle = MemorySignInThrottle::new();
        for n in 0..5 {
            fail(&throttle, &format!("user{n}"), "198.51.100.1", 1);
        }
        assert_eq!(wait(throttle.attempt(&keys("bob", "198.51.100.1"), at(0))), 1, "one address, many identifiers");
        assert!(throttle.attempt(&keys("bob", "198.51.100.2"), at(0)).is_ok());
    }

    #[test]
    fn guesses_at_one_address_keep_nobody_out_at_another() {
        let throttle = MemorySignInThrottle::new();
        fail(&throttle, "ada", "192.0.2.1", 1_000);
        let later = 1_000 * 300;
        assert!(wait(throttle.attempt(&keys("ada", "192.0.2.1"), at(later - 1))) > 0);
        for _ in 0..5 {
            assert!(throttle.attempt(&keys("ada", "198.51.100.7"), at(later - 1)).is_ok(), "not even seen before");
        }
    }

    #[test]
    fn guesses_from_everywhere_slow_down_strangers_and_no_address_the_person_used() {
        let throttle = MemorySignInThrottle::new();
        assert!(throttle.attempt(&keys("ada", "203.0.113.7"), at(0)).is_ok());
        throttle.succeeded(&keys("ada", "203.0.113.7"));
        let passed = |n: usize| throttle.attempt(&keys("ada", &format!("192.0.2.{n}")), at(0)).is_ok();
        assert_eq!((0..200).filter(|n| passed(*n)).count(), 35, "ten addresses' worth, and the first five");
        assert!(wait(throttle.attempt(&keys("ada", "198.51.100.1"), at(0))) > 0, "a stranger waits");
        for _ in 0..5 {
            assert!(throttle.attempt(&keys("ada", "203.0.113.7"), at(0)).is_ok());
        }
        assert_eq!(wait(throttle.attempt(&keys("ada", "203.0.113.7"), at(0))), 1, "who guesses there waits, too");
        assert!(throttle.attempt(&keys("bob", "198.51.100.1"), at(0)).is_ok());
    }

    #[test]
    fn a_neighbours_guesses_keep_nobody_out_where_they_sign_in() {
        let throttle = MemorySignInThrottle::new();
        assert!(throttle.attempt(&keys("ada", "192.0.2.1"), at(0)).is_ok());
        throttle.succeeded(&keys("ada", "192.0.2.1"));
        fail(&throttle, "bob", "192.0.2.1", 20);
        assert!(wait(throttle.attempt(&keys("cleo", "192.0.2.1"), at(19 * 300))) > 0);
        assert!(throttle.attempt(&keys("ada", "192.0.2.1"), at(19 * 300)).is_ok());
    }

    #[test]
    fn a_success_clears_the_pair_but_no_more_than_itself_of_the_address() {
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
        assert!(throttle.attempt(&keys("ada", "192.0.2.2"), at(0)).is_ok());
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
