//! Days in UTC.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, Result};
use crate::time::Timestamp;

/// A day in UTC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i64);

impl Day {
    const SECONDS: i64 = 86_400;
    /// How long a day is, in microseconds.
    pub const MICROS: i64 = Self::SECONDS * 1_000_000;

    /// The day of an instant.
    #[must_use]
    pub const fn of(instant: Timestamp) -> Self {
        Self(instant.as_seconds().div_euclid(Self::SECONDS))
    }

    /// The day so many days after 1970-01-01.
    #[must_use]
    pub const fn since_epoch(days: i64) -> Self {
        Self(days)
    }

    /// Its first instant.
    #[must_use]
    pub fn begins_at(self) -> Timestamp {
        Timestamp::from_seconds(self.0.saturating_mul(Self::SECONDS))
    }

    /// The day so many days before.
    #[must_use]
    pub fn minus(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days.into()))
    }
}

impl fmt::Display for Day {
    /// `2026-01-15`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.begins_at().date())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = Error;

    /// Reads `2026-01-15`.
    fn from_str(text: &str) -> Result<Self> {
        let is_date = text.len() == 10;
        let midnight = is_date.then(|| Timestamp::parse("date", &format!("{text}T00:00:00Z")).ok()).flatten();
        midnight.map(Self::of).ok_or_else(|| Error::invalid("date", "must be a day, such as 2026-01-15"))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({ "type": "string", "format": "date" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_begins_at_midnight_in_utc() {
        let day = |text| Day::of(Timestamp::parse("t", text).unwrap());
        assert_eq!(day("2026-01-15T23:59:59.999999Z").to_string(), "2026-01-15");
        assert_eq!(day("2026-01-16T00:00:00Z").to_string(), "2026-01-16");
        assert_eq!(day("1969-12-31T23:59:59Z").to_string(), "1969-12-31");
        assert_eq!(day("2026-03-01T00:00:00Z").minus(1), "2026-02-28".parse().unwrap());
    }

    #[test]
    fn a_day_comes_back_from_its_text() {
        for text in ["2026-01-15", "2024-02-29", "1970-01-01"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for bad in ["", "2026-1-15", "2025-02-29", "2026-01-15T", "yesterday!"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }
}
