//! What the provider says of refunds, and which of ours it means.

use aedile_kernel::{Change, Context, Event, PaymentTrouble, Reference, Result};
use serde_json::json;

use super::give_back::{give_back, take_back};
use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use crate::payments::{ProviderRefundStatus, RefundReport};
use crate::purchases::{Purchase, RESOURCE};

/// Why there is a refund that nobody asked for here.
const BY_HAND: &str = "made with the payment provider";

/// Applies a report to the refunds of a locked purchase: the purchase as it is then, not written yet. Idempotent; a failure
/// is the last word. [`record`] records what it did to the refunds.
pub(super) fn apply(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    report: &RefundReport,
    cx: &Context,
) -> Result<Purchase> {
    let (before, found) = find(refunds, before, report, cx)?;
    let Some(refund) = found else { return apply_unknown(refunds, before, report, cx) };
    let noted = Refund { provider_id: Some(report.id.clone()), unanswered: 0, ..refund.clone() };
    let is_open = matches!(refund.status, RefundStatus::Pending | RefundStatus::Withdrawn);
    let (status, after) = match report.status {
        ProviderRefundStatus::Succeeded if is_open => {
            (RefundStatus::Succeeded, give_back(refunds, &before, &refund, cx)?)
        }
        status if status.is_failed() => match refund.status {
            RefundStatus::Succeeded => (RefundStatus::Failed, take_back(refunds, &before, &refund, cx)?),
            _ => (RefundStatus::Failed, before),
        },
        _ => (refund.status, before),
    };
    let written = Refund { status, ..noted };
    if written != refund {
        refunds.update_refund(&written)?;
    }
    Ok(after)
}

/// A refund that nobody asked for here counts once its outcome is decided.
fn apply_unknown(refunds: &mut dyn Refunds, before: Purchase, report: &RefundReport, cx: &Context) -> Result<Purchase> {
    let status = match report.status {
        ProviderRefundStatus::Succeeded => RefundStatus::Succeeded,
        status if status.is_failed() => RefundStatus::Failed,
        _ => return Ok(before),
    };
    match insert_by_hand(refunds, &before, report.amount, Some(report.id.clone()), status, cx)? {
        Some(refund) if status == RefundStatus::Succeeded => give_back(refunds, &before, &refund, cx),
        _ => Ok(before),
    }
}

/// Records every refund of the purchase that is not as it was `known` to be, and tells the admins of each known
/// one that has failed.
pub(super) fn record(refunds: &mut dyn Refunds, purchase: &Purchase, known: &[Refund]) -> Result<Change<()>> {
    let mut change = Change::none();
    for after in refunds.list_refunds(purchase.id)? {
        let written = Change::of(RESOURCE, purchase.id).after(&after);
        change = match known.iter().find(|before| before.id == after.id) {
            None => change.and(written),
            Some(before) if *before == after => change,
            Some(before) => {
                let has_failed = after.status == RefundStatus::Failed && before.status != RefundStatus::Failed;
                let written = written.before(before);
                change.and(if has_failed { written.emit(failed(purchase, &after)) } else { written })
            }
        };
    }
    Ok(change)
}

/// The refund that a report means. One that was counted before anybody said which it is becomes the one of the report.
fn find(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    report: &RefundReport,
    cx: &Context,
) -> Result<(Purchase, Option<Refund>)> {
    let all = refunds.list_refunds(before.id)?;
    let named = all.iter().find(|refund| refund.provider_id.as_ref() == Some(&report.id));
    let of_reference = || all.iter().find(|refund| report.reference.as_ref() == Some(&refund.reference));
    if let Some(refund) = named.or_else(of_reference) {
        return Ok((before.clone(), Some(refund.clone())));
    }
    // Versions before references named a refund by its purchase's number only.
    let is_old =
        |refund: &&Refund| refund.status == RefundStatus::Pending && refund.reference.as_str() == before.id.to_string();
    let old = all.iter().filter(is_old).find(|refund| refund.amount_cents == report.amount);
    if let Some(refund) = old.filter(|_| report.reference.is_none()) {
        return Ok((before.clone(), Some(refund.clone())));
    }
    let is_unnamed = |refund: &Refund| {
        refund.status == RefundStatus::Succeeded && refund.provider_id.is_none() && refund.asked_at.is_none()
    };
    let mut counted: Vec<Refund> = all.into_iter().filter(is_unnamed).collect();
    if let Some(at) = counted.iter().position(|refund| refund.amount_cents >= report.amount) {
        return Ok((before.clone(), Some(split(refunds, before, counted.swap_remove(at), report, cx)?)));
    }
    match report.status {
        ProviderRefundStatus::Pending | ProviderRefundStatus::RequiresAction => Ok((before.clone(), None)),
        _ => Ok((uncount(refunds, before, &counted, report.amount, cx)?, None)),
    }
}

/// The part of a counted refund that a report tells of; the rest stays counted.
fn split(
    refunds: &mut dyn Refunds,
    purchase: &Purchase,
    counted: Refund,
    report: &RefundReport,
    cx: &Context,
) -> Result<Refund> {
    let rest = counted.amount_cents.saturating_sub(report.amount);
    if rest == 0 {
        return Ok(counted);
    }
    refunds.update_refund(&Refund { amount_cents: rest, ..counted })?;
    let part = by_hand(refunds, purchase, report.amount, Some(report.id.clone()), RefundStatus::Succeeded, cx)?;
    refunds.insert_refund(&part)
}

/// Makes room for a refund of this amount that is larger than each of those that were `counted` before anybody named them: an
/// earlier sum may have told of it, in part. They count no longer; what they told of beyond it counts again.
fn uncount(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    counted: &[Refund],
    amount: i64,
    cx: &Context,
) -> Result<Purchase> {
    let mut after = before.clone();
    for refund in counted {
        after = take_back(refunds, &after, refund, cx)?;
        refunds.update_refund(&Refund { status: RefundStatus::Withdrawn, ..refund.clone() })?;
    }
    let told: i64 = counted.iter().map(|refund| refund.amount_cents).sum();
    match insert_by_hand(refunds, &after, told.saturating_sub(amount), None, RefundStatus::Succeeded, cx)? {
        Some(rest) => give_back(refunds, &after, &rest, cx),
        None => Ok(after),
    }
}

/// Counts what was given back in all, where nothing says by which refunds. A sum may be older than what is known, so it only
/// says how much was made at least: first the refunds that are known, then those of ours that may have been heard, and
/// whatever is beyond them was made with the provider itself. Ours succeed by it once the provider has named them.
pub(super) fn apply_total(refunds: &mut dyn Refunds, before: &Purchase, total: i64, cx: &Context) -> Result<Purchase> {
    let all = refunds.list_refunds(before.id)?;
    let is_counted = |refund: &&Refund| {
        matches!(refund.status, RefundStatus::Succeeded | RefundStatus::Failed) && !refund.by_dispute
    };
    let known: i64 = all.iter().filter(is_counted).map(|refund| refund.amount_cents).sum();
    let mut told = total.min(before.amount_cents).saturating_sub(known);
    let mut after = before.clone();
    for refund in all.iter().filter(|refund| refund.status == RefundStatus::Pending && refund.may_be_heard()) {
        let is_told = refund.provider_id.is_some() && refund.amount_cents <= told;
        told = told.saturating_sub(refund.amount_cents);
        if is_told {
            refunds.update_refund(&Refund { status: RefundStatus::Succeeded, unanswered: 0, ..refund.clone() })?;
            after = give_back(refunds, &after, refund, cx)?;
        }
    }
    match insert_by_hand(refunds, &after, told, None, RefundStatus::Succeeded, cx)? {
        Some(refund) => give_back(refunds, &after, &refund, cx),
        None => Ok(after),
    }
}

/// Adds a refund that was made with the provider itself, of no more than is left; `None` when nothing is left.
fn insert_by_hand(
    refunds: &mut dyn Refunds,
    purchase: &Purchase,
    amount: i64,
    provider_id: Option<String>,
    status: RefundStatus,
    cx: &Context,
) -> Result<Option<Refund>> {
    let left = purchase.amount_cents.saturating_sub(purchase.refunded_cents);
    let amount = if status == RefundStatus::Succeeded { amount.min(left) } else { amount };
    if amount <= 0 {
        return Ok(None);
    }
    let refund = by_hand(refunds, purchase, amount, provider_id, status, cx)?;
    refunds.insert_refund(&refund).map(Some)
}

fn by_hand(
    refunds: &mut dyn Refunds,
    purchase: &Purchase,
    amount_cents: i64,
    provider_id: Option<String>,
    status: RefundStatus,
    cx: &Context,
) -> Result<Refund> {
    Ok(Refund {
        id: RefundId(0),
        reference: Reference::generate(cx.entropy.as_ref()),
        purchase: purchase.id,
        ordinal: next_ordinal(&refunds.list_refunds(purchase.id)?),
        amount_cents,
        status,
        provider_id,
        by_dispute: false,
        unanswered: 0,
        asked_at: None,
        reason: BY_HAND.to_owned(),
        created_at: cx.now,
    })
}

/// The number of the next refund of a purchase.
pub(super) fn next_ordinal(all: &[Refund]) -> i64 {
    all.iter().map(|refund| refund.ordinal).max().unwrap_or(0).saturating_add(1)
}

/// What the admins are told of a refund that failed.
fn failed(purchase: &Purchase, refund: &Refund) -> Event {
    Event::PaymentNeedsReview {
        trouble: PaymentTrouble::RefundFailed,
        reference_id: purchase.id.to_string(),
        reference_type: RESOURCE,
        details: json!({
            "refund": refund.provider_id, "amount_cents": refund.amount_cents, "buyer_id": purchase.buyer_id,
            "skill_slug": purchase.skill_slug,
        }),
    }
}
