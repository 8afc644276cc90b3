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

const ISO: &str = "must be an ISO 8601 date and time, such as 2026-01-15T10:30:00Z";
/// Farther than any calendar goes.
const MOST_MONTHS: u32 = 19_998 * 12;

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

    /// This instant so many calendar months later, in UTC, at the same time of the day; where the month has no such day, on
    /// its last one.
    #[must_use]
    pub fn plus_months(self, months: u32) -> Self {
        let later = self.civil().checked_add(jiff::Span::new().months(months.min(MOST_MONTHS)));
        let later = later.and_then(|civil| TimeZone::UTC.to_timestamp(civil));
        Self(later.unwrap_or(jiff::Timestamp::MAX).as_microsecond())
    }

    /// How many calendar months lie between the month of this instant and that of a later one, in UTC.
    #[must_use]
    pub fn months_until(self, later: Self) -> u32 {
        let (from, to) = (self.civil(), later.civil());
        let months =
            (i32::from(to.year()) - i32::from(from.year())) * 12 + i32::from(to.month()) - i32::from(from.month());
        u32::try_from(months).unwrap_or(0)
    }

    /// Milliseconds since 1970, rounded down.
    #[must_use]
    pub const fn as_millis(self) -> i64 {
        self.0.div_euclid(1_000)
    }

    /// From milliseconds since 1970.
    #[must_use]
    pub fn from_millis(millis: i64) -> Self {
        Self::from_micros(millis.saturating_mul(1_000))
    }

    /// RFC 3339 to the millisecond with `Z`: `2026-01-15T10:30:00.082Z`.
    #[must_use]
    pub fn to_rfc3339_millis(self) -> String {
        self.civil().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    }

    /// Reads RFC 3339, or the same without an offset, which then means UTC. A time zone in brackets (RFC 9557) must be
    /// known, and agree with the offset if there is one; without an offset it says what the time means.
    ///
    /// # Errors
    /// `Invalid` about `field` for anything else.
    pub fn parse(field: &'static str, text: &str) -> Result<Self> {
        let refused = |message: &'static str| Error::invalid(field, message);
        let time = text.split_once(['T', 't', ' ']).map_or("", |(_, time)| time);
        let instant = if time.contains(":60") {
            return Err(refused("must not have a leap second: seconds go from 00 to 59"));
        } else if text.contains('[') {
            let zoned = text.parse::<jiff::Zoned>().map(|zoned| zoned.timestamp());
            zoned.map_err(|_| refused("must name a known time zone in brackets, one that has the offset at that time"))
        } else if time.contains(['Z', 'z', '+', '-']) {
            text.parse::<jiff::Timestamp>().map_err(|_| refused(ISO))
        } else {
            let utc = text.parse::<civil::DateTime>().and_then(|civil| TimeZone::UTC.to_timestamp(civil));
            utc.map_err(|_| refused(ISO))
        };
        instant.map(|instant| Self(instant.as_microsecond()))
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
    fn months_end_on_their_last_day() {
        let at = |text| Timestamp::parse("t", text).unwrap();
        for (months, date) in [(0, "01-31"), (1, "02-28"), (2, "03-31"), (3, "04-30"), (11, "12-31")] {
            let later = at("2026-01-31T04:20:10.082Z").plus_months(months);
            assert_eq!(later.to_rfc3339_millis(), format!("2026-{date}T04:20:10.082Z"));
        }
        assert_eq!(at("2028-01-31T00:00:00Z").plus_months(1), at("2028-02-29T00:00:00Z"));
        assert_eq!(at("2026-12-31T23:00:00Z").plus_months(2), at("2027-02-28T23:00:00Z"));
        assert!(at("2026-01-31T00:00:00Z").plus_months(u32::MAX) > at("9000-01-01T00:00:00Z"));
        assert_eq!(at("2026-11-21T00:00:00Z").months_until(at("2027-02-01T00:00:00Z")), 3);
        assert_eq!(at("2026-11-21T00:00:00Z").months_until(at("2026-01-01T00:00:00Z")), 0);
    }

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
    fn a_zone_in_brackets_is_honoured_or_refused() {
        let read = |text| Timestamp::parse("t", text);
        let winter = read("2025-12-31T23:00:00Z").unwrap();
        for good in [
            "2026-01-01T00:00:00+01:00[Europe/Berlin]",
            "2026-01-01T00:00:00[Europe/Berlin]",
            "2026-01-01 00:00:00+01:00[europe/berlin]",
            "2025-12-31T23:00:00Z[Europe/Berlin]",
            "2025-12-31T23:00:00Z[UTC]",
            "2026-01-01T00:00:00+01:00[+01:00]",
        ] {
            assert_eq!(read(good).unwrap(), winter, "{good}");
        }
        for bad in [
            "2026-01-01T00:00:00+02:00[Europe/Berlin]",
            "2026-07-01T00:00:00+01:00[Europe/Berlin]",
            "2026-01-01T00:00:00+01:00[Europe/Atlantis]",
            "2026-01-01T00:00:00+01:00[]",
            "2026-01-01T00:00:00+01:00[Europe/Berlin",
            "2026-01-01T00:00:00+01:00[Europe/Berlin][Europe/Paris]",
            "[Europe/Berlin]",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_offset_is_never_passed_over() {
        for bad in [
            "9999-12-31T23:59:59-12:00",
            "2026-01-15T10:30:00+99:00",
            "2026-01-15T10:30:00+01:00x",
            "2026-01-15T10:30:00 GMT",
            "2026-01-15T10:30:60Z",
            "2026-01-15T10:30:60",
        ] {
            assert!(Timestamp::parse("t", bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn nonsense_is_invalid() {
        for text in ["", "tomorrow", "2025-13-01T00:00:00Z", "1736937000", "2025-02-30T00:00:00"] {
            assert!(Timestamp::parse("t", text).is_err(), "{text}");
        }
    }
}
