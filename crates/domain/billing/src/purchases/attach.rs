//! `purchase.attach_checkout`

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Purchase, PurchaseId};
use super::port::Purchases;
use crate::payments::CheckoutSession;

/// Keeps the checkout session where a purchase is paid. The first one stays: the answer is the purchase with the session
/// that counts. Only the server that opened the session runs it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AttachCheckout {
    /// ID of the purchase.
    pub purchase: PurchaseId,
    /// The session.
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
        let is_other = before.session_id.as_ref().is_some_and(|known| *known != self.session.id);
        let after = Purchase {
            session_id: Some(self.session.id.clone()),
            checkout_url: self.session.url.clone(),
            ..before.clone()
        };
        if is_other || after == before {
            return Ok(Change::none().returning(before));
        }
        purchases.update(&after)?;
        Ok(Change::of(Self::RESOURCE, self.purchase).before(&before).after(&after).returning(after))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;

    fn attach(before: Option<Purchase>, writes: usize) -> Result<Change<Purchase>> {
        let mut purchases = MockPurchases::new();
        purchases.expect_lock().withf(|id| id.0 == 7).return_once(move |_| Ok(before));
        purchases.expect_update().times(writes).returning(|_| Ok(()));
        let attach = AttachCheckout { purchase: PurchaseId(7), session: samples::session() };
        attach.run(&mut purchases, &context_of("user_a", []))
    }

    #[test]
    fn the_first_session_of_a_purchase_is_kept() {
        let unknown = Purchase { session_id: None, checkout_url: None, ..samples::purchase() };
        let change = attach(Some(unknown), 1).unwrap();
        assert_eq!(change.output(), &samples::purchase());
        assert_eq!(change.records().len(), 1);
        assert!(attach(Some(samples::purchase()), 0).unwrap().records().is_empty());
        let other = Purchase { session_id: Some("cs_0".into()), ..samples::purchase() };
        assert_eq!(attach(Some(other.clone()), 0).unwrap().output(), &other);
        assert!(matches!(attach(None, 0), Err(Error::NotFound(_))));
    }
}
