//! What refunds do to the books.

use aedile_kernel::{Cents, Change, Context, Error, Event, Result};

use super::model::{Refund, RefundStatus};
use super::port::Refunds;
use crate::ledger::{Account, AccountKind, LedgerEntry, LedgerTransaction, Source, Unit};
use crate::purchases::{Purchase, PurchaseStatus, RESOURCE, follow_licence};

/// The purchase once the refund gave its amount back, with its transaction. [`finish`] writes it.
pub(crate) fn give_back(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    refund: &Refund,
    cx: &Context,
) -> Result<Purchase> {
    let refunded_cents = before.refunded_cents.saturating_add(refund.amount_cents).min(before.amount_cents);
    post(refunds, before, refunded_cents, format!("refund:{}:r{}", before.id, refund.id), cx)
}

/// The purchase once a refund that was counted gave back `more` cents, with its transaction. [`finish`] writes it.
pub(crate) fn give_back_more(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    refund: &Refund,
    more: i64,
    cx: &Context,
) -> Result<Purchase> {
    let larger = Refund { amount_cents: refund.amount_cents.saturating_add(more), ..refund.clone() };
    refunds.update_refund(&larger)?;
    let refunded_cents = before.refunded_cents.saturating_add(more).min(before.amount_cents);
    post(refunds, before, refunded_cents, format!("refund:{}:r{}:to{}", before.id, refund.id, larger.amount_cents), cx)
}

/// The purchase once the money of a refund that was counted came back, with its transaction. [`finish`] writes it.
pub(crate) fn take_back(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    refund: &Refund,
    cx: &Context,
) -> Result<Purchase> {
    let refunded_cents = before.refunded_cents.saturating_sub(refund.amount_cents).max(0);
    post(refunds, before, refunded_cents, format!("refund:{}:r{}:back", before.id, refund.id), cx)
}

fn post(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    refunded_cents: i64,
    reference: String,
    cx: &Context,
) -> Result<Purchase> {
    if refunded_cents == before.refunded_cents {
        return Ok(before.clone());
    }
    let transaction = reversal(before, refunded_cents, cx)?.once_for(reference);
    refunds.post(&transaction)?.ok_or_else(|| Error::internal("a refund that a balance does not cover"))?;
    Ok(Purchase { refunded_cents, ..before.clone() })
}

/// What moves when the sum of what was given back becomes another: the seller's part, and the fee's share.
fn reversal(before: &Purchase, refunded_cents: i64, cx: &Context) -> Result<LedgerTransaction> {
    let given_back = |total| before.fee_given_back(total);
    let fee = given_back(refunded_cents)?.minus(given_back(before.refunded_cents)?)?.to_micro_usd()?.0;
    let amount = Cents(refunded_cents).minus(Cents(before.refunded_cents))?.to_micro_usd()?.0;
    let platform = |kind, amount| LedgerEntry { account: Account::platform(kind, Unit::MicroUsd), amount };
    let lines = vec![
        LedgerEntry { account: Account::of_seller(&before.seller_id), amount: fee - amount },
        platform(AccountKind::Fees, -fee),
        platform(AccountKind::Stripe, amount),
    ];
    LedgerTransaction::of(Source::Refund, lines, cx)
}

/// Writes a purchase whose refunds have changed: where it stands follows from them, and its licence from where it stands.
pub(crate) fn finish(
    refunds: &mut dyn Refunds,
    before: &Purchase,
    after: Purchase,
    action: &'static str,
    cx: &Context,
) -> Result<(Purchase, Change<()>)> {
    let is_open = refunds.list_refunds(after.id)?.iter().any(|refund| refund.status == RefundStatus::Pending);
    let status = match (after.refunded_cents == after.amount_cents, is_open) {
        (true, _) => PurchaseStatus::Refunded,
        (false, true) => PurchaseStatus::Refunding,
        (false, false) => PurchaseStatus::Completed,
    };
    let after = Purchase { status, ..after };
    if after == *before {
        return Ok((after, Change::none()));
    }
    refunds.update(&after)?;
    if after.is_standing() != before.is_standing() {
        follow_licence(refunds, &after, cx.now)?;
    }
    let change = Change::of(RESOURCE, after.id).before(before).after(&after).as_action(action);
    if after.refunded_cents <= before.refunded_cents {
        return Ok((after, change));
    }
    let told = Event::PurchaseRefunded { buyer: after.buyer_id.clone(), purchase: after.id.0 };
    Ok((after, change.emit(told)))
}
