//! Amounts as integers; a float never touches them.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};

macro_rules! amount {
    ($(#[$attribute:meta])* $name:ident) => {
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize, JsonSchema,
        )]
        $(#[$attribute])*
        pub struct $name(pub i64);

        impl $name {
            /// The sum.
            ///
            /// # Errors
            /// `Invalid` when it leaves the range of the type.
            pub fn plus(self, other: Self) -> Result<Self> {
                self.0.checked_add(other.0).map(Self).ok_or_else(out_of_range)
            }

            /// The difference.
            ///
            /// # Errors
            /// `Invalid` when it leaves the range of the type.
            pub fn minus(self, other: Self) -> Result<Self> {
                self.0.checked_sub(other.0).map(Self).ok_or_else(out_of_range)
            }
        }
    };
}

amount! {
    /// US dollars in millionths; in JSON a decimal number as text, such as `"12.50"`.
    #[serde(try_from = "Decimal", into = "String")]
    #[schemars(with = "Decimal")]
    MicroUsd
}
amount! {
    /// A currency's hundredths.
    #[serde(transparent)]
    Cents
}
amount! {
    /// Credits, which have no fraction.
    #[serde(transparent)]
    Credits
}

/// A decimal number as text.
#[derive(Deserialize, JsonSchema)]
#[serde(transparent)]
struct Decimal(
    /// US dollars with at most six decimals, such as "12.50".
    #[schemars(regex(pattern = r"^-?[0-9]+(\.[0-9]{1,6})?$"))]
    String,
);

impl TryFrom<Decimal> for MicroUsd {
    type Error = Error;

    fn try_from(Decimal(text): Decimal) -> Result<Self> {
        Self::parse(&text)
    }
}

impl From<MicroUsd> for String {
    fn from(amount: MicroUsd) -> Self {
        amount.to_string()
    }
}

impl Cents {
    /// The same amount in millionths.
    ///
    /// # Errors
    /// `Invalid` when it leaves the range of the type.
    pub fn to_micro_usd(self) -> Result<MicroUsd> {
        self.0.checked_mul(10_000).map(MicroUsd).ok_or_else(out_of_range)
    }

    /// So many ten-thousandths of the amount, rounded half up to the cent.
    ///
    /// # Errors
    /// `Invalid` when it leaves the range of the type.
    pub fn basis_points(self, points: u32) -> Result<Self> {
        let exact = i128::from(self.0) * i128::from(points);
        i64::try_from((exact + 5_000).div_euclid(10_000)).map(Self).map_err(|_| out_of_range())
    }

    /// The part of this amount that `part` is of `whole`, rounded half up to the cent; 0 of nothing.
    ///
    /// # Errors
    /// `Invalid` when it leaves the range of the type.
    pub fn share(self, part: Self, whole: Self) -> Result<Self> {
        if whole.0 == 0 {
            return Ok(Self(0));
        }
        let twice = 2 * i128::from(self.0) * i128::from(part.0) + i128::from(whole.0);
        i64::try_from(twice.div_euclid(2 * i128::from(whole.0))).map(Self).map_err(|_| out_of_range())
    }
}

fn out_of_range() -> Error {
    Error::invalid("amount", "is out of range")
}

impl MicroUsd {
    const PER_DOLLAR: i64 = 1_000_000;

    /// Reads a decimal number's text, such as `25`, `0.29` or `1e-6`, without rounding.
    ///
    /// # Errors
    /// `Invalid` when the text is not a JSON number, has more than six decimals or is out of range.
    pub fn parse(text: &str) -> Result<Self> {
        let malformed = || Error::invalid("amount_usd", "must be a number with at most 6 decimals");
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().map_err(|_| malformed())?),
            None => (text, 0),
        };
        let (negative, digits) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !is_digits(whole) || !is_digits(fraction) || text.len() > 40 {
            return Err(malformed());
        }
        let fraction = fraction.trim_end_matches('0');
        let significand: i128 = format!("{whole}{fraction}").parse().map_err(|_| malformed())?;
        let decimals = i32::try_from(fraction.len()).map_err(|_| malformed())?;
        let shift = exponent.checked_sub(decimals).and_then(|s| s.checked_add(6)).ok_or_else(malformed)?;
        let micros = scale(significand, shift).ok_or_else(malformed)?;
        i64::try_from(if negative { -micros } else { micros }).map(Self).map_err(|_| out_of_range())
    }
}

/// `value × 10^shift`, or `None` when that is not an integer of the type.
fn scale(value: i128, shift: i32) -> Option<i128> {
    if value == 0 {
        return Some(0);
    }
    let factor = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 { value.checked_mul(factor) } else { (value % factor == 0).then(|| value / factor) }
}

impl fmt::Display for MicroUsd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, fraction) = (
            self.0.unsigned_abs() / Self::PER_DOLLAR.unsigned_abs(),
            self.0.unsigned_abs() % Self::PER_DOLLAR.unsigned_abs(),
        );
        let fraction = format!("{fraction:06}");
        match fraction.trim_end_matches('0') {
            "" => write!(f, "{sign}{whole}"),
            fraction => write!(f, "{sign}{whole}.{fraction}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn parts_of_cents_are_rounded_half_up() {
        let fee = |cents, points| Cents(cents).basis_points(points).unwrap().0;
        assert_eq!([fee(999, 1_500), fee(10, 1_500), fee(3, 1_500), fee(1, 5_000), fee(0, 1_500)], [150, 2, 0, 1, 0]);
        let share = |fee, part, whole| Cents(fee).share(Cents(part), Cents(whole)).unwrap().0;
        assert_eq!([share(150, 999, 999), share(150, 333, 999), share(150, 0, 999), share(1, 1, 2)], [150, 50, 0, 1]);
        assert_eq!(Cents(999).to_micro_usd().unwrap(), MicroUsd(9_990_000));
        assert!(Cents(i64::MAX).to_micro_usd().is_err());
    }

    #[test]
    fn cents_are_exact_from_one_to_a_hundred_dollars() {
        for cents in 1..10_000 {
            let text = format!("{}.{:02}", cents / 100, cents % 100);
            assert_eq!(MicroUsd::parse(&text).unwrap(), MicroUsd(cents * 10_000), "{text}");
        }
    }

    #[test]
    fn what_is_not_an_amount_is_refused() {
        for text in
            ["", "\"12\"", "NaN", "1e308", "25.0000001", "1e-7", "1.", ".5", "+1", "0x10", "1_000", "9223372036855"]
        {
            assert!(MicroUsd::parse(text).is_err(), "{text}");
        }
        assert_eq!(MicroUsd::parse("1e-6").unwrap(), MicroUsd(1));
        assert_eq!(MicroUsd::parse("25.00000000").unwrap(), MicroUsd(25_000_000));
    }

    proptest! {
        #[test]
        fn text_and_back(micros: i64) {
            prop_assert_eq!(MicroUsd::parse(&MicroUsd(micros).to_string()).unwrap(), MicroUsd(micros));
        }
    }

    #[test]
    fn dollars_are_text_in_json() {
        for (text, micros) in [("12.50", 12_500_000), ("-0.000001", -1), ("0", 0)] {
            assert_eq!(serde_json::from_value::<MicroUsd>(text.into()).unwrap(), MicroUsd(micros));
        }
        assert_eq!(serde_json::to_value(MicroUsd(12_500_000)).unwrap(), "12.5");
        for bad in [serde_json::json!(12.5), "x".into(), "0.0000001".into(), serde_json::Value::Null] {
            assert!(serde_json::from_value::<MicroUsd>(bad.clone()).is_err(), "{bad}");
        }
        assert_eq!(serde_json::to_value(Cents(5)).unwrap(), 5);
    }
}
