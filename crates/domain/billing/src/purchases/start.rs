//! `purchase.start`

use aedile_kernel::{Cents, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{NewPurchase, Purchase};
use super::port::Purchases;
use crate::payments::CheckoutOrder;
use crate::wallets::own;

/// A page of the provider's is open for a day; one that is about to end is not worth going to.
const WORTH_SECONDS: i64 = 23 * 60 * 60;

/// Begins the purchase of a skill, or goes on with one that was begun and not paid.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartPurchase {
    /// The skill's slug.
    pub skill_slug: String,
}

/// A purchase that was begun, and what to ask the provider for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Started {
    /// The purchase.
    pub purchase: Purchase,
    /// The payment to ask for.
    pub order: CheckoutOrder,
}

impl Operation for StartPurchase {
    const NAME: &'static str = "purchase.start";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Purchases;
    type Output = Started;

    fn resource_id(&self) -> Option<String> {
        Some(self.skill_slug.clone())
    }
}

impl Command for StartPurchase {
    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Change<Started>> {
        let user = own(cx)?;
        let offer = purchases.find_offer(&self.skill_slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        if offer.price_cents == 0 {
            return Err(Error::invalid("skill_slug", "names a free skill: it is downloaded without a purchase"));
        }
        if offer.seller_id.as_ref() == Some(user) {
            return Err(Error::invalid("skill_slug", "names a skill of your own"));
        }
        let not_for_sale =
            || Error::conflict("this skill can't be bought now: its seller has no account to be paid through");
        let (seller_id, destination) = offer.seller_id.zip(offer.seller_account).ok_or_else(not_for_sale)?;
        if offer.payments_enabled == Some(false) {
            return Err(Error::conflict("this skill can't be bought now: its seller can't be paid at the moment"));
        }
        if purchases.lock_licence(user, offer.skill_id)? {
            return Err(Error::conflict("you own this skill"));
        }
        let order = |purchase: &Purchase| CheckoutOrder {
            purchase: purchase.id.0,
            name: offer.name.clone(),
            amount_cents: purchase.amount_cents,
            fee_cents: purchase.fee_cents,
            destination: destination.clone(),
        };
        let fee_cents = Cents(offer.price_cents).basis_points(cx.policy.platform_fee_bps)?.0;
        let pending = purchases.find_pending(user, offer.skill_id)?.filter(|purchase| {
            let is_same = purchase.amount_cents == offer.price_cents && purchase.fee_cents == fee_cents;
            is_same && purchase.seller_id == seller_id && purchase.created_at.plus_seconds(WORTH_SECONDS) > cx.now
        });
        if let Some(purchase) = pending {
            let order = order(&purchase);
            return Ok(Change::none().returning(Started { purchase, order }));
        }
        let purchase = purchases.insert(&NewPurchase {
            buyer_id: user.clone(),
            skill_id: offer.skill_id,
            seller_id,
            amount_cents: offer.price_cents,
            fee_cents,
            created_at: cx.now,
        })?;
        let order = order(&purchase);
        Ok(Change::of(Self::RESOURCE, purchase.id).to(&purchase).returning(Started { purchase, order }))
    }
}
