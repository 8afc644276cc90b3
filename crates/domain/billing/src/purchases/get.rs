//! `purchase.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Purchase, PurchaseId};
use super::port::Purchases;
use crate::wallets::own;

/// Shows one of the caller's purchases.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetPurchase {
    /// ID of the purchase.
    pub purchase: PurchaseId,
}

impl Operation for GetPurchase {
    const NAME: &'static str = "purchase.get";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Purchase;
}

impl Query for GetPurchase {
    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Purchase> {
        let user = own(cx)?;
        let purchase = purchases.find(self.purchase)?.filter(|purchase| purchase.buyer_id == *user);
        purchase.ok_or_else(|| Error::not_found("Purchase"))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;

    #[test]
    fn a_buyer_sees_their_own_purchases_and_nobody_elses() {
        let get = |user: &str, found: Option<Purchase>| {
            let mut purchases = MockPurchases::new();
            purchases.expect_find().withf(|id| id.0 == 7).return_once(move |_| Ok(found));
            GetPurchase { purchase: PurchaseId(7) }.run(&mut purchases, &context_of(user, []))
        };
        assert_eq!(get("user_a", Some(samples::purchase())).unwrap(), samples::purchase());
        assert!(matches!(get("user_b", Some(samples::purchase())), Err(Error::NotFound(_))));
        assert!(matches!(get("user_a", None), Err(Error::NotFound(_))));
    }
}
