//! What an abuse flag is.

use aedile_kernel::{PaymentTrouble, Timestamp, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

numeric_id! {
    /// The number of an abuse flag.
    AbuseFlagId
}

/// What was noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagType {
    /// Many purchases of one buyer from one seller in a short time.
    BuyerSellerBurst,
    /// Buyer and seller seem to be one person.
    SelfPurchase,
    /// Many refunds of one buyer in a short time.
    RefundBurst,
    /// Many reviews of one seller's skills in a short time.
    ReviewBurst,
    /// A refund failed after it was asked for: the buyer does not have the money.
    RefundFailed,
    /// A buyer paid twice for the same skill.
    DoublePayment,
    /// A buyer's bank disputes a payment; an answer is awaited.
    DisputeOpened,
    /// A dispute was lost: the bank gave the money back.
    DisputeLost,
    /// A payment names a purchase and does not fit it.
    UnmatchedPayment,
}

impl FlagType {
    /// Every type.
    pub const ALL: [Self; 9] = [
        Self::BuyerSellerBurst,
        Self::SelfPurchase,
        Self::RefundBurst,
        Self::ReviewBurst,
        Self::RefundFailed,
        Self::DoublePayment,
        Self::DisputeOpened,
        Self::DisputeLost,
        Self::UnmatchedPayment,
    ];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BuyerSellerBurst => "buyer_seller_burst",
            Self::SelfPurchase => "self_purchase",
            Self::RefundBurst => "refund_burst",
            Self::ReviewBurst => "review_burst",
            Self::RefundFailed => "refund_failed",
            Self::DoublePayment => "double_payment",
            Self::DisputeOpened => "dispute_opened",
            Self::DisputeLost => "dispute_lost",
            Self::UnmatchedPayment => "unmatched_payment",
        }
    }
}

/// Where a flag stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FlagStatus {
    /// Nobody has decided about it.
    Open,
    /// What was noticed is in order.
    ResolvedLegit,
    /// What was noticed is fraud.
    ResolvedFraud,
}

impl FlagStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::ResolvedLegit, Self::ResolvedFraud];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ResolvedLegit => "resolved_legit",
            Self::ResolvedFraud => "resolved_fraud",
        }
    }
}

impl From<PaymentTrouble> for FlagType {
    fn from(trouble: PaymentTrouble) -> Self {
        match trouble {
            PaymentTrouble::RefundFailed => Self::RefundFailed,
            PaymentTrouble::DoublePayment => Self::DoublePayment,
            PaymentTrouble::DisputeOpened => Self::DisputeOpened,
            PaymentTrouble::DisputeLost => Self::DisputeLost,
            PaymentTrouble::UnmatchedPayment => Self::UnmatchedPayment,
        }
    }
}

/// How a flag may be resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Resolution {
    /// What was noticed is in order.
    ResolvedLegit,
    /// What was noticed is fraud.
    ResolvedFraud,
}

impl From<Resolution> for FlagStatus {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::ResolvedLegit => Self::ResolvedLegit,
            Resolution::ResolvedFraud => Self::ResolvedFraud,
        }
    }
}

/// Something that looks suspicious.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbuseFlag {
    /// Its number.
    pub id: AbuseFlagId,
    /// What was noticed.
    pub flag_type: FlagType,
    /// What it is about, such as a user's id.
    pub reference_id: String,
    /// What kind of thing that is, such as `seller`.
    pub reference_type: String,
    /// The figures behind it, as a JSON object.
    pub details: Value,
    /// Where it stands.
    pub status: FlagStatus,
    /// Who decided.
    pub resolved_by: Option<String>,
    /// When they did.
    pub resolved_at: Option<Timestamp>,
    /// Why they did.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub resolution_notes: Option<String>,
    /// When it was raised.
    pub created_at: Timestamp,
}

/// A flag that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlag {
    /// What was noticed.
    pub flag_type: FlagType,
    /// What it is about.
    pub reference_id: String,
    /// What kind of thing that is.
    pub reference_type: &'static str,
    /// The people it is about: there is one open flag for the same type and people.
    pub subject: String,
    /// The figures behind it, as a JSON object.
    pub details: Value,
    /// When it is raised.
    pub created_at: Timestamp,
}

/// Which flags are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FlagFilter {
    /// Only those that stand so.
    pub status: Option<FlagStatus>,
    /// Only those of this type.
    pub flag_type: Option<FlagType>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_and_statuses_have_one_name_each() {
        for flag_type in FlagType::ALL {
            assert_eq!(serde_json::to_value(flag_type).unwrap(), flag_type.as_str());
        }
        for status in FlagStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for resolution in [Resolution::ResolvedLegit, Resolution::ResolvedFraud] {
            assert_eq!(serde_json::to_value(resolution).unwrap(), FlagStatus::from(resolution).as_str());
        }
    }
}
