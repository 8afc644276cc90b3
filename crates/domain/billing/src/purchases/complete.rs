//! `purchase.complete`

use aedile_kernel::{Cents, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Purchase, PurchaseId, PurchaseStatus};
use super::port::Purchases;
use crate::ledger::{Account, AccountKind, Line, Posting, Source, Unit};

/// Notes that a purchase was paid, once however often that is told: the buyer has a licence, the seller the price less the
/// fee. Only what the provider says itself leads here; no door offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletePurchase {
    /// The provider's event, when one told of it.
    pub event_id: Option<String>,
    /// Which purchase.
    pub purchase: PurchaseId,
    /// The payment.
    pub payment_intent: Option<String>,
}

impl Operation for CompletePurchase {
    const NAME: &'static str = "purchase.complete";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Option<Purchase>;
}

impl Command for CompletePurchase {
    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Change<Option<Purchase>>> {
        let before = purchases.lock(self.purchase)?;
        if let Some(event) = &self.event_id
            && !purchases.insert_event(event, cx.now)?
        {
            return Ok(Change::none().returning(before));
        }
        let Some(before) = before else { return Ok(Change::none().returning(None)) };
        let (after, change) = complete(purchases, &before, self.payment_intent.as_deref(), cx)?;
        Ok(change.returning(Some(after)))
    }
}

/// The purchase as paid, with its posting and its licence; as it is when it was paid before.
///
/// # Errors
/// Of the store.
pub fn complete(
    purchases: &mut dyn Purchases,
    before: &Purchase,
    payment_intent: Option<&str>,
    cx: &Context,
) -> Result<(Purchase, Change<()>)> {
    if before.status != PurchaseStatus::Pending {
        return Ok((before.clone(), Change::none()));
    }
    let (amount, fee) = (Cents(before.amount_cents).to_micro_usd()?.0, Cents(before.fee_cents).to_micro_usd()?.0);
    let house = |kind, amount| Line { account: Account::house(kind, Unit::MicroUsd), amount };
    let lines = vec![
        Line { account: Account::of_seller(&before.seller_id), amount: amount - fee },
        house(AccountKind::Fees, fee),
        house(AccountKind::Stripe, -amount),
    ];
    let posting = Posting::of(Source::Sale, lines, cx)?.once_for(format!("purchase:{}", before.id));
    purchases.post(&posting)?.ok_or_else(|| Error::internal("a sale that a balance does not cover"))?;
    let after = Purchase {
        status: PurchaseStatus::Completed,
        payment_intent: payment_intent.map(str::to_owned).or_else(|| before.payment_intent.clone()),
        completed_at: Some(cx.now),
        ..before.clone()
    };
    purchases.update(&after)?;
    purchases.grant_licence(&after, cx.now)?;
    let told = Event::PurchaseCompleted {
        buyer: after.buyer_id.clone(),
        seller: after.seller_id.clone(),
        purchase: after.id.0,
    };
    let change = Change::of(super::RESOURCE, after.id).from(before).to(&after).as_action(CompletePurchase::NAME);
    Ok((after, change.tell(told)))
}
