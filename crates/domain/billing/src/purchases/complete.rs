//! What follows from a payment.

use aedile_kernel::{Cents, Change, Context, Error, Event, PaymentTrouble, Result};
use serde_json::json;

use super::licence;
use super::model::{Purchase, PurchaseStatus};
use super::port::Purchases;
use crate::ledger::{Account, AccountKind, LedgerEntry, LedgerTransaction, Source, Unit};

/// The audit action of a purchase that is paid.
const COMPLETE: &str = "purchase.complete";

/// The purchase as paid, with its transaction and its licence; as it is when it was paid before. Whether the payment is the
/// purchase's own has been judged.
///
/// # Errors
/// If the store fails.
pub(crate) fn complete(
    purchases: &mut dyn Purchases,
    before: &Purchase,
    payment_intent: Option<&str>,
    cx: &Context,
) -> Result<(Purchase, Change<()>)> {
    if before.status != PurchaseStatus::Pending {
        return Ok((before.clone(), Change::none()));
    }
    let is_second = purchases.lock_licence(&before.buyer_id, before.skill_id)?;
    purchases.post(&sale(before, cx)?)?.ok_or_else(|| Error::internal("a sale that a balance does not cover"))?;
    let after = Purchase {
        status: PurchaseStatus::Completed,
        payment_intent: payment_intent.map(str::to_owned).or_else(|| before.payment_intent.clone()),
        completed_at: Some(cx.now),
        ..before.clone()
    };
    purchases.update(&after)?;
    licence::follow(purchases, &after, cx.now)?;
    let told = Event::PurchaseCompleted {
        buyer: after.buyer_id.clone(),
        seller: after.seller_id.clone(),
        purchase: after.id.0,
    };
    let change = Change::of(super::RESOURCE, after.id).before(before).after(&after).as_action(COMPLETE).emit(told);
    let change = if is_second { change.emit(paid_twice(&after)) } else { change };
    Ok((after, change))
}

/// What a sale posts: the seller gets the price less the fee.
fn sale(purchase: &Purchase, cx: &Context) -> Result<LedgerTransaction> {
    let (amount, fee) = (Cents(purchase.amount_cents).to_micro_usd()?.0, Cents(purchase.fee_cents).to_micro_usd()?.0);
    let platform = |kind, amount| LedgerEntry { account: Account::platform(kind, Unit::MicroUsd), amount };
    let lines = vec![
        LedgerEntry { account: Account::of_seller(&purchase.seller_id), amount: amount - fee },
        platform(AccountKind::Fees, fee),
        platform(AccountKind::Stripe, -amount),
    ];
    Ok(LedgerTransaction::of(Source::Sale, lines, cx)?.once_for(format!("purchase:{}", purchase.id)))
}

fn paid_twice(purchase: &Purchase) -> Event {
    Event::PaymentNeedsReview {
        trouble: PaymentTrouble::DoublePayment,
        reference_id: purchase.id.to_string(),
        reference_type: super::RESOURCE,
        details: json!({
            "buyer_id": purchase.buyer_id, "skill_slug": purchase.skill_slug, "amount_cents": purchase.amount_cents,
        }),
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;
    use crate::ledger::{PostedTransaction, TransactionId};

    fn completed(before: &Purchase, owned: bool, payment: Option<&str>, times: usize) -> (Purchase, Change<()>) {
        let mut purchases = MockPurchases::new();
        purchases.expect_lock_licence().returning(move |_, _| Ok(owned));
        purchases
            .expect_post()
            .times(times)
            .withf(|transaction| {
                let amounts: Vec<_> =
                    transaction.entries().iter().map(|line| (line.account.kind, line.amount)).collect();
                let seller = transaction.entries()[0].account.owner.as_ref().map(aedile_kernel::UserId::as_str);
                assert_eq!((transaction.source, transaction.reference.as_deref()), (Source::Sale, Some("purchase:7")));
                seller == Some("user_bob")
                    && amounts
                        == [
                            (AccountKind::Seller, 8_490_000),
                            (AccountKind::Fees, 1_500_000),
                            (AccountKind::Stripe, -9_990_000),
                        ]
            })
            .returning(|_| Ok(Some(PostedTransaction { id: TransactionId(1), balance_after: 0 })));
        purchases.expect_update().times(times).returning(|_| Ok(()));
        purchases.expect_grant_licence().times(times).returning(|_, _| Ok(()));
        complete(&mut purchases, before, payment, &context_of("system", [])).unwrap()
    }

    #[test]
    fn a_payment_gives_a_licence_and_the_seller_their_share_once() {
        let (after, change) = completed(&samples::purchase(), false, Some("pi_1"), 1);
        assert_eq!((after.status, after.payment_intent.as_deref()), (PurchaseStatus::Completed, Some("pi_1")));
        assert_eq!(after.completed_at, Some(Timestamp::from_micros(NOW)));
        assert_eq!(change.records()[0].action, Some("purchase.complete"));
        let (buyer, seller) = (after.buyer_id.clone(), after.seller_id.clone());
        assert_eq!(change.events(), [Event::PurchaseCompleted { buyer, seller, purchase: 7 }]);
        for status in [PurchaseStatus::Completed, PurchaseStatus::Refunding, PurchaseStatus::Refunded] {
            let before = Purchase { status, ..samples::paid() };
            let (after, change) = completed(&before, false, Some("pi_2"), 0);
            assert!(after == before && change.records().is_empty() && change.events().is_empty());
        }
    }

    #[test]
    fn a_payment_that_nobody_names_keeps_the_one_that_is_known() {
        let before = Purchase { payment_intent: Some("pi_0".into()), ..samples::purchase() };
        assert_eq!(completed(&before, false, None, 1).0.payment_intent.as_deref(), Some("pi_0"));
    }

    #[test]
    fn a_second_payment_for_the_same_skill_is_told_to_the_admins() {
        let (_, change) = completed(&samples::purchase(), true, Some("pi_1"), 1);
        let [_, Event::PaymentNeedsReview { trouble, reference_id, reference_type, details }] = change.events() else {
            panic!("{:?}", change.events())
        };
        assert_eq!(*trouble, PaymentTrouble::DoublePayment);
        assert_eq!((reference_id.as_str(), *reference_type), ("7", "purchase"));
        assert_eq!((&details["buyer_id"], &details["amount_cents"]), (&json!("user_a"), &json!(999)));
    }
}
