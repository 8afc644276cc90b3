//! How often somebody may call.

use std::future::Future;
use std::pin::Pin;

/// A limit: so many requests a minute, spread evenly, with one minute's worth as burst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rate {
    /// Requests a minute; 0 means unlimited.
    pub per_minute: u32,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self { per_minute: 0 };

    /// So many requests a minute; 0 means unlimited.
    #[must_use]
    pub const fn per_minute(per_minute: u32) -> Self {
        Self { per_minute }
    }
}

/// What a limiter answered about one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Whether the request may pass.
    pub allowed: bool,
    /// The limit a minute.
    pub limit: u32,
    /// How many more would pass right now.
    pub remaining: u32,
    /// Seconds until the full limit is available again, rounded up.
    pub reset_seconds: u64,
    /// Seconds until the next request may pass, rounded up; 0 when it may now.
    pub retry_after_seconds: u64,
}

/// Counts requests by key. It always answers: when what it shares its counts through is away, it counts by itself.
pub trait RateLimiter: Send + Sync {
    /// Counts one request of `key`.
    fn check<'a>(&'a self, key: &'a str, rate: Rate) -> Pin<Box<dyn Future<Output = Allowance> + Send + 'a>>;

    /// As [`RateLimiter::check`], where the answer is known at once; `None` where somebody must be asked, and then
    /// nothing was counted.
    fn check_now(&self, key: &str, rate: Rate) -> Option<Allowance>;
}
