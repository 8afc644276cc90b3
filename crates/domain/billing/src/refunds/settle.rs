//! `refund.settle`

use aedile_kernel::{Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::give_back::finish;
use super::lost_disputes::cover_lost_disputes;
use super::port::Refunds;
use super::report::{apply, record};
use crate::payments::RefundReport;
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus, RESOURCE};

/// Applies what the provider says of a refund, whoever made it. Once the money was given back, the seller's and the
/// marketplace's shares go back, and with all of the money the licence ends; when a refund fails later, both come back and
/// the admins are told. Idempotent, and independent of the order in which the news comes. Only what the provider says itself
/// leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleRefund {
    /// The provider's event, when one told of it.
    pub event_id: Option<String>,
    /// What it says.
    pub report: RefundReport,
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
        let Some(purchase) = self.purchase(refunds)? else { return Ok(Change::none().returning(None)) };
        let before = refunds.lock(purchase)?.filter(|purchase| purchase.status != PurchaseStatus::Pending);
        // What is not paid as far as we know will be once its own event has come: until then this one is not taken.
        let Some(before) = before else { return Ok(Change::none().returning(None)) };
        if let Some(event) = &self.event_id
            && !refunds.insert_event(event, cx.now)?
        {
            return Ok(Change::none().returning(Some(before)));
        }
        let known = refunds.list_refunds(before.id)?;
        let after = apply(refunds, &before, &self.report, cx)?;
        let after = cover_lost_disputes(refunds, &after, cx)?;
        let (after, finished) = finish(refunds, &before, after, Self::NAME, cx)?;
        let recorded = record(refunds, &after, &known)?;
        Ok(finished.and(recorded).returning(Some(after)))
    }
}

impl SettleRefund {
    fn purchase(&self, refunds: &mut dyn Refunds) -> Result<Option<PurchaseId>> {
        let RefundReport { id, reference, payment_intent, .. } = &self.report;
        if let Some(purchase) = refunds.find_refund_by_provider_id(id)? {
            return Ok(Some(purchase));
        }
        if let Some(reference) = reference
            && let Some(purchase) = refunds.find_refund_by_reference(reference)?
        {
            return Ok(Some(purchase));
        }
        match payment_intent {
            Some(payment) => refunds.find_by_payment(payment),
            None => Ok(None),
        }
    }
}
