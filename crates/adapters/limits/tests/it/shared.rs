//! Counting together, and apart while Redis is away.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aedile_kernel::Error;
use aedile_kernel::rate::{Rate, RateLimiter};
use aedile_limits::{LocalLimiter, RedisLimiter};

use super::support::*;

async fn limiter(url: &str) -> RedisLimiter {
    RedisLimiter::connect(url, Arc::new(LocalLimiter::new())).await.unwrap()
}

#[tokio::test]
async fn two_instances_share_one_limit() {
    let Some(redis) = redis() else { return };
    let (here, there, key) = (limiter(&redis).await, limiter(&redis).await, fresh_key());
    let rate = Rate::per_minute(10);
    let mut remaining = Vec::new();
    for n in 0..10 {
        let instance = if n % 2 == 0 { &here } else { &there };
        assert!(instance.check_now(&key, rate).is_none(), "Redis must be asked");
        let allowance = instance.check(&key, rate).await;
        assert!(allowance.allowed);
        remaining.push(allowance.remaining);
    }
    assert_eq!(remaining, [9, 8, 7, 6, 5, 4, 3, 2, 1, 0]);
    for instance in [&here, &there] {
        let refused = instance.check(&key, rate).await;
        assert_eq!((refused.allowed, refused.limit, refused.remaining), (false, 10, 0));
        assert!((5..=6).contains(&refused.retry_after_seconds), "{refused:?}");
        assert!((59..=60).contains(&refused.reset_seconds), "{refused:?}");
    }
    assert!(here.check(&fresh_key(), rate).await.allowed, "another key is another's");
    assert!(here.check(&key, Rate::UNLIMITED).await.allowed);
}

#[tokio::test]
async fn what_was_used_comes_back_evenly() {
    let Some(redis) = redis() else { return };
    let (limiter, key, rate) = (limiter(&redis).await, fresh_key(), Rate::per_minute(120));
    while limiter.check(&key, rate).await.allowed {}
    // Two come back each second, however long a busy machine takes.
    let (used_up, mut passed) = (Instant::now(), 0);
    while passed < 4 {
        passed += u32::from(limiter.check(&key, rate).await.allowed);
        assert!(passed <= 1 + 2 * u32::try_from(1 + used_up.elapsed().as_secs()).unwrap(), "{passed}");
    }
    assert!(used_up.elapsed() >= Duration::from_millis(1_500), "{:?}", used_up.elapsed());
}

#[tokio::test]
async fn many_at_once_pass_the_limit_exactly() {
    let Some(redis) = redis() else { return };
    let (limiter, key, started) = (Arc::new(limiter(&redis).await), fresh_key(), Instant::now());
    let checks: Vec<_> = (0..200)
        .map(|_| {
            let (limiter, key) = (Arc::clone(&limiter), key.clone());
            tokio::spawn(async move { limiter.check(&key, Rate::per_minute(20)).await.allowed })
        })
        .collect();
    let mut passed = 0;
    for check in checks {
        passed += u32::from(check.await.unwrap());
    }
    // One comes back every three seconds meanwhile.
    let most = 21 + u32::try_from(started.elapsed().as_secs() / 3).unwrap();
    assert!((20..=most).contains(&passed), "{passed}");
    assert!(limiter.is_shared());
}

#[tokio::test]
async fn both_limiters_apply_the_same_rule() {
    let Some(redis) = redis() else { return };
    let (shared, local) = (limiter(&redis).await, LocalLimiter::new());
    for per_minute in [1, 7, 60, 1000] {
        let (key, rate) = (fresh_key(), Rate::per_minute(per_minute));
        for n in 0..per_minute.min(20) + 1 {
            let (there, here) = (shared.check(&key, rate).await, local.count(&key, rate));
            assert_eq!((there.allowed, there.limit), (here.allowed, here.limit), "{per_minute}: {n}");
            assert!(there.remaining.abs_diff(here.remaining) <= 1, "{per_minute}: {n}: {there:?} {here:?}");
            assert!(there.reset_seconds.abs_diff(here.reset_seconds) <= 1, "{per_minute}: {n}: {there:?} {here:?}");
        }
    }
}

#[tokio::test]
async fn an_outage_costs_the_sharing_and_nothing_else() {
    let Some(redis) = redis() else { return };
    let mut cable = Cable::to(&redis).await;
    let (limiter, key, rate) = (limiter(&cable.url).await, fresh_key(), Rate::per_minute(5));
    for _ in 0..2 {
        assert!(limiter.check(&key, rate).await.allowed && limiter.is_shared());
        cable.cut();
        let started = Instant::now();
        let passed = {
            let mut passed = 0;
            for _ in 0..20 {
                passed += u32::from(limiter.check(&key, rate).await.allowed);
            }
            passed
        };
        assert!(passed <= 5, "the limit holds: {passed}");
        // Asking a Redis that is away twenty times would take longer.
        assert!(started.elapsed() < Duration::from_secs(5), "{:?}", started.elapsed());
        assert!(!limiter.is_shared() && limiter.check_now(&key, rate).is_some());
        cable.mend().await;
        within(Duration::from_secs(5), "counts are shared again", || limiter.is_shared()).await;
    }
}

#[tokio::test]
async fn a_redis_that_is_not_there_yet_stops_nobody() {
    let limiter = limiter(&nowhere().await).await;
    let (key, rate) = (fresh_key(), Rate::per_minute(2));
    let passed = [limiter.check(&key, rate).await, limiter.check(&key, rate).await, limiter.check(&key, rate).await];
    assert_eq!(passed.map(|allowance| allowance.allowed), [true, true, false]);
    assert!(!limiter.is_shared());
}

#[tokio::test]
async fn a_redis_that_never_answers_stops_nobody() {
    let (url, open) = silence().await;
    let limiter = tokio::time::timeout(Duration::from_secs(4), limiter(&url)).await.unwrap();
    assert!(limiter.check(&fresh_key(), Rate::per_minute(2)).await.allowed);
    open.abort();
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let refused = RedisLimiter::connect("http://example.com", Arc::new(LocalLimiter::new())).await;
    assert!(matches!(refused, Err(Error::Invalid(_))));
}
