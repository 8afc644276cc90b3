//! A dispute, for tests of rules.

use aedile_kernel::Timestamp;
use aedile_kernel::mock::NOW;

use super::model::{Dispute, DisputeId};
use crate::payments::{DisputeReport, DisputeStatus};
use crate::purchases::PurchaseId;

/// Dispute `du_1` about all of purchase 7, to be answered.
pub(crate) fn dispute() -> Dispute {
    Dispute {
        id: DisputeId(1),
        purchase: PurchaseId(7),
        provider_id: "du_1".into(),
        amount_cents: 999,
        reason: "fraudulent".into(),
        status: DisputeStatus::NeedsResponse,
        due_by: Some(Timestamp::from_micros(NOW).plus_seconds(7 * 24 * 60 * 60)),
        told_at: Timestamp::from_micros(NOW),
        created_at: Timestamp::from_micros(NOW),
    }
}

/// What the provider says of [`dispute`].
pub(crate) fn report() -> DisputeReport {
    let dispute = dispute();
    DisputeReport {
        id: dispute.provider_id,
        payment_intent: Some("pi_1".into()),
        amount: dispute.amount_cents,
        reason: dispute.reason,
        status: dispute.status,
        due_by: dispute.due_by,
    }
}
