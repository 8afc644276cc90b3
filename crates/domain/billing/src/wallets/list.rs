//! `wallet.list`

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Wallet;
use super::port::Wallets;

/// Lists users with their wallet balances, by number, after a given number.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListWallets {
    /// ID after which to start; 0 starts with the first.
    #[serde(default)]
    pub after: i64,
    /// Maximum number of rows: 1 to 500, default 500.
    #[serde(default = "at_once")]
    pub limit: u32,
}

const fn at_once() -> u32 {
    ListWallets::AT_ONCE
}

impl ListWallets {
    /// The most at a time.
    pub const AT_ONCE: u32 = 500;
}

impl Operation for ListWallets {
    const NAME: &'static str = "wallet.list";
    const PERMISSION: Permission = Permission::BillingRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Wallets;
    type Output = Vec<Wallet>;
}

impl Query for ListWallets {
    fn run(&self, wallets: &mut Self::Repository, _: &Context) -> Result<Vec<Wallet>> {
        wallets.list_wallets(self.after, self.limit.min(Self::AT_ONCE))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::sample;
    use super::super::port::MockWallets;
    use super::*;

    #[test]
    fn no_more_than_the_most_are_asked_for() {
        for (asked, limit) in [(1, 1), (500, 500), (501, 500), (u32::MAX, 500)] {
            let mut wallets = MockWallets::new();
            wallets
                .expect_list_wallets()
                .withf(move |after, most| (*after, *most) == (7, limit))
                .returning(|_, _| Ok(vec![sample()]));
            let listed = ListWallets { after: 7, limit: asked }.run(&mut wallets, &context_of("user_root", []));
            assert_eq!(listed.unwrap(), [sample()]);
        }
        let absent: ListWallets = serde_json::from_value(serde_json::json!({})).unwrap();
        assert_eq!((absent.after, absent.limit), (0, 500));
    }
}
