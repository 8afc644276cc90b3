//! `seller.connect`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result, Topic};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::SellerAccount;
use super::port::Sellers;

/// Notes the payment provider's account by which the caller is paid; the first one stays. Only the entry point that
/// opened it knows it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectSeller {
    /// What the provider calls the account.
    pub payment_account: String,
}

impl Operation for ConnectSeller {
    const NAME: &'static str = "seller.connect";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sellers;
    type Output = SellerAccount;
}

impl Command for ConnectSeller {
    fn run(&self, sellers: &mut Self::Repository, cx: &Context) -> Result<Change<SellerAccount>> {
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user can be a seller"))?;
        let before = sellers.lock_account(user)?.ok_or_else(|| Error::not_found("User"))?;
        if before.payment_account.is_some() {
            return Ok(Change::none().returning(before));
        }
        let after = SellerAccount { payment_account: Some(self.payment_account.clone()), ..before.clone() };
        sellers.update_account(&after)?;
        let change = Change::of(Self::RESOURCE, user).before(&before).after(&after).invalidate(Topic::Access);
        Ok(change.returning(after))
    }
}
