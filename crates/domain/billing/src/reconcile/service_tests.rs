//! What is asked about what waits, and what is written down.

use std::sync::{Arc, Mutex};

use aedile_kernel::mock::{self, MockStore, NOW};
use aedile_kernel::{Epochs, Timestamp};

use super::super::port::MockDrift;
use super::*;
use crate::payments::{CheckoutSession, MockPayments, PaymentState, SessionState};
use crate::purchases::samples::{paid, paid_session, purchase, session};
use crate::refunds::issue_tests::operations as refund_operations;
use crate::refunds::samples::{SharedBooks, pending};
use crate::refunds::{Refund, RefundStatus};
use crate::test_support::now;

fn payment_operations(books: &SharedBooks) -> Operations {
    use aedile_kernel::Registry;

    use crate::purchases::{Purchases, SettleCheckout};
    let store: MockStore<dyn Purchases> = MockStore::new(Box::new(books.port()));
    let runner = mock::runner(store, &Arc::new(Epochs::default()));
    let mut registry = Registry::default();
    registry.internal_command::<SettleCheckout>();
    registry.bind(&Arc::new(runner))
}

fn of_payment(found: Result<CheckoutSession, PaymentError>) -> (Vec<Mended>, SharedBooks) {
    let books = SharedBooks::of(purchase(), vec![]);
    let mut payments = MockPayments::new();
    payments.expect_find_checkout().withf(|id| id == "cs_1").return_once(move |_| found);
    let waiting = Waiting { unpaid: vec![purchase()], unsettled: vec![] };
    (now(reconcile(&payment_operations(&books), &payments, waiting)).unwrap(), books)
}

#[test]
fn a_payment_is_paid_over_open_or_not_said() {
    let id = purchase().id;
    let (mended, books) = of_payment(Ok(paid_session()));
    assert_eq!((mended, books.purchase().status), (vec![Mended::Paid(id)], PurchaseStatus::Completed));
    let expired = CheckoutSession { state: SessionState::Expired, ..session() };
    let (mended, books) = of_payment(Ok(expired));
    assert_eq!((mended, books.purchase().checkout), (vec![Mended::Over(id)], CheckoutStatus::Over));
    for found in
        [session(), CheckoutSession { state: SessionState::Complete, payment: PaymentState::Unpaid, ..session() }]
    {
        let (mended, books) = of_payment(Ok(found));
        assert_eq!((mended, books.purchase().status), (vec![], PurchaseStatus::Pending));
    }
    assert_eq!(of_payment(Err(PaymentError::Refused("no such session".into()))).0, []);
    for error in [PaymentError::NotReached("x".into()), PaymentError::Uncertain("x".into())] {
        assert_eq!(of_payment(Err(error)).0, [Mended::Unknown(id)]);
    }
}

fn of_refund(
    refund: Refund,
    lookup: Result<Option<ProviderRefund>, PaymentError>,
    request: Option<Result<ProviderRefund, PaymentError>>,
) -> (Mended, SharedBooks) {
    let books = SharedBooks::of(Purchase { status: PurchaseStatus::Refunding, ..paid() }, vec![refund.clone()]);
    let mut payments = MockPayments::new();
    payments.expect_find_refund().return_once(move |_, _| lookup);
    let (times, request) = (usize::from(request.is_some()), Mutex::new(request));
    payments.expect_refund().times(times).returning(move |_| request.lock().unwrap().take().unwrap());
    let order = refund.order("pi_1".into());
    let waiting = Waiting { unpaid: vec![], unsettled: vec![Refunding { refund, order, is_new: false }] };
    let mended = now(reconcile(&refund_operations(&books), &payments, waiting)).unwrap();
    assert_eq!(mended.len(), 1);
    (mended[0].clone(), books)
}

fn told(status: ProviderRefundStatus) -> ProviderRefund {
    ProviderRefund { id: "re_1".into(), status }
}

#[test]
fn a_refund_settles_by_what_the_provider_says_of_it() {
    use {ProviderRefundStatus as Said, PurchaseStatus as Purchased, RefundStatus as Is};
    let id = purchase().id;
    for (said, mended, refund, purchased) in [
        (Said::Succeeded, Mended::Refunded(id), Is::Succeeded, Purchased::Refunded),
        (Said::Failed, Mended::Failed(id), Is::Failed, Purchased::Completed),
        (Said::Canceled, Mended::Failed(id), Is::Failed, Purchased::Completed),
        (Said::Pending, Mended::Unknown(id), Is::Pending, Purchased::Refunding),
        (Said::RequiresAction, Mended::Unknown(id), Is::Pending, Purchased::Refunding),
    ] {
        for named in [None, Some("re_1".to_owned())] {
            let (found, books) = of_refund(Refund { provider_id: named, ..pending() }, Ok(Some(told(said))), None);
            assert_eq!((found, books.refund(1).status), (mended.clone(), refund), "{said:?}");
            assert_eq!(books.purchase().status, purchased, "{said:?}");
        }
        let (found, books) = of_refund(pending(), Ok(None), Some(Ok(told(said))));
        assert_eq!((found, books.refund(1).status), (mended, refund), "requested: {said:?}");
    }
}

#[test]
fn a_refund_that_the_provider_does_not_do_is_withdrawn_or_stays_open() {
    let id = purchase().id;
    let refused = || Some(Err(PaymentError::Refused("no".into())));
    assert_eq!(of_refund(pending(), Ok(None), refused()).0, Mended::Unknown(id), "an earlier one may have been heard");
    let asked_at = Some(Timestamp::from_micros(NOW).plus_seconds(-4_000));
    let (found, books) = of_refund(Refund { asked_at, ..pending() }, Ok(None), refused());
    assert_eq!((found, books.purchase().status), (Mended::Withdrawn(id), PurchaseStatus::Completed));
    let (found, books) = of_refund(pending(), Err(PaymentError::Uncertain("x".into())), None);
    assert_eq!((found, books.refund(1)), (Mended::Unknown(id), pending()));
}

#[test]
fn a_refund_that_was_settled_meanwhile_is_left_alone() {
    let settled = Refund { status: RefundStatus::Succeeded, ..pending() };
    let books = SharedBooks::of(paid(), vec![settled.clone()]);
    let mut payments = MockPayments::new();
    payments.expect_find_refund().return_once(|_, _| Ok(None));
    let order = settled.order("pi_1".into());
    let waiting = Waiting { unpaid: vec![], unsettled: vec![Refunding { refund: pending(), order, is_new: false }] };
    let mended = now(reconcile(&refund_operations(&books), &payments, waiting)).unwrap();
    assert_eq!((mended, books.refund(1)), (vec![], settled));
}

#[test]
fn everything_or_what_is_due_is_found_once_it_is_old_enough() {
    let old_enough = Timestamp::from_micros(NOW).plus_seconds(-60);
    let runner = |due: bool, found: Vec<Purchase>| {
        let mut drift = MockDrift::new();
        let present = due.then(|| Timestamp::from_micros(NOW));
        let times = usize::from(due && !found.is_empty());
        drift
            .expect_list_unpaid()
            .times(1)
            .withf(move |before, now, limit| (*before, *now, *limit) == (old_enough, present, 1_000))
            .return_once(move |_, _, _| Ok(found));
        drift
            .expect_list_unsettled()
            .times(1)
            .withf(move |before, limit| (*before, *limit) == (old_enough, 1_000))
            .return_once(|_, _| Ok(vec![]));
        drift
            .expect_set_asked()
            .times(times)
            .withf(|ids, now| ids == [purchase().id] && now.as_micros() == NOW)
            .returning(|_, _| Ok(()));
        let store: MockStore<dyn Drift> = MockStore::new(Box::new(drift));
        mock::runner(store, &Arc::new(Epochs::default()))
    };
    assert_eq!(now(runner(false, vec![purchase()]).find_drift(60)).unwrap().unpaid, [purchase()]);
    assert_eq!(now(runner(true, vec![purchase()]).find_due_drift(60)).unwrap().unpaid, [purchase()]);
    assert!(now(runner(true, vec![]).find_due_drift(60)).unwrap().unpaid.is_empty());
}
