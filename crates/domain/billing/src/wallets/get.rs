//! `wallet.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Wallet;
use super::own;
use super::port::Wallets;

/// Shows the caller and what is in their wallet.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetWallet {}

impl Operation for GetWallet {
    const NAME: &'static str = "wallet.get";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::ApiKey, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Wallets;
    type Output = Wallet;
}

impl Query for GetWallet {
    fn run(&self, wallets: &mut Self::Repository, cx: &Context) -> Result<Wallet> {
        wallets.find_wallet(own(cx)?)?.ok_or_else(|| Error::not_found("User"))
    }
}
