//! `purchase.attach_checkout`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Purchase, PurchaseId};
use super::port::Purchases;
use crate::payments::CheckoutSession;

/// Notes the page where a purchase is paid. Only the door that opened it does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachCheckout {
    /// Of which purchase.
    pub purchase: PurchaseId,
    /// The page.
    pub session: CheckoutSession,
}

impl Operation for AttachCheckout {
    const NAME: &'static str = "purchase.attach_checkout";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Purchase;
}

impl Command for AttachCheckout {
    fn run(&self, purchases: &mut Self::Repository, _: &Context) -> Result<Change<Purchase>> {
        let before = purchases.lock(self.purchase)?.ok_or_else(|| Error::not_found("Purchase"))?;
        let after = Purchase {
            session_id: Some(self.session.id.clone()),
            checkout_url: self.session.url.clone(),
            ..before.clone()
        };
        if after == before {
            return Ok(Change::none().returning(before));
        }
        purchases.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.purchase).from(&before).to(&after).returning(after))
    }
}
