//! What lost disputes give back.

use aedile_kernel::{Context, Reference, Result};

use super::give_back::{give_back, give_back_more};
use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use super::report::next_ordinal;
use crate::disputes::Dispute;
use crate::payments::DisputeStatus;
use crate::purchases::Purchase;

/// Counts each lost dispute as a refund of what is left of the payment, up to the disputed amount. When another refund fails
/// after the dispute was lost, more is left, and the dispute's refund grows. Idempotent. The caller writes the purchase.
pub(crate) fn cover_lost_disputes(refunds: &mut dyn Refunds, before: &Purchase, cx: &Context) -> Result<Purchase> {
    let mut after = before.clone();
    let disputes = refunds.list_disputes(before.id)?;
    for dispute in disputes.iter().filter(|dispute| dispute.status == DisputeStatus::Lost) {
        let all = refunds.list_refunds(before.id)?;
        let is_given = |refund: &&Refund| {
            refund.status == RefundStatus::Succeeded && refund.provider_id.as_ref() == Some(&dispute.provider_id)
        };
        let given = all.iter().find(is_given);
        let left = after.amount_cents.saturating_sub(after.refunded_cents);
        let more = dispute.amount_cents.saturating_sub(given.map_or(0, |given| given.amount_cents)).min(left);
        if more <= 0 {
            continue;
        }
        after = if let Some(given) = given {
            give_back_more(refunds, &after, given, more, cx)?
        } else {
            let refund = refunds.insert_refund(&by_dispute(dispute, next_ordinal(&all), more, cx))?;
            give_back(refunds, &after, &refund, cx)?
        };
    }
    Ok(after)
}

/// The refund that a lost dispute comes to.
fn by_dispute(dispute: &Dispute, ordinal: i64, amount_cents: i64, cx: &Context) -> Refund {
    Refund {
        id: RefundId(0),
        reference: Reference::generate(cx.entropy.as_ref()),
        purchase: dispute.purchase,
        ordinal,
        amount_cents,
        status: RefundStatus::Succeeded,
        provider_id: Some(dispute.provider_id.clone()),
        by_dispute: true,
        unanswered: 0,
        asked_at: None,
        reason: format!("lost dispute: {}", dispute.reason),
        created_at: cx.now,
    }
}
