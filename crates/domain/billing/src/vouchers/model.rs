//! What a voucher is.

use aedile_kernel::{MicroUsd, Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// The number of a voucher.
    VoucherId
}

/// A voucher, as far as it may be known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Voucher {
    /// Its number.
    pub id: VoucherId,
    /// The last letters of its code.
    pub code_hint: String,
    /// Value of each use in US dollars with at most 6 decimals, e.g. 12.50.
    pub amount: MicroUsd,
    /// How often it may be used, once by each user.
    pub max_uses: i64,
    /// How often it was.
    pub uses: i64,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
    /// Who minted it.
    pub created_by: String,
    /// The API key it was minted by.
    pub api_key_id: Option<String>,
    /// When it was minted.
    pub created_at: Timestamp,
}

impl Voucher {
    /// Whether it has ended by `now`, or was withdrawn.
    #[must_use]
    pub fn is_over_at(&self, now: Timestamp) -> bool {
        self.withdrawn_at.is_some() || self.expires_at.is_some_and(|end| end <= now)
    }
}

/// What was minted; the codes are the entry point's to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Minted {
    /// The vouchers' numbers.
    pub ids: Vec<VoucherId>,
    /// A digest of the hashes of their codes, by which a repeated answer is told to be of the same codes.
    #[serde(default)]
    pub codes_digest: String,
}

/// A voucher of ten dollars that was used once of twice and ends in a second, for tests of rules.
#[cfg(test)]
pub(super) fn sample() -> Voucher {
    Voucher {
        id: VoucherId(7),
        code_hint: "KLMN".into(),
        amount: MicroUsd(10_000_000),
        max_uses: 2,
        uses: 1,
        expires_at: Some(Timestamp::from_micros(aedile_kernel::mock::NOW).plus_seconds(1)),
        withdrawn_at: None,
        created_by: "user_root".into(),
        api_key_id: None,
        created_at: Timestamp::from_micros(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_voucher_is_over_when_it_ends_or_was_withdrawn() {
        let end = Timestamp::from_micros(10);
        let voucher = Voucher { expires_at: Some(end), ..sample() };
        assert!(!voucher.is_over_at(Timestamp::from_micros(9)) && voucher.is_over_at(end));
        assert!(Voucher { withdrawn_at: Some(end), ..voucher.clone() }.is_over_at(Timestamp::from_micros(0)));
        assert!(!Voucher { expires_at: None, ..voucher }.is_over_at(Timestamp::from_micros(i64::MAX)));
    }
}
