//! What a seller is.

use aedile_kernel::{Reference, Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::skills::Rating;

/// A user, as far as selling is concerned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerAccount {
    /// ID of the user.
    pub user_id: UserId,
    /// Their name in URLs; `None` while they are no seller.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub slug: Option<String>,
    /// Their name as a seller.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub display_name: Option<String>,
    /// When they accepted the terms for sellers.
    pub tos_accepted_at: Option<Timestamp>,
    /// What the payment provider knows the opening of their account by; it is in no record and no answer.
    #[serde(skip)]
    pub payment_reference: Option<Reference>,
    /// The payment provider's account by which they are paid.
    pub payment_account: Option<String>,
    /// Whether the provider says that they can be paid; `None` before it said so.
    pub payments_enabled: Option<bool>,
}

impl SellerAccount {
    /// Whether they sell.
    #[must_use]
    pub const fn is_seller(&self) -> bool {
        self.tos_accepted_at.is_some() && self.slug.is_some()
    }
}

/// What everybody sees of a seller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SellerPage {
    /// Their name in URLs.
    pub slug: String,
    /// Their name for people.
    pub display_name: String,
    /// How many skills they offer.
    pub skills: i64,
    /// How often packages of these were downloaded.
    pub downloads: i64,
    /// What reviewers gave for these.
    pub rating: Rating,
    /// Since when they sell.
    pub joined_at: Timestamp,
}
