//! `payment_account.note`

use aedile_kernel::{Change, Command, Context, Effect, Operation, Permission, Result, Timestamp};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::PaymentAccount;
use super::port::PaymentAccounts;

/// Notes whether a seller can be paid by way of their account; what was told earlier than the last news is passed over. Only
/// what the provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotePaymentAccount {
    /// What the provider calls the account.
    pub account: String,
    /// Whether the seller can be paid.
    pub payments_enabled: bool,
    /// When the provider said so.
    pub told_at: Timestamp,
}

impl Operation for NotePaymentAccount {
    const NAME: &'static str = "payment_account.note";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "payment_account";
    type Repository = dyn PaymentAccounts;
    type Output = ();
}

impl Command for NotePaymentAccount {
    fn run(&self, accounts: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        let Some(before) = accounts.lock(&self.account)? else { return Ok(Change::none()) };
        if before.told_at.is_some_and(|told_at| told_at > self.told_at) {
            return Ok(Change::none());
        }
        let after = PaymentAccount {
            payments_enabled: Some(self.payments_enabled),
            told_at: Some(self.told_at),
            ..before.clone()
        };
        if after == before {
            return Ok(Change::none());
        }
        accounts.update(&after)?;
        Ok(Change::of(Self::RESOURCE, &self.account).before(&before).after(&after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPaymentAccounts;
    use super::*;

    fn note(known: Option<PaymentAccount>, payments_enabled: bool, seconds: i64, writes: usize) -> Change<()> {
        let mut accounts = MockPaymentAccounts::new();
        accounts.expect_lock().return_once(move |_| Ok(known));
        accounts
            .expect_update()
            .times(writes)
            .withf(move |account| account.payments_enabled == Some(payments_enabled))
            .returning(|_| Ok(()));
        let note = NotePaymentAccount {
            account: "acct_1".into(),
            payments_enabled,
            told_at: Timestamp::from_seconds(seconds),
        };
        note.run(&mut accounts, &context_of("system", [])).unwrap()
    }

    fn account(payments_enabled: Option<bool>, seconds: Option<i64>) -> PaymentAccount {
        PaymentAccount {
            account: "acct_1".into(),
            seller_id: UserId::parse("user_bob").unwrap(),
            payments_enabled,
            told_at: seconds.map(Timestamp::from_seconds),
        }
    }

    #[test]
    fn the_latest_news_counts_in_whatever_order_it_comes() {
        assert_eq!(note(Some(account(None, None)), true, 10, 1).records().len(), 1);
        assert_eq!(note(Some(account(Some(true), Some(10))), false, 10, 1).records().len(), 1);
        for (told, seconds) in [(true, 10), (false, 9)] {
            assert!(
                note(Some(account(Some(true), Some(10))), told, seconds, 0).records().is_empty(),
                "{told} {seconds}"
            );
        }
    }

    #[test]
    fn accounts_of_others_are_passed_over() {
        assert!(note(None, true, 10, 0).records().is_empty());
    }
}
