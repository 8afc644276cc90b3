//! Counting requests in Redis, for all instances together.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};

use aedile_kernel::Result;
use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::rate::{Allowance, Rate, RateLimiter};
use redis::{RedisError, Script};

use crate::link::{Link, Live, PATIENCE, client};
use crate::local::{LocalLimiter, unlimited};

/// GCRA, by Redis' own clock. The key holds the instant at which the full limit is available again, in microseconds, and
/// expires then. Answers: passed or not, how many more would pass, microseconds to wait, microseconds until all is back.
static GCRA: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        r"
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, limit = tonumber(ARGV[1]), tonumber(ARGV[2])
local full_at = math.max(tonumber(redis.call('GET', KEYS[1]) or 0), now)
local room = now + interval * limit - full_at
if room < interval then
  return {0, 0, interval - room, full_at - now}
end
full_at = full_at + interval
redis.call('SET', KEYS[1], string.format('%.0f', full_at), 'PX', math.ceil((full_at - now) / 1000))
return {1, math.floor((room - interval) / interval), 0, full_at - now}
",
    )
});

const MICROS_A_MINUTE: u32 = 60_000_000;

/// Counts requests in Redis. While Redis is away, this instance counts by itself.
pub struct RedisLimiter {
    link: Arc<Link>,
    local: Arc<LocalLimiter>,
}

#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("Redis did not answer in time")]
    Slow,
    #[error(transparent)]
    Redis(#[from] RedisError),
}

impl RedisLimiter {
    /// A limiter over the Redis at `url`, which need not be there yet.
    ///
    /// # Errors
    /// `Invalid` about `REDIS_URL` when that is no address of a Redis.
    pub async fn connect(url: &str, local: Arc<LocalLimiter>) -> Result<Self> {
        Ok(Self { link: Link::open(client(url)?).await, local })
    }

    /// Whether instances count together at present.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.link.is_up()
    }

    async fn count(&self, key: &str, rate: Rate) -> Allowance {
        if rate == Rate::UNLIMITED {
            return unlimited();
        }
        let Some(mut live) = self.link.live() else { return self.local.count(key, rate) };
        match count_in_redis(&mut live, key, rate).await {
            Ok(allowance) => allowance,
            Err(error) => {
                self.link.give_up(&live, &error);
                self.local.count(key, rate)
            }
        }
    }
}

impl RateLimiter for RedisLimiter {
    fn check<'a>(&'a self, key: &'a str, rate: Rate) -> Pin<Box<dyn Future<Output = Allowance> + Send + 'a>> {
        Box::pin(self.count(key, rate))
    }

    fn check_now(&self, key: &str, rate: Rate) -> Option<Allowance> {
        let is_local = rate == Rate::UNLIMITED || !self.link.is_up();
        is_local.then(|| self.local.count(key, rate))
    }
}

async fn count_in_redis(live: &mut Live, key: &str, rate: Rate) -> std::result::Result<Allowance, Failure> {
    let mut script = GCRA.prepare_invoke();
    script.key(name_of(key, rate)).arg((MICROS_A_MINUTE / rate.per_minute).max(1)).arg(rate.per_minute);
    let answer = script.invoke_async::<(bool, u32, u64, u64)>(&mut live.connection);
    let (allowed, remaining, wait, reset) =
        tokio::time::timeout(PATIENCE, answer).await.map_err(|_| Failure::Slow)??;
    Ok(Allowance {
        allowed,
        limit: rate.per_minute,
        remaining,
        reset_seconds: reset.div_ceil(1_000_000),
        retry_after_seconds: wait.div_ceil(1_000_000),
    })
}

/// Keys hold addresses and ids of users, which are nobody's business in Redis; their digests do.
fn name_of(key: &str, rate: Rate) -> String {
    let digest = sha256(key.as_bytes());
    let (half, _) = digest.split_at(16);
    format!("aedile:rate:{}:{}", rate.per_minute, hex(half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_keys_and_rates_apart_and_nothing_else() {
        let name = name_of("user:ada", Rate::per_minute(60));
        assert_eq!(name, name_of("user:ada", Rate::per_minute(60)));
        assert_ne!(name, name_of("user:bob", Rate::per_minute(60)));
        assert_ne!(name, name_of("user:ada", Rate::per_minute(61)));
        assert!(name.starts_with("aedile:rate:60:") && !name.contains("ada"));
    }
}
