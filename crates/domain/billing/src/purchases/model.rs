//! What a purchase is.

use aedile_kernel::{Cents, Reference, Result, Timestamp, UserId, numeric_id};
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

/// Where the paying of a purchase stands, as long as it is pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CheckoutStatus {
    /// It can be paid.
    Open,
    /// A payment is under way, and may take days.
    Processing,
    /// Its page has expired or its payment has failed: it is not paid any more.
    Over,
}

impl CheckoutStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Open, Self::Processing, Self::Over];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Processing => "processing",
            Self::Over => "over",
        }
    }
}

/// A purchase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Purchase {
    /// Its number.
    pub id: PurchaseId,
    /// What the payment provider knows it by; it is in no record and no answer.
    #[serde(skip)]
    pub reference: Reference,
    /// Who buys.
    pub buyer_id: UserId,
    /// Of which skill, by its number.
    pub skill_id: i64,
    /// The skill's slug.
    pub skill_slug: String,
    /// ID of the seller.
    pub seller_id: UserId,
    /// What it costs, in hundredths of a US dollar.
    pub amount_cents: i64,
    /// What the marketplace keeps of it.
    pub fee_cents: i64,
    /// What was given back.
    pub refunded_cents: i64,
    /// Where it stands.
    pub status: PurchaseStatus,
    /// Where the paying of it stands.
    pub checkout: CheckoutStatus,
    /// The provider's page where it is paid; it never changes once it is known.
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
    /// Whether it stands for a licence: it is paid, and not all of it was given back.
    #[must_use]
    pub const fn is_standing(&self) -> bool {
        matches!(self.status, PurchaseStatus::Completed | PurchaseStatus::Refunding)
    }

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
    /// Filters by the buyer's ID.
    pub buyer_id: Option<UserId>,
    /// Filters by the seller's ID.
    pub seller_id: Option<UserId>,
    /// Filters by the skill's slug.
    pub skill_slug: Option<String>,
}

/// A purchase that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPurchase {
    /// What the payment provider will know it by.
    pub reference: Reference,
    /// Who buys.
    pub buyer_id: UserId,
    /// Of which skill.
    pub skill_id: i64,
    /// ID of the seller.
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
    use super::super::samples;
    use super::*;

    #[test]
    fn statuses_have_one_name_each() {
        for status in PurchaseStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        for status in CheckoutStatus::ALL {
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
    }

    #[test]
    fn what_is_paid_and_not_wholly_given_back_stands() {
        let standing = |status| Purchase { status, ..samples::purchase() }.is_standing();
        let all: Vec<bool> = PurchaseStatus::ALL.into_iter().map(standing).collect();
        assert_eq!(all, [false, true, true, false]);
    }

    #[test]
    fn the_fee_goes_back_with_its_share_of_the_price() {
        let purchase = samples::purchase();
        for (refunded, fee) in [(0, 0), (333, 50), (666, 100), (999, 150)] {
            assert_eq!(purchase.fee_given_back(refunded).unwrap(), Cents(fee), "{refunded}");
        }
    }

    #[test]
    fn no_record_of_a_purchase_holds_its_reference() {
        let purchase = samples::purchase();
        let written = serde_json::to_string(&purchase).unwrap();
        assert!(!written.contains(purchase.reference.as_str()), "{written}");
    }
}
