//! What a purchase is.

use aedile_kernel::{Cents, Result, Timestamp, UserId, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// The number of a purchase.
    PurchaseId
}

/// Where a purchase stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PurchaseStatus {
    /// It is not paid.
    Pending,
    /// It is paid, and perhaps refunded in part.
    Completed,
    /// A refund was asked for, and it is not known what became of it.
    Refunding,
    /// All of it was given back.
    Refunded,
}

impl PurchaseStatus {
    /// Every status.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Completed, Self::Refunding, Self::Refunded];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Completed => "completed",
            Self::Refunding => "refunding",
            Self::Refunded => "refunded",
        }
    }
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Purchase {
    /// Its number.
    pub id: PurchaseId,
    /// Who buys.
    pub buyer_id: UserId,
    /// Of which skill, by its number.
    pub skill_id: i64,
    /// The skill's slug.
    pub skill_slug: String,
    /// From whom.
    pub seller_id: UserId,
    /// What it costs, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// What the marketplace keeps of it.
    pub fee_cents: i64,
    /// What was given back.
    pub refunded_cents: i64,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// The provider's page where it is paid.
    pub session_id: Option<String>,
    /// Where that page is.
    pub checkout_url: Option<String>,
    /// The payment.
    pub payment_intent: Option<String>,
    /// When it was begun.
    pub created_at: Timestamp,
    /// When it was paid.
    pub completed_at: Option<Timestamp>,
}

impl Purchase {
    /// How much of the fee was given back once so much of the price was.
    ///
    /// # Errors
    /// `Invalid` when it leaves the range of the type.
    pub fn fee_given_back(&self, refunded_cents: i64) -> Result<Cents> {
        Cents(self.fee_cents).share(Cents(refunded_cents), Cents(self.amount_cents))
    }
}

/// Which purchases are wanted; all of them when nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaleFilter {
    /// Only those that stand so.
    pub status: Option<PurchaseStatus>,
    /// Only those of this buyer.
    pub buyer_id: Option<UserId>,
    /// Only those of this seller.
    pub seller_id: Option<UserId>,
    /// Only those of the skill of this slug.
    pub skill_slug: Option<String>,
}

/// A purchase that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPurchase {
    /// Who buys.
    pub buyer_id: UserId,
    /// Of which skill.
    pub skill_id: i64,
    /// From whom.
    pub seller_id: UserId,
    /// What it costs.
    pub amount_cents: i64,
    /// What the marketplace keeps of it.
    pub fee_cents: i64,
    /// When it is begun.
    pub created_at: Timestamp,
}

/// A skill that is for sale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The skill's number.
    pub skill_id: i64,
    /// Its name for people.
    pub name: String,
    /// What it costs; 0 when it is free.
    pub price_cents: i64,
    /// Who sells it.
    pub seller_id: Option<UserId>,
    /// The provider's account of the seller.
    pub seller_account: Option<String>,
    /// Whether the provider says that the seller can be paid; `None` before it said so.
    pub payments_enabled: Option<bool>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_one_name_each() {
        for status in PurchaseStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }
}
