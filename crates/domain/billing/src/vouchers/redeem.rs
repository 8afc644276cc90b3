//! `voucher.redeem`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::code::VoucherCode;
use super::port::Vouchers;
use crate::ledger::{AccountKind, LedgerTransaction, Source};
use crate::wallets::{Wallet, WalletChange, own};

/// Puts what a voucher is worth into the caller's wallet; each user uses a voucher once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RedeemVoucher {
    /// The voucher's code, in any case.
    pub code: VoucherCode,
}

impl Operation for RedeemVoucher {
    const NAME: &'static str = "voucher.redeem";
    const PERMISSION: Permission = Permission::UserWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Vouchers;
    type Output = WalletChange;
}

impl Command for RedeemVoucher {
    fn run(&self, vouchers: &mut Self::Repository, cx: &Context) -> Result<Change<WalletChange>> {
        let user = own(cx)?;
        let wallet = vouchers.lock_wallet(user)?.ok_or_else(|| Error::not_found("User"))?;
        if wallet.is_frozen {
            return Err(Error::forbidden("this wallet is frozen"));
        }
        let voucher = match vouchers.lock_by_code(&self.code.hash())? {
            Some(voucher) => Some(voucher),
            None => vouchers.lock_by_code(&self.code.former_hash())?,
        };
        let voucher = voucher.ok_or_else(|| Error::not_found("Voucher"))?;
        if voucher.is_over_at(cx.now) {
            return Err(Error::Gone("this voucher has ended".into()));
        }
        if vouchers.is_used_by(voucher.id, user)? {
            return Err(Error::conflict("you have used this voucher"));
        }
        if voucher.uses >= voucher.max_uses {
            return Err(Error::conflict("this voucher is used up"));
        }
        let account = Wallet::account(user);
        let transaction =
            LedgerTransaction::with_platform(Source::Voucher, account, voucher.amount.0, AccountKind::Promotions, cx)?;
        let transaction = transaction.once_for(format!("voucher:{}:{user}", voucher.id));
        let posted = vouchers.post(&transaction)?.ok_or_else(|| Error::internal("a voucher that takes away"))?;
        vouchers.use_up(voucher.id, user, posted.id, cx.now)?;
        let change = Change::of(Self::RESOURCE, voucher.id).after(&json!({
            "amount_micro_usd": voucher.amount.0,
            "balance_after_micro_usd": posted.balance_after,
            "ledger_entry": posted.id,
        }));
        Ok(change.returning(posted.into()))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{MicroUsd, Timestamp, UserId};

    use super::super::model::{Voucher, VoucherId, sample};
    use super::super::port::MockVouchers;
    use super::*;
    use crate::ledger::{PostedTransaction, TransactionId};
    use crate::wallets::sample_wallet;

    fn redeem(voucher: Option<Voucher>, is_frozen: bool, is_used: bool, uses: usize) -> Result<Change<WalletChange>> {
        let wallet = Wallet { is_frozen, ..sample_wallet() };
        let mut vouchers = MockVouchers::new();
        vouchers.expect_lock_wallet().return_once(move |_| Ok(Some(wallet)));
        vouchers.expect_lock_by_code().returning(move |_| Ok(voucher.clone()));
        vouchers.expect_is_used_by().returning(move |_, _| Ok(is_used));
        vouchers
            .expect_post()
            .times(uses)
            .withf(|transaction| transaction.reference.as_deref() == Some("voucher:7:user_a"))
            .returning(|transaction| {
                Ok(Some(PostedTransaction { id: TransactionId(3), balance_after: transaction.entries()[0].amount }))
            });
        let used = |id: &VoucherId, user: &UserId, transaction: &TransactionId| {
            (id.0, user.as_str(), transaction.0) == (7, "user_a", 3)
        };
        vouchers
            .expect_use_up()
            .times(uses)
            .withf(move |id, user, transaction, _| used(id, user, transaction))
            .returning(|_, _, _, _| Ok(()));
        let code = VoucherCode::typed("vfc-acde-fghj-klmn");
        RedeemVoucher { code }.run(&mut vouchers, &context_of("user_a", []))
    }

    #[test]
    fn a_voucher_is_worth_what_it_says() {
        let change = redeem(Some(sample()), false, false, 1).unwrap();
        assert_eq!(change.output().balance_after, MicroUsd(10_000_000));
        let row = change.records()[0].new_values.clone().unwrap().to_string();
        assert!(!row.contains("ACDE"), "the audit log holds no code: {row}");
    }

    #[test]
    fn a_code_of_an_earlier_version_is_still_worth_what_it_says() {
        let mut vouchers = MockVouchers::new();
        let code = VoucherCode::typed("vfc-acde-fghj-klmn");
        let former = code.former_hash();
        vouchers.expect_lock_wallet().return_once(|_| Ok(Some(sample_wallet())));
        vouchers.expect_lock_by_code().times(2).returning(move |hash| Ok((*hash == former).then(sample)));
        vouchers.expect_is_used_by().returning(|_, _| Ok(true));
        let refused = RedeemVoucher { code }.run(&mut vouchers, &context_of("user_a", []));
        assert!(matches!(refused, Err(Error::Conflict(_))), "found, and used before");
    }

    #[test]
    fn what_is_over_used_or_unknown_is_refused() {
        let over = Voucher { expires_at: Some(Timestamp::from_micros(NOW)), ..sample() };
        assert!(matches!(redeem(Some(over), false, false, 0), Err(Error::Gone(_))));
        let withdrawn = Voucher { withdrawn_at: Some(Timestamp::from_micros(1)), ..sample() };
        assert!(matches!(redeem(Some(withdrawn), false, false, 0), Err(Error::Gone(_))));
        let used_up = Voucher { uses: 2, ..sample() };
        assert!(matches!(redeem(Some(used_up), false, false, 0), Err(Error::Conflict(_))));
        assert!(matches!(redeem(Some(sample()), false, true, 0), Err(Error::Conflict(_))));
        assert!(matches!(redeem(Some(sample()), true, false, 0), Err(Error::Forbidden(_))));
        assert!(matches!(redeem(None, false, false, 0), Err(Error::NotFound(_))));
    }
}
