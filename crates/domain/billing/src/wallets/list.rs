//! `wallet.list`

use aedile_kernel::{Context, Effect, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Wallet;
use super::port::Wallets;

/// Lists users with what is in their wallets, by their numbers: some of them, after the last one that was seen.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ListWallets {
    /// The number after which to begin; 0 for the first.
    #[serde(default)]
    pub after: i64,
    /// The most to list: up to 500, which is also what an absent limit means.
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
    const PERMISSION: Permission = Permission::AdminRead;
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
