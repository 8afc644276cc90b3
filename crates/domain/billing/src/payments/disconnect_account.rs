//! `payment_account.disconnect`

use aedile_kernel::{Change, Command, Context, Effect, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::PaymentAccounts;

/// Forgets the account of a seller who has taken our access to it away: their skills can't be bought until they open another
/// one. Idempotent. Only what the provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct DisconnectPaymentAccount {
    /// What the provider calls the account.
    pub account: String,
}

impl Operation for DisconnectPaymentAccount {
    const NAME: &'static str = "payment_account.disconnect";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "payment_account";
    type Repository = dyn PaymentAccounts;
    type Output = ();
}

impl Command for DisconnectPaymentAccount {
    fn run(&self, accounts: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        let Some(before) = accounts.lock(&self.account)? else { return Ok(Change::none()) };
        accounts.disconnect(&before)?;
        Ok(Change::of(Self::RESOURCE, &self.account).before(&before).invalidate(Topic::Access))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::model::PaymentAccount;
    use super::super::port::MockPaymentAccounts;
    use super::*;

    #[test]
    fn an_account_that_was_taken_away_is_forgotten() {
        let account = PaymentAccount {
            account: "acct_1".into(),
            seller_id: UserId::parse("user_bob").unwrap(),
            payments_enabled: Some(true),
            told_at: None,
        };
        for (known, times) in [(Some(account), 1), (None, 0)] {
            let mut accounts = MockPaymentAccounts::new();
            accounts.expect_lock().withf(|account| account == "acct_1").return_once(move |_| Ok(known));
            accounts.expect_disconnect().times(times).withf(|known| known.account == "acct_1").returning(|_| Ok(()));
            let disconnect = DisconnectPaymentAccount { account: "acct_1".into() };
            let change = disconnect.run(&mut accounts, &context_of("system", [])).unwrap();
            assert_eq!(change.records().len(), times);
        }
    }
}
