//! `credits.freeze`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::grant::by_email;
use super::model::Wallet;
use super::port::Wallets;

/// Freezes a user's wallet, so that nothing is spent from it and no voucher put into it, or takes that back.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FreezeCredits {
    /// The user's e-mail address, in any case.
    pub email: String,
    /// Whether it is to be frozen.
    pub frozen: bool,
}

impl Operation for FreezeCredits {
    const NAME: &'static str = "credits.freeze";
    const PERMISSION: Permission = Permission::AdminWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Wallets;
    type Output = Wallet;

    fn resource_id(&self) -> Option<String> {
        Some(self.email.clone())
    }
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
            .from(&json!({ "is_frozen": before.is_frozen }))
            .to(&json!({ "is_frozen": after.is_frozen }));
        Ok(change.returning(after))
    }
}
