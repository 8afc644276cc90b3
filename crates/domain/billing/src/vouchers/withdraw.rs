//! `voucher.withdraw`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Voucher, VoucherId};
use super::port::Vouchers;

/// Withdraws a voucher: it can't be redeemed any more. Past redemptions stay.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawVoucher {
    /// ID of the voucher.
    pub id: VoucherId,
}

impl Operation for WithdrawVoucher {
    const NAME: &'static str = "voucher.withdraw";
    const PERMISSION: Permission = Permission::VouchersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
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
        Ok(Change::of(Self::RESOURCE, self.id).before(&before).after(&after).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::model::sample;
    use super::super::port::MockVouchers;
    use super::*;

    fn withdraw(voucher: Option<Voucher>, writes: usize) -> Result<Change<Voucher>> {
        let mut vouchers = MockVouchers::new();
        vouchers.expect_lock().return_once(move |_| Ok(voucher));
        let now = Timestamp::from_micros(NOW);
        vouchers
            .expect_set_withdrawn()
            .times(writes)
            .withf(move |id, at| *id == sample().id && *at == now)
            .returning(|_, _| Ok(()));
        let command = WithdrawVoucher { id: sample().id };
        assert_eq!(command.resource_id().as_deref(), Some("7"));
        command.run(&mut vouchers, &context_of("user_root", [Permission::VouchersWrite]))
    }

    #[test]
    fn a_voucher_is_withdrawn_once() {
        let now = Some(Timestamp::from_micros(NOW));
        let change = withdraw(Some(sample()), 1).unwrap();
        assert_eq!((change.output().withdrawn_at, change.records().len()), (now, 1));
        let earlier = Some(Timestamp::from_micros(1));
        let change = withdraw(Some(Voucher { withdrawn_at: earlier, ..sample() }), 0).unwrap();
        assert_eq!((change.output().withdrawn_at, change.records().len()), (earlier, 0));
        assert!(matches!(withdraw(None, 0), Err(Error::NotFound(_))));
    }
}
