//! `purchase.find`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Purchase;
use super::port::Purchases;
use crate::wallets::own;

/// Finds the caller's own purchase by the page of the provider's where it is paid.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FindPurchase {
    /// What the provider calls the page.
    pub session_id: String,
}

impl Operation for FindPurchase {
    const NAME: &'static str = "purchase.find";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Purchase;
}

impl Query for FindPurchase {
    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Purchase> {
        let user = own(cx)?;
        let purchase = purchases.find_by_session(&self.session_id)?.filter(|purchase| purchase.buyer_id == *user);
        purchase.ok_or_else(|| Error::not_found("Purchase"))
    }
}
