//! Licences follow purchases.

use aedile_kernel::{Result, Timestamp};

use super::model::Purchase;
use super::port::Purchases;

/// Gives or ends the licence after the purchase has changed: who has paid for a skill, and did not get all of it back, holds
/// one. When a purchase ends, another one that stands takes its place.
///
/// # Errors
/// If the store fails.
pub(crate) fn follow(purchases: &mut dyn Purchases, purchase: &Purchase, now: Timestamp) -> Result<()> {
    let (buyer, skill) = (&purchase.buyer_id, purchase.skill_id);
    // Purchases of one buyer change their licences one after the other.
    purchases.lock_licence(buyer, skill)?;
    if purchase.is_standing() {
        return purchases.grant_licence(purchase, now);
    }
    purchases.end_licence(purchase.id, now)?;
    match purchases.find_standing(buyer, skill, purchase.id)? {
        Some(other) => purchases.grant_licence(&other, now),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;

    use super::super::model::{PurchaseId, PurchaseStatus};
    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;

    /// The purchase whose licence was given last, and whether this one's was ended.
    fn after(status: PurchaseStatus, other: Option<Purchase>) -> (Option<i64>, bool) {
        let (granted, ended) =
            (std::sync::Arc::new(std::sync::Mutex::new(None)), std::sync::Arc::new(std::sync::Mutex::new(false)));
        let mut purchases = MockPurchases::new();
        purchases
            .expect_lock_licence()
            .times(1)
            .withf(|user, skill| user.as_str() == "user_a" && *skill == 3)
            .returning(|_, _| Ok(true));
        let (given, gone) = (granted.clone(), ended.clone());
        purchases.expect_grant_licence().returning(move |purchase, _| {
            *given.lock().unwrap() = Some(purchase.id.0);
            Ok(())
        });
        purchases.expect_end_licence().withf(|id, _| id.0 == 7).returning(move |_, _| {
            *gone.lock().unwrap() = true;
            Ok(())
        });
        purchases
            .expect_find_standing()
            .withf(|user, skill, but| user.as_str() == "user_a" && *skill == 3 && but.0 == 7)
            .return_once(move |_, _, _| Ok(other));
        follow(&mut purchases, &Purchase { status, ..samples::paid() }, Timestamp::from_micros(NOW)).unwrap();
        let granted = *granted.lock().unwrap();
        let ended = *ended.lock().unwrap();
        (granted, ended)
    }

    #[test]
    fn a_purchase_that_stands_gives_a_licence() {
        for status in [PurchaseStatus::Completed, PurchaseStatus::Refunding] {
            assert_eq!(after(status, None), (Some(7), false));
        }
    }

    #[test]
    fn a_licence_ends_unless_another_purchase_of_the_skill_stands() {
        assert_eq!(after(PurchaseStatus::Refunded, None), (None, true));
        let other = Purchase { id: PurchaseId(9), ..samples::paid() };
        assert_eq!(after(PurchaseStatus::Refunded, Some(other)), (Some(9), true));
    }
}
