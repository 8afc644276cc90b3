//! What the provider says of refunds, in whatever order it does.

use aedile_kernel::mock::context_of;
use aedile_kernel::{Change, Command, Event, PaymentTrouble, Reference, Result};

use super::model::{Refund, RefundId, RefundStatus};
use super::samples::{SharedBooks, pending, reference};
use super::{SettleCharge, SettleRefund};
use crate::payments::{ChargeReport, ProviderRefundStatus as Status, RefundReport};
use crate::purchases::samples::{paid, purchase};
use crate::purchases::{Purchase, PurchaseStatus};

pub(super) const NOTHING: [i64; 3] = [0; 3];
pub(super) const EVERYTHING: [i64; 3] = [-8_490_000, -1_500_000, 9_990_000];

#[test]
fn a_refund_is_recorded_when_it_changed_and_not_otherwise() {
    let books = SharedBooks::of(paid(), vec![pending()]);
    let recorded = |known: &[Refund]| {
        let change = super::report::record(&mut books.port(), &paid(), known).unwrap();
        change.records().iter().map(|record| record.old_values.is_some()).collect::<Vec<_>>()
    };
    assert_eq!(recorded(&[pending()]), [false; 0]);
    assert_eq!(recorded(&[Refund { unanswered: 7, ..pending() }]), [true]);
    assert_eq!(recorded(&[]), [false]);
}

pub(super) fn refunding() -> Purchase {
    Purchase { status: PurchaseStatus::Refunding, ..paid() }
}

/// A report of our refund.
pub(super) fn ours(status: Status) -> RefundReport {
    RefundReport {
        id: "re_1".into(),
        payment_intent: Some("pi_1".into()),
        reference: Some(reference(1)),
        amount: 999,
        status,
    }
}

/// A report of a refund that somebody made with the provider itself.
pub(super) fn by_hand(id: &str, amount: i64, status: Status) -> RefundReport {
    RefundReport { id: id.into(), reference: None, amount, ..ours(status) }
}

pub(super) fn charge(refunded: i64, refunds: Vec<RefundReport>) -> ChargeReport {
    ChargeReport {
        payment_intent: "pi_1".into(),
        reference: Some(reference(0)),
        amount: Some(999),
        currency: Some("usd".into()),
        refunded,
        refunds,
    }
}

pub(super) fn settle(books: &SharedBooks, event: &str, report: RefundReport) -> Change<Option<Purchase>> {
    let settle = SettleRefund { event_id: Some(event.to_owned()), report };
    settle.run(&mut books.port(), &context_of("system", [])).unwrap()
}

pub(super) fn settle_charge(books: &SharedBooks, event: &str, report: ChargeReport) -> Change<Option<Purchase>> {
    try_charge(books, event, report).unwrap()
}

pub(super) fn try_charge(books: &SharedBooks, event: &str, report: ChargeReport) -> Result<Change<Option<Purchase>>> {
    SettleCharge { event_id: event.to_owned(), report }.run(&mut books.port(), &context_of("system", []))
}

pub(super) fn states(books: &SharedBooks) -> (PurchaseStatus, i64, bool) {
    let purchase = books.purchase();
    (purchase.status, purchase.refunded_cents, books.has_licence())
}

pub(super) fn is_refunded(change: &Change<Option<Purchase>>) -> bool {
    change.events().iter().any(|event| matches!(event, Event::PurchaseRefunded { purchase: 7, .. }))
}

pub(super) fn has_failed(change: &Change<Option<Purchase>>) -> bool {
    change.events().iter().any(|event| match event {
        Event::PaymentNeedsReview { trouble: PaymentTrouble::RefundFailed, reference_id, details, .. } => {
            assert_eq!((reference_id.as_str(), &details["amount_cents"]), ("7", &999.into()));
            true
        }
        _ => false,
    })
}

#[test]
fn a_refund_that_succeeds_gives_everything_back_once() {
    let books = SharedBooks::of(refunding(), vec![pending()]);
    let change = settle(&books, "evt_1", ours(Status::Succeeded));
    assert!(is_refunded(&change) && !has_failed(&change));
    assert_eq!(change.records()[0].action, Some("refund.settle"));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Refunded, 999, false), EVERYTHING));
    let refund = books.refund(1);
    assert_eq!(
        (refund.status, refund.provider_id.as_deref(), refund.unanswered),
        (RefundStatus::Succeeded, Some("re_1"), 0)
    );
    for (event, report) in
        [("evt_1", ours(Status::Failed)), ("evt_2", ours(Status::Succeeded)), ("evt_3", ours(Status::Pending))]
    {
        let again = settle(&books, event, report);
        assert!(again.records().is_empty() && again.events().is_empty(), "{event}");
    }
    let total = settle_charge(&books, "evt_4", charge(999, vec![]));
    assert!(total.records().is_empty() && total.events().is_empty());
    assert_eq!((books.sums(), books.refunds().len()), (EVERYTHING, 1));
}

#[test]
fn a_refund_that_is_under_way_only_gets_its_name() {
    for status in [Status::Pending, Status::RequiresAction] {
        let books = SharedBooks::of(refunding(), vec![pending()]);
        let change = settle(&books, "evt_1", ours(status));
        assert_eq!((change.records().len(), books.refund(1).provider_id.as_deref()), (1, Some("re_1")));
        assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Refunding, 0, true), NOTHING));
        let _ = settle(&books, "evt_2", by_hand("re_9", 400, status));
        assert_eq!(books.refunds().len(), 1, "one by hand counts once it is made");
    }
}

#[test]
fn a_refund_that_fails_leaves_the_purchase_and_is_told() {
    for status in [Status::Failed, Status::Canceled] {
        let books = SharedBooks::of(refunding(), vec![pending()]);
        let change = settle(&books, "evt_1", ours(status));
        assert!(has_failed(&change) && !is_refunded(&change));
        assert_eq!(books.refund(1).status, RefundStatus::Failed);
        assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Completed, 0, true), NOTHING));
        let again = settle(&books, "evt_2", ours(status));
        assert!(again.events().is_empty() && again.records().is_empty());
    }
}

#[test]
fn a_refund_that_fails_later_gives_earnings_and_licence_back() {
    let books = SharedBooks::of(refunding(), vec![pending()]);
    let _ = settle(&books, "evt_1", ours(Status::Succeeded));
    let change = settle(&books, "evt_2", ours(Status::Failed));
    assert!(has_failed(&change) && !is_refunded(&change));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Completed, 0, true), NOTHING));
    // Late news of its success, and of the sum before it failed, change nothing.
    let _ = settle(&books, "evt_3", ours(Status::Succeeded));
    let _ = settle_charge(&books, "evt_4", charge(999, vec![]));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Completed, 0, true), NOTHING));
    assert_eq!(books.refunds().len(), 1);
}

#[test]
fn a_failure_that_comes_first_is_the_last_word() {
    let books = SharedBooks::of(refunding(), vec![pending()]);
    let _ = settle(&books, "evt_1", ours(Status::Failed));
    let _ = settle(&books, "evt_2", ours(Status::Succeeded));
    let _ = settle_charge(&books, "evt_3", charge(999, vec![]));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Completed, 0, true), NOTHING));
    let by_hand_too = SharedBooks::of(paid(), vec![]);
    let change = settle(&by_hand_too, "evt_1", by_hand("re_9", 999, Status::Failed));
    assert!(change.events().is_empty(), "nobody here asked for it");
    let _ = settle(&by_hand_too, "evt_2", by_hand("re_9", 999, Status::Succeeded));
    assert_eq!((states(&by_hand_too), by_hand_too.sums()), ((PurchaseStatus::Completed, 0, true), NOTHING));
}

#[test]
fn a_withdrawn_refund_that_was_made_after_all_counts() {
    let withdrawn = Refund { status: RefundStatus::Withdrawn, ..pending() };
    let books = SharedBooks::of(paid(), vec![withdrawn.clone()]);
    let _ = settle(&books, "evt_1", ours(Status::Succeeded));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Refunded, 999, false), EVERYTHING));
}

#[test]
fn a_part_leaves_the_licence_and_what_is_left() {
    let part = Refund { amount_cents: 333, ..pending() };
    let books = SharedBooks::of(refunding(), vec![part]);
    let _ = settle(&books, "evt_1", RefundReport { amount: 333, ..ours(Status::Succeeded) });
    assert_eq!(
        (states(&books), books.sums()),
        ((PurchaseStatus::Completed, 333, true), [-2_830_000, -500_000, 3_330_000])
    );
    let another = Refund { id: RefundId(2), reference: reference(2), ordinal: 2, amount_cents: 100, ..pending() };
    books.look().refunds.push(another);
    let _ = settle(&books, "evt_2", by_hand("re_9", 66, Status::Succeeded));
    assert_eq!(states(&books), (PurchaseStatus::Refunding, 399, true), "another one is under way");
}

#[test]
fn a_refund_that_an_earlier_version_asked_for_is_known_by_its_amount() {
    let unnamed = Refund { reference: Reference::stored("7".into()), amount_cents: 400, ..pending() };
    for (amount, refunds) in [(400, 1), (399, 2)] {
        let books = SharedBooks::of(refunding(), vec![unnamed.clone()]);
        let _ = settle(&books, "evt_1", by_hand("re_1", amount, Status::Succeeded));
        assert_eq!((books.refunds().len(), states(&books).1), (refunds, amount));
    }
    let books = SharedBooks::of(refunding(), vec![Refund { amount_cents: 400, ..pending() }]);
    let _ = settle(&books, "evt_1", by_hand("re_9", 400, Status::Succeeded));
    assert_eq!(books.refunds().len(), 2, "ours would carry its reference");
}

#[test]
fn an_event_counts_once() {
    let books = SharedBooks::of(paid(), vec![]);
    let _ = settle_charge(&books, "evt_1", charge(300, vec![]));
    let _ = settle_charge(&books, "evt_1", charge(400, vec![]));
    assert_eq!(states(&books).1, 300);
    let asked = SettleRefund { event_id: None, report: by_hand("re_9", 300, Status::Succeeded) };
    for _ in 0..2 {
        let _ = asked.run(&mut books.port(), &context_of("system", [])).unwrap();
    }
    assert_eq!((states(&books).1, books.events().len()), (300, 2));
}

#[test]
fn a_refund_is_found_by_its_name_its_reference_or_its_payment() {
    let unknown = |change: fn(&mut RefundReport)| {
        let mut report = ours(Status::Succeeded);
        change(&mut report);
        let books = SharedBooks::of(refunding(), vec![Refund { provider_id: Some("re_1".into()), ..pending() }]);
        let change = settle(&books, "evt_1", report);
        (change.output().is_some(), books.refund(1).status)
    };
    type Change = fn(&mut RefundReport);
    let by_name: Change = |report| (report.reference, report.payment_intent) = (None, None);
    let by_reference: Change = |report| (report.id, report.payment_intent) = ("re_2".into(), None);
    let by_payment: Change = |report| (report.id, report.reference) = ("re_2".into(), None);
    let by_nothing: Change = |report| {
        *report =
            RefundReport { id: "re_2".into(), reference: Some(reference(9)), payment_intent: None, ..report.clone() }
    };
    assert_eq!(unknown(by_name), (true, RefundStatus::Succeeded));
    assert_eq!(unknown(by_reference), (true, RefundStatus::Succeeded));
    assert_eq!(unknown(by_payment), (true, RefundStatus::Pending), "another refund of the same payment");
    assert_eq!(unknown(by_nothing), (false, RefundStatus::Pending));
}

#[test]
fn a_refund_of_what_is_not_paid_as_far_as_we_know_is_left_for_later() {
    let unpaid = Purchase { payment_intent: Some("pi_1".into()), ..purchase() };
    let books = SharedBooks::of(unpaid.clone(), vec![]);
    let change = settle(&books, "evt_1", by_hand("re_9", 400, Status::Succeeded));
    assert!(change.output().is_none() && books.events().is_empty());
    assert_eq!(books.purchase(), unpaid);
}
