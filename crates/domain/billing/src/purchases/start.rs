//! `purchase.start`

use aedile_kernel::{
    Authority, Cents, Change, Command, Context, Effect, Error, Operation, Permission, Reference, Result, UserId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{CheckoutStatus, NewPurchase, Offer, Purchase};
use super::port::Purchases;
use crate::payments::CheckoutOrder;
use crate::wallets::own;

/// A page of the provider's is open for a day; one that is about to end is not worth going to.
const WORTH_SECONDS: i64 = 23 * 60 * 60;

/// Starts the purchase of a skill, or resumes one that was started and not paid. Refused while an earlier payment for the
/// skill is under way.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StartPurchase {
    /// The skill's slug.
    pub skill_slug: String,
}

/// A purchase that was started, and what to ask the provider for.
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
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
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
        let (seller_id, destination) = for_sale(&offer, user)?;
        if purchases.lock_licence(user, offer.skill_id)? {
            return Err(Error::conflict("you own this skill"));
        }
        let order = |purchase: &Purchase| CheckoutOrder {
            reference: purchase.reference.clone(),
            name: offer.name.clone(),
            amount_cents: purchase.amount_cents,
            fee_cents: purchase.fee_cents,
            destination: destination.clone(),
        };
        let fee_cents = Cents(offer.price_cents).basis_points(cx.policy.platform_fee_bps)?.0;
        let pending = purchases.list_pending(user, offer.skill_id)?;
        if pending.iter().any(|purchase| purchase.checkout == CheckoutStatus::Processing) {
            return Err(Error::conflict("your payment for this skill is under way: it may take days"));
        }
        let resumed = pending.into_iter().find(|purchase| {
            let is_same = purchase.amount_cents == offer.price_cents && purchase.fee_cents == fee_cents;
            is_same && purchase.seller_id == seller_id && purchase.created_at.plus_seconds(WORTH_SECONDS) > cx.now
        });
        if let Some(purchase) = resumed {
            let order = order(&purchase);
            return Ok(Change::none().returning(Started { purchase, order }));
        }
        let purchase = purchases.insert(&NewPurchase {
            reference: Reference::generate(cx.entropy.as_ref()),
            buyer_id: user.clone(),
            skill_id: offer.skill_id,
            seller_id,
            amount_cents: offer.price_cents,
            fee_cents,
            created_at: cx.now,
        })?;
        let order = order(&purchase);
        Ok(Change::of(Self::RESOURCE, purchase.id).after(&purchase).returning(Started { purchase, order }))
    }
}

/// Who sells the skill to this user, and the provider's account of theirs.
fn for_sale(offer: &Offer, user: &UserId) -> Result<(UserId, String)> {
    if offer.price_cents == 0 {
        return Err(Error::invalid("skill_slug", "names a free skill: it is downloaded without a purchase"));
    }
    if offer.seller_id.as_ref() == Some(user) {
        return Err(Error::invalid("skill_slug", "names a skill of your own"));
    }
    let seller = offer.seller_id.clone().zip(offer.seller_account.clone());
    let seller = seller.ok_or_else(|| {
        Error::conflict("this skill can't be bought now: its seller has no account to be paid through")
    })?;
    if offer.payments_enabled == Some(false) {
        return Err(Error::conflict("this skill can't be bought now: its seller can't be paid at the moment"));
    }
    Ok(seller)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;

    fn offer() -> Offer {
        Offer {
            skill_id: 3,
            name: "PDF".into(),
            price_cents: 999,
            seller_id: UserId::parse("user_bob").ok(),
            seller_account: Some("acct_1".into()),
            payments_enabled: None,
        }
    }

    /// Starts the purchase of an offer by `user_a`, who may own the skill and has these purchases pending.
    fn start(offer: Option<Offer>, owned: bool, pending: Vec<Purchase>) -> Result<Change<Started>> {
        start_as("user_a", offer, owned, pending)
    }

    fn start_as(user: &str, offer: Option<Offer>, owned: bool, pending: Vec<Purchase>) -> Result<Change<Started>> {
        let mut purchases = MockPurchases::new();
        purchases.expect_find_offer().withf(|slug| slug == "pdf").return_once(move |_| Ok(offer));
        purchases
            .expect_lock_licence()
            .withf(|user, skill| user.as_str() == "user_a" && *skill == 3)
            .returning(move |_, _| Ok(owned));
        purchases
            .expect_list_pending()
            .withf(|user, skill| user.as_str() == "user_a" && *skill == 3)
            .return_once(move |_, _| Ok(pending));
        purchases.expect_insert().returning(|new| {
            Ok(Purchase {
                id: super::super::PurchaseId(8),
                reference: new.reference.clone(),
                buyer_id: new.buyer_id.clone(),
                skill_id: new.skill_id,
                seller_id: new.seller_id.clone(),
                amount_cents: new.amount_cents,
                fee_cents: new.fee_cents,
                created_at: new.created_at,
                session_id: None,
                checkout_url: None,
                ..samples::purchase()
            })
        });
        let start = StartPurchase { skill_slug: "pdf".into() };
        start.run(&mut purchases, &context_of(user, []))
    }

    #[track_caller]
    fn resumes(pending: Vec<Purchase>) -> bool {
        let change = start(Some(offer()), false, pending).unwrap();
        let started = change.output();
        assert_eq!(started.order.reference, started.purchase.reference);
        assert_eq!(change.records().is_empty(), started.purchase.id.0 == 7, "only a new purchase is a change");
        started.purchase.id.0 == 7
    }

    #[test]
    fn a_new_purchase_has_the_price_of_now_and_a_reference_of_its_own() {
        let change = start(Some(offer()), false, vec![]).unwrap();
        let Started { purchase, order } = change.output();
        assert_eq!((purchase.amount_cents, purchase.fee_cents), (999, 150));
        assert_eq!((purchase.buyer_id.as_str(), purchase.seller_id.as_str()), ("user_a", "user_bob"));
        assert_eq!(purchase.created_at, Timestamp::from_micros(NOW));
        assert_eq!((&order.reference, order.reference.as_str().len()), (&purchase.reference, 32));
        assert_eq!((order.amount_cents, order.fee_cents), (999, 150));
        assert_eq!((order.name.as_str(), order.destination.as_str()), ("PDF", "acct_1"));
        assert_eq!(change.records()[0].resource_id, "8");
    }

    #[test]
    fn what_is_not_for_sale_is_refused() {
        let refused = |offer: Offer| start(Some(offer), false, vec![]).unwrap_err();
        assert!(matches!(start(None, false, vec![]), Err(Error::NotFound(_))));
        assert!(matches!(refused(Offer { price_cents: 0, ..offer() }), Error::Invalid(_)));
        assert!(matches!(refused(Offer { seller_id: None, ..offer() }), Error::Conflict(_)));
        assert!(matches!(refused(Offer { seller_account: None, ..offer() }), Error::Conflict(_)));
        assert!(matches!(refused(Offer { payments_enabled: Some(false), ..offer() }), Error::Conflict(_)));
        assert!(start(Some(Offer { payments_enabled: Some(true), ..offer() }), false, vec![]).is_ok());
        assert!(matches!(start_as("user_bob", Some(offer()), false, vec![]), Err(Error::Invalid(_))));
        assert!(matches!(start(Some(offer()), true, vec![]), Err(Error::Conflict(_))));
    }

    #[test]
    fn a_purchase_that_was_started_is_resumed_while_it_is_the_same_and_worth_it() {
        assert!(resumes(vec![samples::purchase()]));
        let begun = |seconds: i64| Purchase {
            created_at: Timestamp::from_micros(NOW).plus_seconds(-seconds),
            ..samples::purchase()
        };
        let worth_seconds = 82_800;
        assert!(resumes(vec![begun(worth_seconds - 1)]));
        assert!(!resumes(vec![begun(worth_seconds)]));
        assert!(!resumes(vec![Purchase { amount_cents: 998, ..samples::purchase() }]));
        assert!(!resumes(vec![Purchase { fee_cents: 149, ..samples::purchase() }]));
        assert!(!resumes(vec![Purchase { seller_id: UserId::parse("user_eve").unwrap(), ..samples::purchase() }]));
        assert!(resumes(vec![Purchase { amount_cents: 1, ..samples::purchase() }, samples::purchase()]));
    }

    #[test]
    fn while_a_payment_is_under_way_there_is_no_second_purchase() {
        let processing = Purchase { checkout: CheckoutStatus::Processing, ..samples::purchase() };
        for pending in [vec![processing.clone()], vec![samples::purchase(), processing]] {
            let refused = start(Some(offer()), false, pending).unwrap_err();
            assert!(matches!(&refused, Error::Conflict(why) if why.contains("under way")), "{refused}");
        }
    }
}
