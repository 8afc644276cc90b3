//! A percentage without a float.

use std::borrow::Cow;
use std::fmt;

use aedile_kernel::{Error, Result};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::Number;

/// A share of users from 0 to 100 percent, in hundredths of a percent. In JSON it is a number with at most two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rollout(u16);

impl Rollout {
    /// Nobody.
    pub const NONE: Self = Self(0);
    /// Everybody.
    pub const FULL: Self = Self(10_000);

    /// From hundredths of a percent, 0 to 10,000.
    ///
    /// # Errors
    /// `Invalid` beyond that.
    pub fn from_basis_points(basis_points: i64) -> Result<Self> {
        u16::try_from(basis_points).map(Self).ok().filter(|rollout| *rollout <= Self::FULL).ok_or_else(refused)
    }

    /// In hundredths of a percent.
    #[must_use]
    pub const fn basis_points(self) -> u16 {
        self.0
    }

    /// Reads a decimal number's text, such as `25` or `12.5`, without rounding.
    ///
    /// # Errors
    /// `Invalid` when it is no plain decimal, has more than two decimals, or is not between 0 and 100.
    pub fn parse(text: &str) -> Result<Self> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        let hundredths = fraction.trim_end_matches('0');
        if !is_digits(whole) || !is_digits(fraction) || hundredths.len() > 2 {
            return Err(refused());
        }
        format!("{whole}{hundredths:0<2}").parse().map_err(|_| refused()).and_then(Self::from_basis_points)
    }

    /// Reads a JSON number by its text.
    ///
    /// # Errors
    /// As [`Rollout::parse`].
    pub fn from_number(number: &Number) -> Result<Self> {
        Self::parse(&number.to_string())
    }
}

fn refused() -> Error {
    Error::invalid("rollout_percentage", "must be between 0 and 100 with at most 2 decimals")
}

impl Default for Rollout {
    /// A flag that says nothing about its rollout is for everybody.
    fn default() -> Self {
        Self::FULL
    }
}

impl fmt::Display for Rollout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, hundredths) = (self.0 / 100, self.0 % 100);
        match format!("{hundredths:02}").trim_end_matches('0') {
            "" => write!(f, "{whole}"),
            decimals => write!(f, "{whole}.{decimals}"),
        }
    }
}

impl Serialize for Rollout {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        self.to_string().parse::<Number>().map_err(ser::Error::custom)?.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Rollout {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        Self::from_number(&Number::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

impl JsonSchema for Rollout {
    fn schema_name() -> Cow<'static, str> {
        "Rollout".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        schemars::json_schema!({
            "type": "number",
            "format": "percent",
            "minimum": 0,
            "maximum": 100,
            "description": "A percentage with at most two decimals.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hundredth_comes_back_from_json() {
        for basis_points in 0..=10_000 {
            let rollout = Rollout::from_basis_points(basis_points).unwrap();
            let json = serde_json::to_string(&rollout).unwrap();
            assert_eq!(json, rollout.to_string(), "the text is the shortest");
            assert_eq!(serde_json::from_str::<Rollout>(&json).unwrap(), rollout, "{json}");
            assert_eq!(serde_json::from_value::<Rollout>(serde_json::to_value(rollout).unwrap()).unwrap(), rollout);
        }
    }

    #[test]
    fn whole_percentages_are_integers_in_json() {
        let json = |text| serde_json::to_string(&Rollout::parse(text).unwrap()).unwrap();
        assert_eq!((json("25"), json("25.00"), json("100.0")), ("25".into(), "25".into(), "100".into()));
        assert_eq!((json("12.5"), json("0.01"), json("0.29")), ("12.5".into(), "0.01".into(), "0.29".into()));
    }

    #[test]
    fn what_is_no_percentage_is_refused() {
        for text in
            ["", ".", "-1", "-0.01", "100.01", "101", "0.001", "33.333", "1.", ".5", "+1", "NaN", "1e1", "65536"]
        {
            assert!(Rollout::parse(text).is_err(), "{text}");
        }
        for json in ["\"25\"", "null", "true", "1e-3", "1e300", "-1", "100.001", "18446744073709551615"] {
            assert!(serde_json::from_str::<Rollout>(json).is_err(), "{json}");
        }
        assert!(Rollout::from_basis_points(-1).is_err() && Rollout::from_basis_points(10_001).is_err());
    }
}
