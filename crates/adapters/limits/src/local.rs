//! Counting requests in this process.

use std::collections::HashMap;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::num::NonZeroU32;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aedile_kernel::rate::{Allowance, Rate, RateLimiter};
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DashMapStateStore;
use governor::{NotUntil, Quota};

/// Beyond so many keys of one rate, all share [`SHARED_KEYS`] counters until the idle ones are swept out.
const MAX_KEYS: usize = 500_000;
const SHARED_KEYS: u64 = 65_536;
const CALLS_BETWEEN_COUNTS: u32 = 4096;
const SWEEP_INTERVAL: Duration = Duration::from_secs(60);

/// Counts requests in this process.
pub struct LocalLimiter<C: Clock = DefaultClock> {
    clock: C,
    hasher: RandomState,
    counters: RwLock<HashMap<u32, Arc<Counter<C>>>>,
    max_keys: usize,
}

impl LocalLimiter {
    /// A limiter that has counted nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(DefaultClock::default(), MAX_KEYS)
    }

    /// Sweeps out idle keys every minute, for as long as the limiter lives. Needs a Tokio runtime.
    pub fn keep_tidy(self: &Arc<Self>) {
        let limiter = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut interval = tokio::time::interval(SWEEP_INTERVAL);
            loop {
                interval.tick().await;
                let Some(limiter) = limiter.upgrade() else { return };
                limiter.sweep();
            }
        });
    }
}

impl Default for LocalLimiter {
    fn default() -> Self {
        Self::new()
    }
}

impl<C: Clock + Clone> LocalLimiter<C> {
    fn with_clock(clock: C, max_keys: usize) -> Self {
        Self { clock, hasher: RandomState::new(), counters: RwLock::default(), max_keys }
    }

    /// Counts one request of `key`.
    pub fn count(&self, key: &str, rate: Rate) -> Allowance {
        match NonZeroU32::new(rate.per_minute) {
            Some(limit) => self.counter(limit).count(self.hasher.hash_one(key), self.max_keys),
            None => unlimited(),
        }
    }

    /// Forgets keys that have their full limit again, and rates without any keys.
    pub fn sweep(&self) {
        let mut counters = self.counters.write().unwrap_or_else(PoisonError::into_inner);
        counters.retain(|_, counter| counter.sweep(self.max_keys) > 0);
    }

    fn counter(&self, limit: NonZeroU32) -> Arc<Counter<C>> {
        if let Some(counter) = self.counters.read().unwrap_or_else(PoisonError::into_inner).get(&limit.get()) {
            return Arc::clone(counter);
        }
        let mut counters = self.counters.write().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(counters.entry(limit.get()).or_insert_with(|| Arc::new(Counter::new(limit, self.clock.clone()))))
    }
}

impl RateLimiter for LocalLimiter {
    fn check<'a>(&'a self, key: &'a str, rate: Rate) -> Pin<Box<dyn Future<Output = Allowance> + Send + 'a>> {
        Box::pin(std::future::ready(self.count(key, rate)))
    }

    fn check_now(&self, key: &str, rate: Rate) -> Option<Allowance> {
        Some(self.count(key, rate))
    }
}

/// What a limiter answers where there is no limit.
pub(crate) fn unlimited() -> Allowance {
    Allowance { allowed: true, limit: 0, remaining: u32::MAX, reset_seconds: 0, retry_after_seconds: 0 }
}

type Limiter<C> = governor::RateLimiter<u64, DashMapStateStore<u64>, C, StateInformationMiddleware>;

/// The keys of one rate, each as its hash.
struct Counter<C: Clock> {
    limit: u32,
    limiter: Limiter<C>,
    calls: AtomicU32,
    is_crowded: AtomicBool,
}

impl<C: Clock> Counter<C> {
    fn new(limit: NonZeroU32, clock: C) -> Self {
        let limiter = Limiter::new(Quota::per_minute(limit), DashMapStateStore::default(), clock);
        Self { limit: limit.get(), limiter, calls: AtomicU32::new(0), is_crowded: AtomicBool::new(false) }
    }

    fn count(&self, hash: u64, max_keys: usize) -> Allowance {
        if self.calls.fetch_add(1, Ordering::Relaxed) % CALLS_BETWEEN_COUNTS == CALLS_BETWEEN_COUNTS - 1 {
            self.is_crowded.store(self.limiter.len() > max_keys, Ordering::Relaxed);
        }
        let key = if self.is_crowded.load(Ordering::Relaxed) { hash % SHARED_KEYS } else { hash };
        match self.limiter.check_key(&key) {
            Ok(state) => self.passed(state.remaining_burst_capacity()),
            Err(not_until) => self.refused(&not_until),
        }
    }

    fn passed(&self, remaining: u32) -> Allowance {
        let reset_seconds = seconds_for(self.limit.saturating_sub(remaining), self.limit);
        Allowance { allowed: true, limit: self.limit, remaining, reset_seconds, retry_after_seconds: 0 }
    }

    fn refused(&self, not_until: &NotUntil<C::Instant>) -> Allowance {
        let wait = rounded_up(not_until.wait_time_from(self.limiter.clock().now()));
        Allowance {
            allowed: false,
            limit: self.limit,
            remaining: 0,
            reset_seconds: wait.saturating_add(seconds_for(self.limit - 1, self.limit)),
            retry_after_seconds: wait.max(1),
        }
    }

    /// How many keys are left.
    fn sweep(&self, max_keys: usize) -> usize {
        self.limiter.retain_recent();
        self.limiter.shrink_to_fit();
        let left = self.limiter.len();
        self.is_crowded.store(left > max_keys, Ordering::Relaxed);
        left
    }
}

/// How long so many requests take to come back, at a limit a minute.
fn seconds_for(requests: u32, limit: u32) -> u64 {
    (u64::from(requests) * 60).div_ceil(u64::from(limit.max(1)))
}

fn rounded_up(wait: Duration) -> u64 {
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

#[cfg(test)]
mod tests {
    use governor::clock::FakeRelativeClock;
    use proptest::prelude::*;

    use super::*;

    fn limiter(max_keys: usize) -> (LocalLimiter<FakeRelativeClock>, FakeRelativeClock) {
        let clock = FakeRelativeClock::default();
        (LocalLimiter::with_clock(clock.clone(), max_keys), clock)
    }

    #[test]
    fn a_minutes_worth_passes_at_once_and_then_evenly() {
        let (limiter, clock) = limiter(100);
        let rate = Rate::per_minute(3);
        let remaining: Vec<u32> = (0..3).map(|_| limiter.count("ada", rate).remaining).collect();
        assert_eq!(remaining, [2, 1, 0]);
        let refused = limiter.count("ada", rate);
        assert_eq!((refused.allowed, refused.remaining), (false, 0));
        assert_eq!((refused.retry_after_seconds, refused.reset_seconds), (20, 60));
        clock.advance(Duration::from_secs(19));
        assert_eq!(limiter.count("ada", rate).retry_after_seconds, 1);
        clock.advance(Duration::from_secs(1));
        assert!(limiter.count("ada", rate).allowed);
        assert!(!limiter.count("ada", rate).allowed, "one came back, not three");
    }

    #[test]
    fn the_answer_says_when_all_is_back() {
        let (limiter, clock) = limiter(100);
        let rate = Rate::per_minute(60);
        assert_eq!(limiter.count("ada", rate).reset_seconds, 1);
        assert_eq!(limiter.count("ada", rate).reset_seconds, 2);
        clock.advance(Duration::from_secs(2));
        assert_eq!(limiter.count("ada", rate).remaining, 59);
    }

    #[test]
    fn keys_and_rates_are_counted_apart() {
        let (limiter, _) = limiter(100);
        let one = Rate::per_minute(1);
        assert!(limiter.count("ada", one).allowed && limiter.count("bob", one).allowed);
        assert!(!limiter.count("ada", one).allowed);
        assert!(limiter.count("ada", Rate::per_minute(2)).allowed);
    }

    #[test]
    fn unlimited_is_unlimited() {
        let (limiter, _) = limiter(100);
        assert!((0..10_000).all(|_| limiter.count("ada", Rate::UNLIMITED).allowed));
    }

    #[test]
    fn c_36_a_flood_of_keys_neither_grows_without_bound_nor_lifts_the_limit() {
        let (limiter, clock) = limiter(1_000);
        let rate = Rate::per_minute(1);
        let flood = |n: u32| (0..n).filter(|key| limiter.count(&key.to_string(), rate).allowed).count();
        flood(300_000);
        let kept = limiter.counter(NonZeroU32::MIN).limiter.len();
        assert!(kept < 5_100 + 65_536, "{kept}");
        assert!(!limiter.count("299999", rate).allowed, "who was counted still is");
        clock.advance(Duration::from_secs(120));
        limiter.sweep();
        assert!(limiter.counters.read().unwrap().is_empty());
        assert!(limiter.count("299999", rate).allowed);
    }

    #[test]
    fn a_sweep_forgets_nobody_who_is_limited() {
        let (limiter, clock) = limiter(100);
        let rate = Rate::per_minute(2);
        assert!(limiter.count("ada", rate).allowed && limiter.count("ada", rate).allowed);
        clock.advance(Duration::from_secs(10));
        limiter.sweep();
        assert!(!limiter.count("ada", rate).allowed);
    }

    proptest! {
        #[test]
        fn no_minute_lets_more_than_two_minutes_worth_pass(limit in 1u32..200, gaps in prop::collection::vec(0u64..3_000, 1..300)) {
            let (limiter, clock) = limiter(100);
            let (mut passed, mut elapsed) = (0u64, 0u64);
            for gap in gaps {
                clock.advance(Duration::from_millis(gap));
                elapsed += gap;
                passed += u64::from(limiter.count("ada", Rate::per_minute(limit)).allowed);
            }
            prop_assert!(passed <= u64::from(limit) + elapsed * u64::from(limit) / 60_000 + 1);
        }
    }
}
