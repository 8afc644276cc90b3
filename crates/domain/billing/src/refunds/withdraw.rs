//! `refund.withdraw`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Refund, RefundId, RefundStatus};
use super::port::Refunds;
use crate::purchases::{Purchase, PurchaseStatus, RESOURCE};

/// Takes back a refund that certainly did not happen: the provider was not reached, or refused. Only the door that asked
/// knows; no door offers it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawRefund {
    /// Which.
    pub refund: RefundId,
}

impl Operation for WithdrawRefund {
    const NAME: &'static str = "refund.withdraw";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn Refunds;
    type Output = ();
}

impl Command for WithdrawRefund {
    fn run(&self, refunds: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        let unknown = || Error::not_found("Refund");
        let purchase = refunds.find_purchase_of(self.refund)?.ok_or_else(unknown)?;
        let before = refunds.lock(purchase)?.ok_or_else(unknown)?;
        let all = refunds.list_refunds(purchase)?;
        let refund = all.into_iter().find(|refund| refund.id == self.refund).ok_or_else(unknown)?;
        if refund.status != RefundStatus::Pending || before.status != PurchaseStatus::Refunding {
            return Ok(Change::none());
        }
        refunds.update_refund(&Refund { status: RefundStatus::Withdrawn, ..refund })?;
        let after = Purchase { status: PurchaseStatus::Completed, ..before.clone() };
        refunds.update(&after)?;
        Ok(Change::of(Self::RESOURCE, purchase).from(&before).to(&after))
    }
}
