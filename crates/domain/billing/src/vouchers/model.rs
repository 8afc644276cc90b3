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
    /// What each use is worth.
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

/// What was minted; the codes are the door's to tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Minted {
    /// The vouchers' numbers.
    pub ids: Vec<VoucherId>,
    /// A digest of the hashes of their codes, by which a repeated answer is told to be of the same codes.
    #[serde(default)]
    pub codes_digest: String,
}
