//! `purchase.settle_checkout`

use aedile_kernel::{Change, Command, Context, Effect, Event, Operation, PaymentTrouble, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::complete::complete;
use super::model::{CheckoutStatus, Purchase, PurchaseId, PurchaseStatus};
use super::port::Purchases;
use crate::payments::{CheckoutOutcome, CheckoutSession};

/// The currency of every price.
const CURRENCY: &str = "usd";

/// Applies what the provider says of a checkout session to the purchase that it was opened for: paid, under way, or over.
/// Idempotent, and independent of the order in which the news comes. A session counts only for the purchase it was opened
/// for, with its amount and currency; a paid one that names a purchase of ours and does not fit is reported to the admins.
/// Only what the provider says itself leads here.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SettleCheckout {
    /// The provider's event, when one told of it.
    pub event_id: Option<String>,
    /// The session.
    pub session: CheckoutSession,
}

impl Operation for SettleCheckout {
    const NAME: &'static str = "purchase.settle_checkout";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Purchases;
    type Output = Option<Purchase>;
}

impl Command for SettleCheckout {
    fn run(&self, purchases: &mut Self::Repository, cx: &Context) -> Result<Change<Option<Purchase>>> {
        let before = match self.purchase(purchases)? {
            Some(purchase) => purchases.lock(purchase)?,
            None => None,
        };
        if before.is_none() && self.session.reference.is_none() {
            // Somebody else uses the same account of the provider's.
            return Ok(Change::none().returning(None));
        }
        if let Some(event) = &self.event_id
            && !purchases.insert_event(event, cx.now)?
        {
            return Ok(Change::none().returning(before));
        }
        let Some(before) = before else { return Ok(self.unmatched(None, "no such purchase").returning(None)) };
        let is_paid = self.session.outcome() == CheckoutOutcome::Paid;
        match misfit(&before, &self.session) {
            Some(why) if is_paid => Ok(self.unmatched(Some(&before), why).returning(Some(before))),
            Some(_) => Ok(Change::none().returning(Some(before))),
            None => self.apply(purchases, before, cx),
        }
    }
}

impl SettleCheckout {
    /// The purchase whose session it is, or that it was opened for when the answer to the opening was lost.
    fn purchase(&self, purchases: &mut dyn Purchases) -> Result<Option<PurchaseId>> {
        if let Some(purchase) = purchases.find_by_session(&self.session.id)? {
            return Ok(Some(purchase.id));
        }
        match &self.session.reference {
            Some(reference) => purchases.find_by_reference(reference),
            None => Ok(None),
        }
    }

    fn apply(&self, purchases: &mut dyn Purchases, before: Purchase, cx: &Context) -> Result<Change<Option<Purchase>>> {
        if before.status != PurchaseStatus::Pending {
            return Ok(Change::none().returning(Some(before)));
        }
        let known = Purchase { session_id: Some(self.session.id.clone()), ..before.clone() };
        let checkout = match (self.session.outcome(), before.checkout) {
            (CheckoutOutcome::Paid, _) => {
                let payment_intent = self.session.payment_intent.as_deref();
                let (after, change) = complete(purchases, &known, payment_intent, cx)?;
                return Ok(change.returning(Some(after)));
            }
            // News of an earlier state may come later.
            (CheckoutOutcome::Over, _) | (_, CheckoutStatus::Over) => CheckoutStatus::Over,
            (CheckoutOutcome::Processing, _) | (_, CheckoutStatus::Processing) => CheckoutStatus::Processing,
            (CheckoutOutcome::Open, CheckoutStatus::Open) => CheckoutStatus::Open,
        };
        let after = Purchase { checkout, ..known };
        if after == before {
            return Ok(Change::none().returning(Some(after)));
        }
        purchases.update(&after)?;
        Ok(Change::of(Self::RESOURCE, after.id).before(&before).after(&after).returning(Some(after)))
    }

    fn unmatched(&self, purchase: Option<&Purchase>, why: &str) -> Change<()> {
        if self.session.outcome() != CheckoutOutcome::Paid {
            return Change::none();
        }
        let CheckoutSession { id, amount, currency, payment_intent, .. } = &self.session;
        Change::none().emit(Event::PaymentNeedsReview {
            trouble: PaymentTrouble::UnmatchedPayment,
            reference_id: id.clone(),
            reference_type: "checkout_session",
            details: json!({
                "why": why, "purchase_id": purchase.map(|purchase| purchase.id), "amount": amount,
                "currency": currency, "payment_intent": payment_intent,
                "expected_amount": purchase.map(|purchase| purchase.amount_cents), "expected_currency": CURRENCY,
            }),
        })
    }
}

/// Why a session is not the purchase's own; `None` when it is.
fn misfit(purchase: &Purchase, session: &CheckoutSession) -> Option<&'static str> {
    if purchase.session_id.as_ref().is_some_and(|known| *known != session.id) {
        return Some("another session was opened for this purchase");
    }
    if session.amount.is_some_and(|amount| amount != purchase.amount_cents) {
        return Some("another amount was paid");
    }
    if session.currency.as_ref().is_some_and(|currency| currency != CURRENCY) {
        return Some("another currency was paid");
    }
    let is_said = session.amount.is_some() && session.currency.is_some();
    (!is_said && session.outcome() == CheckoutOutcome::Paid).then_some("the amount is not said")
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aedile_kernel::Reference;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockPurchases;
    use super::super::samples;
    use super::*;
    use crate::ledger::{PostedTransaction, TransactionId};
    use crate::payments::{PaymentState, SessionState};

    /// What came of a session: the purchase as it was written, if it was, and the change.
    struct Settled {
        written: Option<Purchase>,
        change: Change<Option<Purchase>>,
    }

    fn settle(before: Option<Purchase>, session: &CheckoutSession, is_new: bool) -> Settled {
        let written = Arc::new(Mutex::new(None));
        let mut purchases = MockPurchases::new();
        let (by_session, by_reference, locked) = (before.clone(), before.clone(), before);
        purchases
            .expect_find_by_session()
            .returning(move |id| Ok(by_session.clone().filter(|purchase| purchase.session_id.as_deref() == Some(id))));
        purchases.expect_find_by_reference().returning(move |reference: &Reference| {
            Ok(by_reference.as_ref().filter(|purchase| purchase.reference == *reference).map(|purchase| purchase.id))
        });
        purchases.expect_lock().returning(move |_| Ok(locked.clone()));
        purchases.expect_insert_event().withf(|event, _| event == "evt_1").returning(move |_, _| Ok(is_new));
        purchases.expect_lock_licence().returning(|_, _| Ok(false));
        purchases.expect_post().returning(|_| Ok(Some(PostedTransaction { id: TransactionId(1), balance_after: 0 })));
        purchases.expect_grant_licence().returning(|_, _| Ok(()));
        let kept = Arc::clone(&written);
        purchases.expect_update().returning(move |purchase| {
            *kept.lock().unwrap() = Some(purchase.clone());
            Ok(())
        });
        let settle = SettleCheckout { event_id: Some("evt_1".into()), session: session.clone() };
        let change = settle.run(&mut purchases, &context_of("system", [])).unwrap();
        let written = written.lock().unwrap().clone();
        Settled { written, change }
    }

    fn why(settled: &Settled) -> Option<String> {
        assert!(settled.written.is_none());
        match settled.change.events() {
            [] => None,
            [Event::PaymentNeedsReview { trouble: PaymentTrouble::UnmatchedPayment, reference_id, details, .. }] => {
                assert_eq!(reference_id, "cs_1");
                Some(details["why"].as_str().unwrap().to_owned())
            }
            other => panic!("{other:?}"),
        }
    }

    fn with(state: SessionState, payment: PaymentState) -> CheckoutSession {
        CheckoutSession { state, payment, ..samples::session() }
    }

    #[test]
    fn the_session_of_a_purchase_completes_it() {
        let settled = settle(Some(samples::purchase()), &samples::paid_session(), true);
        let paid = settled.written.unwrap();
        assert_eq!((paid.status, paid.payment_intent.as_deref()), (PurchaseStatus::Completed, Some("pi_1")));
        assert_eq!(settled.change.output().as_ref().unwrap(), &paid);
    }

    #[test]
    fn an_event_that_was_taken_before_changes_nothing() {
        let settled = settle(Some(samples::purchase()), &samples::paid_session(), false);
        assert!(settled.written.is_none() && settled.change.events().is_empty());
        assert_eq!(settled.change.output().as_ref().unwrap().status, PurchaseStatus::Pending);
    }

    #[test]
    fn when_the_answer_to_the_opening_was_lost_the_reference_counts() {
        let unanswered = Purchase { session_id: None, checkout_url: None, ..samples::purchase() };
        let paid = settle(Some(unanswered.clone()), &samples::paid_session(), true).written.unwrap();
        assert_eq!((paid.status, paid.session_id.as_deref()), (PurchaseStatus::Completed, Some("cs_1")));
        let open = settle(Some(unanswered), &samples::session(), true).written.unwrap();
        assert_eq!((open.status, open.session_id.as_deref()), (PurchaseStatus::Pending, Some("cs_1")));
    }

    #[test]
    fn a_foreign_session_completes_no_purchase_and_is_reported() {
        let paid = samples::paid_session();
        let of = |before: Purchase, session: CheckoutSession| why(&settle(Some(before), &session, true));
        let other = Purchase { session_id: Some("cs_2".into()), ..samples::purchase() };
        assert_eq!(of(other, paid.clone()).unwrap(), "another session was opened for this purchase");
        for amount in [998, 1000, 1] {
            let session = CheckoutSession { amount: Some(amount), ..paid.clone() };
            assert_eq!(of(samples::purchase(), session).unwrap(), "another amount was paid");
        }
        let yen = CheckoutSession { currency: Some("jpy".into()), ..paid.clone() };
        assert_eq!(of(samples::purchase(), yen).unwrap(), "another currency was paid");
        for session in [
            CheckoutSession { amount: None, ..paid.clone() },
            CheckoutSession { currency: None, ..paid.clone() },
            CheckoutSession { amount: None, currency: None, ..paid.clone() },
        ] {
            assert_eq!(of(samples::purchase(), session).unwrap(), "the amount is not said");
        }
        assert_eq!(why(&settle(None, &paid, true)).unwrap(), "no such purchase");
        assert_eq!(why(&settle(None, &paid, false)), None, "reported once");
    }

    #[test]
    fn a_session_of_somebody_else_is_left_alone() {
        let foreign = CheckoutSession { reference: None, ..samples::paid_session() };
        let settled = settle(None, &foreign, true);
        assert_eq!((why(&settled), settled.change.output()), (None, &None));
        assert_eq!(why(&settle(None, &samples::session(), true)), None, "nothing was paid");
        let unpaid = CheckoutSession { amount: Some(1), ..samples::session() };
        assert_eq!(why(&settle(Some(samples::purchase()), &unpaid, true)), None, "nothing was paid");
    }

    #[test]
    fn what_is_not_paid_is_under_way_or_over_and_over_is_the_last_word() {
        use {CheckoutStatus as Status, PaymentState as Payment, SessionState as State};
        let after = |checkout, state, payment| {
            let before = Purchase { checkout, ..samples::purchase() };
            let settled = settle(Some(before), &with(state, payment), true);
            settled.change.output().as_ref().unwrap().checkout
        };
        for (checkout, state, payment, expected) in [
            (Status::Open, State::Open, Payment::Unpaid, Status::Open),
            (Status::Open, State::Complete, Payment::Unpaid, Status::Processing),
            (Status::Open, State::Expired, Payment::Unpaid, Status::Over),
            (Status::Open, State::Complete, Payment::Failed, Status::Over),
            (Status::Processing, State::Open, Payment::Unpaid, Status::Processing),
            (Status::Processing, State::Complete, Payment::Failed, Status::Over),
            (Status::Over, State::Complete, Payment::Unpaid, Status::Over),
            (Status::Over, State::Open, Payment::Unpaid, Status::Over),
        ] {
            assert_eq!(after(checkout, state, payment), expected, "{checkout:?} {state:?} {payment:?}");
        }
        let paid =
            settle(Some(Purchase { checkout: Status::Over, ..samples::purchase() }), &samples::paid_session(), true);
        assert_eq!(paid.written.unwrap().status, PurchaseStatus::Completed);
    }

    #[test]
    fn what_is_paid_stays_paid_whatever_is_told_later() {
        for status in [PurchaseStatus::Completed, PurchaseStatus::Refunding, PurchaseStatus::Refunded] {
            let before = Purchase { status, ..samples::paid() };
            for session in [samples::paid_session(), with(SessionState::Expired, PaymentState::Unpaid)] {
                let settled = settle(Some(before.clone()), &session, true);
                assert!(settled.written.is_none() && settled.change.records().is_empty());
                assert_eq!(settled.change.output().as_ref().unwrap(), &before);
            }
        }
    }
}
