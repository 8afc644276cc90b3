//! What happens in one domain and is watched by another, in the same transaction.

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::change::Change;
use crate::context::Context;
use crate::error::Result;
use crate::id::UserId;
use crate::time::Timestamp;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A user was written down for the first time.
    UserRegistered {
        /// ID of the user.
        user: UserId,
    },
    /// A user was put on hold or kept from every API.
    AccessTaken {
        /// ID of the user.
        user: UserId,
    },
    /// A user is no longer on hold, or no longer kept from every API.
    AccessRestored {
        /// ID of the user.
        user: UserId,
    },
    /// A user's role or the flag `is_admin` was changed.
    RoleChanged {
        /// ID of the user.
        user: UserId,
    },
    /// Something was done that every super-admin should hear of, whoever did it.
    RightsWidened(WidenedRights),
    /// A user asked for their account to be deleted.
    DeletionRequested {
        /// ID of the user.
        user: UserId,
        /// When it will be.
        scheduled_for: Timestamp,
    },
    /// A purchase was paid.
    PurchaseCompleted {
        /// Who bought.
        buyer: UserId,
        /// ID of the seller.
        seller: UserId,
        /// ID of the purchase.
        purchase: i64,
    },
    /// A purchase was refunded, whole or in part.
    PurchaseRefunded {
        /// Who had bought.
        buyer: UserId,
        /// ID of the purchase.
        purchase: i64,
    },
    /// Something about a payment needs an admin's decision.
    PaymentNeedsReview {
        /// Kind of trouble.
        trouble: PaymentTrouble,
        /// The provider's id of what it is about, or the purchase's number.
        reference_id: String,
        /// What kind of thing that is, such as `purchase`.
        reference_type: &'static str,
        /// The figures behind it, as a JSON object.
        details: Value,
    },
    /// A user wrote a review of a seller's skill, or replaced the one they wrote before.
    ReviewWritten {
        /// Who wrote it.
        reviewer: UserId,
        /// Whose skill it is about.
        seller: UserId,
    },
}

/// What opened a way to more rights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WidenedRights {
    /// A user was made an admin of the marketplace.
    AdminMade(UserId),
    /// A user was given the role super-admin.
    SuperAdminMade(UserId),
    /// An API key was made that opens admin areas.
    AdminKeyMade {
        /// ID of the key.
        key: String,
        /// For whom it acts.
        owner: UserId,
    },
    /// A user's second factor was removed by an admin.
    SecondFactorRemoved(UserId),
}

/// What about a payment needs an admin's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentTrouble {
    /// A refund failed after it was asked for: the buyer does not have the money.
    RefundFailed,
    /// A buyer paid twice for the same skill.
    DoublePayment,
    /// A buyer's bank disputes a payment; an answer is awaited.
    DisputeOpened,
    /// A dispute was lost: the bank gave the money back.
    DisputeLost,
    /// A payment names a purchase of ours and does not fit it.
    UnmatchedPayment,
}

/// Watches events in the transaction they happen in; what it changes is kept, or taken back, with the rest. `K` is the
/// store's connection.
pub type Watcher<K> = Arc<dyn Fn(&mut K, &Event, &Context) -> Result<Change<()>> + Send + Sync>;

/// What a mail says where the server's public URL belongs. Rules don't know it; whoever sends the mail does.
pub const PUBLIC_URL: &str = "{public_url}";
