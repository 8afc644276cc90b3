//! Instants, and where time and randomness come from.

use std::fmt;

use jiff::civil;
use jiff::tz::TimeZone;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, Result};

/// An instant in UTC, in microseconds since 1970.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// From microseconds since 1970; clamped to the years −9999 to 9999.
    #[must_use]
    pub fn from_micros(micros: i64) -> Self {
        Self(micros.clamp(jiff::Timestamp::MIN.as_microsecond(), jiff::Timestamp::MAX.as_microsecond()))
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(1_000_000)
    }

    /// From whole seconds since 1970, as JSON Web Tokens count.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Self {
        Self::from_micros(seconds.saturating_mul(1_000_000))
    }

    /// This instant moved by `seconds`, which may be negative.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self::from_micros(self.0.saturating_add(seconds.saturating_mul(1_000_000)))
    }

    /// Reads RFC 3339, or the same without a zone, which then means UTC.
    ///
    /// # Errors
    /// `Invalid` about `field` for anything else.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let instant = text.parse::<jiff::Timestamp>().or_else(|_| {
            let civil: civil::DateTime = text.parse()?;
            civil.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp())
        });
        instant
            .map(|t| Self(t.as_microsecond()))
            .map_err(|_| Error::invalid(field, "must be an ISO 8601 date and time, such as 2026-01-15T10:30:00Z"))
    }

    /// The day in UTC as `2026-01-15`.
    #[must_use]
    pub fn date(self) -> String {
        self.civil().date().to_string()
    }

    /// RFC 3339 to the second with `Z`: `2026-01-15T10:30:00Z`.
    #[must_use]
    pub fn to_rfc3339(self) -> String {
        format!("{}Z", self.to_zoneless())
    }

    /// UTC to the second, without a zone: `2026-01-15T10:30:00`.
    #[must_use]
    pub fn to_zoneless(self) -> String {
        self.civil().strftime("%Y-%m-%dT%H:%M:%S").to_string()
    }

    fn civil(self) -> civil::DateTime {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        TimeZone::UTC.to_datetime(instant)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let instant = jiff::Timestamp::from_microsecond(self.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        instant.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse("time", &text).map_err(serde::de::Error::custom)
    }
}

impl JsonSchema for Timestamp {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Timestamp".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time" })
    }
}

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Timestamp;
}

/// Where randomness comes from.
pub trait Entropy: Send + Sync {
    /// Fills `bytes` with random bytes fit for secrets.
    fn fill(&self, bytes: &mut [u8]);
}

/// `N` random bytes.
pub fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> [u8; N] {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn input_without_a_zone_is_utc() {
        let zoned = Timestamp::parse("t", "2025-12-31T23:59:59Z").unwrap();
        assert_eq!(zoned, Timestamp::parse("t", "2025-12-31T23:59:59").unwrap());
        assert_eq!(zoned, Timestamp::parse("t", "2026-01-01T00:59:59+01:00").unwrap());
        assert_eq!(zoned.to_zoneless(), "2025-12-31T23:59:59");
        assert_eq!(zoned.to_rfc3339(), "2025-12-31T23:59:59Z");
        assert_eq!(zoned.date(), "2025-12-31");
    }

    #[test]
    fn nonsense_is_invalid() {
        for text in ["", "tomorrow", "2025-13-01T00:00:00Z", "1736937000", "2025-02-30T00:00:00"] {
            assert!(Timestamp::parse("t", text).is_err(), "{text}");
        }
    }
}
