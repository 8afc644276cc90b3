//! `credits.freeze`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::grant::by_email;
use super::model::Wallet;
use super::port::Wallets;

/// Freezes or unfreezes a user's wallet. A frozen wallet can't be spent from and takes no vouchers.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeCredits {
    /// The user's e-mail address, in any case.
    pub email: String,
    /// True freezes the wallet, false unfreezes it.
    pub frozen: bool,
}

impl Operation for FreezeCredits {
    const NAME: &'static str = "credits.freeze";
    const PERMISSION: Permission = Permission::BillingWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Wallets;
    type Output = Wallet;
}

impl Command for FreezeCredits {
    fn run(&self, wallets: &mut Self::Repository, _: &Context) -> Result<Change<Wallet>> {
        let user = by_email(wallets, &self.email)?;
        let before = wallets.lock_wallet(&user)?.ok_or_else(|| Error::not_found("User"))?;
        let after = Wallet { is_frozen: self.frozen, ..before.clone() };
        if after != before {
            wallets.set_frozen(&user, self.frozen)?;
        }
        let change = Change::of(Self::RESOURCE, &user)
            .before(&json!({ "is_frozen": before.is_frozen }))
            .after(&json!({ "is_frozen": after.is_frozen }));
        Ok(change.returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::model::sample;
    use super::super::port::MockWallets;
    use super::*;

    fn freeze(is_frozen: bool, frozen: bool, writes: usize) -> Change<Wallet> {
        let mut wallets = MockWallets::new();
        wallets.expect_find_by_email().returning(|_| Ok(vec![UserId::parse("user_a").unwrap()]));
        wallets.expect_lock_wallet().return_once(move |_| Ok(Some(Wallet { is_frozen, ..sample() })));
        wallets.expect_set_frozen().times(writes).withf(move |_, wanted| *wanted == frozen).returning(|_, _| Ok(()));
        let command = FreezeCredits { email: "ada@example.com".into(), frozen };
        assert_eq!(command.resource_id(), None, "an address is personal");
        command.run(&mut wallets, &context_of("user_root", [Permission::BillingWrite])).unwrap()
    }

    #[test]
    fn a_wallet_is_frozen_and_released_again() {
        for (is_frozen, frozen) in [(false, true), (true, false)] {
            let change = freeze(is_frozen, frozen, 1);
            assert_eq!((change.output().is_frozen, change.records()[0].resource_id.as_str()), (frozen, "user_a"));
        }
    }

    #[test]
    fn what_is_so_already_changes_nothing() {
        for frozen in [false, true] {
            assert_eq!(freeze(frozen, frozen, 0).records().len(), 0);
        }
    }
}
