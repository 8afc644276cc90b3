//! `refund.settle_charge`

use aedile_kernel::{Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::give_back::finish;
use super::lost_disputes::cover_lost_disputes;
use super::port::Refunds;
use super::report::{apply, apply_total, record};
use crate::payments::ChargeReport;
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus, RESOURCE, complete};

/// Applies what the provider says of a payment that money was given back of: the refunds it lists, or else the sum.
/// Idempotent, and independent of the order in which the news comes. Only what the provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleCharge {
    /// The provider's event.
    pub event_id: String,
    /// What it says.
    pub report: ChargeReport,
}

impl Operation for SettleCharge {
    const NAME: &'static str = "refund.settle_charge";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = Option<Purchase>;
}

impl Command for SettleCharge {
    fn run(&self, refunds: &mut Self::Repository, cx: &Context) -> Result<Change<Option<Purchase>>> {
        let before = match self.purchase(refunds)? {
            Some(purchase) => refunds.lock(purchase)?,
            None => None,
        };
        let Some(before) = before.filter(|purchase| self.fits(purchase)) else {
            return Ok(Change::none().returning(None));
        };
        if !refunds.insert_event(&self.event_id, cx.now)? {
            return Ok(Change::none().returning(Some(before)));
        }
        // What was given back was paid, though the news of that may come later.
        let (paid, completed) = complete(refunds, &before, Some(&self.report.payment_intent), cx)?;
        let known = refunds.list_refunds(paid.id)?;
        let mut after = paid.clone();
        for report in &self.report.refunds {
            after = apply(refunds, &after, report, cx)?;
        }
        let after = apply_total(refunds, &after, self.report.refunded, cx)?;
        let after = cover_lost_disputes(refunds, &after, cx)?;
        let (after, finished) = finish(refunds, &paid, after, "refund.settle", cx)?;
        let recorded = record(refunds, &after, &known)?;
        Ok(completed.and(finished).and(recorded).returning(Some(after)))
    }
}

impl SettleCharge {
    fn purchase(&self, refunds: &mut dyn Refunds) -> Result<Option<PurchaseId>> {
        if let Some(purchase) = refunds.find_by_payment(&self.report.payment_intent)? {
            return Ok(Some(purchase));
        }
        match &self.report.reference {
            Some(reference) => refunds.find_by_reference(reference),
            None => Ok(None),
        }
    }

    /// Whether it is the purchase's own payment: the one that is known, or else one of its amount and currency.
    fn fits(&self, purchase: &Purchase) -> bool {
        let is_known = purchase.payment_intent.as_ref() == Some(&self.report.payment_intent);
        let is_alike =
            self.report.amount == Some(purchase.amount_cents) && self.report.currency.as_deref() == Some("usd");
        is_known || (purchase.status == PurchaseStatus::Pending && is_alike)
    }
}
