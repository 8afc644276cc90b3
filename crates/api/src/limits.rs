//! How often each class of route may be called.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use aedile_kernel::rate::{Allowance, Rate, RateLimiter};

use crate::identity::Identity;
use crate::refusal::Refusal;

/// The limits a minute of each class; 0 is unlimited.
#[derive(Debug, Clone, Copy)]
pub struct Rates {
    /// Reads that need no credential.
    pub public_read: u32,
    /// Reads of signed-in users.
    pub authenticated_read: u32,
    /// Writes of users.
    pub write: u32,
    /// Everything in the admin area.
    pub admin: u32,
}

/// What a route counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RateClass {
    PublicRead,
    AuthenticatedRead,
    Write,
    Admin,
    /// Sign-in has a brake of its own beside the one for its address.
    SignIn,
    /// Signed calls of other services: many, and from few addresses.
    Webhook,
    /// Links that carry their own proof, which is checked without the store. They are opened by mail providers, for many
    /// people and from few addresses; what a good link does is counted by itself.
    SignedLink,
    /// The gateway counts by the caller's tier.
    ByTier,
}

impl RateClass {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::PublicRead => "public_read",
            Self::AuthenticatedRead => "authenticated_read",
            Self::Write => "write",
            Self::Admin => "admin",
            Self::SignIn => "sign_in",
            Self::Webhook => "webhook",
            Self::SignedLink => "signed_link",
            Self::ByTier => "by_tier",
        }
    }

    /// What guessing a credential counts as: the class itself, or that of public reads where a class has no
    /// limit of its own.
    pub(crate) const fn of_guesses(self) -> Self {
        match self {
            Self::ByTier | Self::SignedLink => Self::PublicRead,
            class => class,
        }
    }

    const fn rate(self, rates: &Rates) -> Rate {
        match self {
            Self::PublicRead => Rate::per_minute(rates.public_read),
            Self::AuthenticatedRead => Rate::per_minute(rates.authenticated_read),
            Self::Admin | Self::Webhook => Rate::per_minute(rates.admin),
            Self::Write | Self::SignIn => Rate::per_minute(rates.write),
            Self::ByTier | Self::SignedLink => Rate::UNLIMITED,
        }
    }
}

/// Counts a request of `bucket`.
pub(crate) async fn count(
    limiter: &dyn RateLimiter,
    rates: &Rates,
    class: RateClass,
    bucket: impl FnOnce() -> String,
) -> Result<Option<Allowance>, Refusal> {
    let rate = class.rate(rates);
    if rate == Rate::UNLIMITED {
        return Ok(None);
    }
    let allowance = check(limiter, &format!("{}:{}", class.as_str(), bucket()), rate).await;
    if allowance.allowed { Ok(Some(allowance)) } else { Err(Refusal::OverLimit(allowance)) }
}

/// Counts a request of an API key with a limit of its own.
pub(crate) async fn count_key(limiter: &dyn RateLimiter, identity: &Identity) -> Result<Option<Allowance>, Refusal> {
    let Some(id) = identity.credential.api_key_id().filter(|_| identity.rate_of_key != Rate::UNLIMITED) else {
        return Ok(None);
    };
    let allowance = check(limiter, &format!("api_key:{id}"), identity.rate_of_key).await;
    if allowance.allowed { Ok(Some(allowance)) } else { Err(Refusal::OverLimit(allowance)) }
}

/// Asks the limiter, without a pause where it knows the answer.
pub(crate) async fn check(limiter: &dyn RateLimiter, key: &str, rate: Rate) -> Allowance {
    match limiter.check_now(key, rate) {
        Some(allowance) => allowance,
        None => limiter.check(key, rate).await,
    }
}

/// Says how much is left (draft-ietf-httpapi-ratelimit-headers-06: limit, remaining, seconds until reset). Where another
/// limit leaves less, that one is announced.
pub(crate) fn announce(headers: &mut HeaderMap, allowance: &Allowance) {
    let announced = headers.get("ratelimit-remaining").and_then(|left| left.to_str().ok()?.parse::<u32>().ok());
    if announced.is_some_and(|left| left < allowance.remaining) {
        return;
    }
    let fields = [
        ("ratelimit-limit", u64::from(allowance.limit)),
        ("ratelimit-remaining", u64::from(allowance.remaining)),
        ("ratelimit-reset", allowance.reset_seconds),
    ];
    for (name, value) in fields {
        headers.insert(HeaderName::from_static(name), HeaderValue::from(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_that_leaves_less_is_announced() {
        let allowance =
            |limit, remaining| Allowance { allowed: true, limit, remaining, reset_seconds: 1, retry_after_seconds: 0 };
        for (first, second, limit) in [((600, 9), (60, 8), "60"), ((60, 8), (600, 9), "60"), ((60, 8), (600, 8), "600")]
        {
            let mut headers = HeaderMap::new();
            for (limit, remaining) in [first, second] {
                announce(&mut headers, &allowance(limit, remaining));
            }
            assert_eq!(headers.get("ratelimit-limit").unwrap(), limit);
        }
    }
}
