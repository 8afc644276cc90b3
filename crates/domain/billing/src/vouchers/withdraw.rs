//! `voucher.withdraw`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Voucher, VoucherId};
use super::port::Vouchers;

/// Withdraws a voucher: nobody can use it from then on. What was used stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawVoucher {
    /// Which.
    pub id: VoucherId,
}

impl Operation for WithdrawVoucher {
    const NAME: &'static str = "voucher.withdraw";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Vouchers;
    type Output = Voucher;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for WithdrawVoucher {
    fn run(&self, vouchers: &mut Self::Repository, cx: &Context) -> Result<Change<Voucher>> {
        let before = vouchers.lock(self.id)?.ok_or_else(|| Error::not_found("Voucher"))?;
        if before.withdrawn_at.is_some() {
            return Ok(Change::none().returning(before));
        }
        let after = Voucher { withdrawn_at: Some(cx.now), ..before.clone() };
        vouchers.set_withdrawn(self.id, cx.now)?;
        Ok(Change::of(Self::RESOURCE, self.id).from(&before).to(&after).returning(after))
    }
}
