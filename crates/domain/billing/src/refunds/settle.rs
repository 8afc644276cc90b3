//! `refund.note` and `refund.settle`

use aedile_kernel::{Cents, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use crate::ledger::{Account, AccountKind, Line, Posting, Source, Unit};
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus, RESOURCE, complete};

/// Notes what the provider calls a refund it was asked for. No door offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NoteRefund {
    /// Which.
    pub refund: RefundId,
    /// What the provider calls it.
    pub provider_id: String,
}

impl Operation for NoteRefund {
    const NAME: &'static str = "refund.note";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = ();
}

impl Command for NoteRefund {
    fn run(&self, refunds: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        let unknown = || Error::not_found("Refund");
        let purchase = refunds.find_purchase_of(self.refund)?.ok_or_else(unknown)?;
        refunds.lock(purchase)?;
        let all = refunds.list_refunds(purchase)?;
        let before = all.into_iter().find(|refund| refund.id == self.refund).ok_or_else(unknown)?;
        let after = Refund { provider_id: Some(self.provider_id.clone()), ..before.clone() };
        if after == before {
            return Ok(Change::none());
        }
        refunds.update_refund(&after)?;
        Ok(Change::of(Self::RESOURCE, purchase).from(&before).to(&after))
    }
}

/// Notes that money was given back, once however often and in whatever order that is told: the seller's and the marketplace's
/// shares go back, and with all of the money the licence ends. Only what the provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleRefund {
    /// The provider's event.
    pub event_id: String,
    /// Which purchase, when the event says so itself.
    pub purchase: Option<PurchaseId>,
    /// The payment.
    pub payment_intent: String,
    /// How much of the payment was given back in all, in hundredths of a US dollar.
    pub refunded_cents: i64,
}

impl Operation for SettleRefund {
    const NAME: &'static str = "refund.settle";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Option<Purchase>;
}

impl Command for SettleRefund {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Option<Purchase>>> {
        let purchase = match self.purchase {
            Some(purchase) => Some(purchase),
            None => refunds.find_by_payment(&self.payment_intent)?,
        };
        let before = purchase.map(|purchase| refunds.lock(purchase)).transpose()?.flatten();
        if !refunds.insert_event(&self.event_id, cx.now)? {
            return Ok(Change::none().returning(before));
        }
        let Some(before) = before else { return Ok(Change::none().returning(None)) };
        // What was given back was paid, though the news of that may come later.
        let (paid, completed) = complete(refunds, &before, Some(&self.payment_intent), cx)?;
        let (after, settled) = self.settle(refunds, &paid, cx)?;
        Ok(completed.and(settled).returning(Some(after)))
    }
}

impl SettleRefund {
    fn settle(&self, refunds: &mut dyn Refunds, before: &Purchase, cx: &Context) -> Result<(Purchase, Change<()>)> {
        let total = self.refunded_cents.min(before.amount_cents);
        if total <= before.refunded_cents {
            return Ok((before.clone(), Change::none()));
        }
        refunds.post(&reversal(before, total, cx)?)?.ok_or_else(|| Error::internal("a refund not covered"))?;
        let is_open = note_succeeded(refunds, before.id, total, cx)?;
        let status = match (total == before.amount_cents, is_open) {
            (true, _) => PurchaseStatus::Refunded,
            (false, true) => PurchaseStatus::Refunding,
            (false, false) => PurchaseStatus::Completed,
        };
        let after = Purchase { refunded_cents: total, status, ..before.clone() };
        refunds.update(&after)?;
        if status == PurchaseStatus::Refunded {
            refunds.end_licence(after.id, cx.now)?;
        }
        let told = Event::PurchaseRefunded { buyer: after.buyer_id.clone(), purchase: after.id.0 };
        let change = Change::of(RESOURCE, after.id).from(before).to(&after).as_action(Self::NAME).tell(told);
        Ok((after, change))
    }
}

/// What goes back when so much was given back in all: from the seller, and from the fee its share.
fn reversal(before: &Purchase, total: i64, cx: &Context) -> Result<Posting> {
    let given_back = |total| before.fee_given_back(total);
    let fee = given_back(total)?.minus(given_back(before.refunded_cents)?)?.to_micro_usd()?.0;
    let amount = Cents(total).minus(Cents(before.refunded_cents))?.to_micro_usd()?.0;
    let house = |kind, amount| Line { account: Account::house(kind, Unit::MicroUsd), amount };
    let lines = vec![
        Line { account: Account::of_seller(&before.seller_id), amount: fee - amount },
        house(AccountKind::Fees, -fee),
        house(AccountKind::Stripe, amount),
    ];
    Ok(Posting::of(Source::Refund, lines, cx)?.once_for(format!("refund:{}:{total}", before.id)))
}

/// Marks the refunds that make up what was given back, and adds one for what none of them asked for; returns whether another
/// one is under way.
fn note_succeeded(refunds: &mut dyn Refunds, purchase: PurchaseId, total: i64, cx: &Context) -> Result<bool> {
    let all = refunds.list_refunds(purchase)?;
    let of_status = |status| all.iter().filter(move |refund| refund.status == status);
    let known: i64 = of_status(RefundStatus::Succeeded).map(|refund| refund.amount_cents).sum();
    let (mut told, mut is_open) = (total.saturating_sub(known), false);
    for refund in of_status(RefundStatus::Pending) {
        if refund.amount_cents > told {
            is_open = true;
            continue;
        }
        told = told.saturating_sub(refund.amount_cents);
        refunds.update_refund(&Refund { status: RefundStatus::Succeeded, ..refund.clone() })?;
    }
    if told > 0 {
        refunds.insert_refund(&Refund {
            id: RefundId(0),
            purchase,
            ordinal: all.last().map_or(0, |last| last.ordinal).saturating_add(1),
            amount_cents: told,
            status: RefundStatus::Succeeded,
            provider_id: None,
            reason: "made with the payment provider".to_owned(),
            created_at: cx.now,
        })?;
    }
    Ok(is_open)
}
