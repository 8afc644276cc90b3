//! `seller.status`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::SellerAccount;
use super::port::Sellers;

/// Shows how far the caller is a seller.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetSellerStatus {}

impl Operation for GetSellerStatus {
    const NAME: &'static str = "seller.status";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sellers;
    type Output = SellerAccount;
}

impl Query for GetSellerStatus {
    fn run(&self, sellers: &mut Self::Repository, cx: &Context) -> Result<SellerAccount> {
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user can be a seller"))?;
        sellers.find_account(user)?.ok_or_else(|| Error::not_found("User"))
    }
}
