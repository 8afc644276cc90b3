//! What the provider says of refunds, in whatever order it does.

use aedile_kernel::mock::context_of;
use aedile_kernel::{Change, Command, Event, PaymentTrouble, Reference, Result};

use super::model::{Refund, RefundId, RefundStatus};
use super::samples::{SharedBooks, pending, reference};
use super::{SettleCharge, SettleRefund};
use crate::payments::{ChargeReport, ProviderRefundStatus as Status, RefundReport};
use crate::purchases::samples::{paid, purchase};
use crate::purchases::{Purchase, PurchaseStatus};

const NOTHING: [i64; 3] = [0; 3];
const EVERYTHING: [i64; 3] = [-8_490_000, -1_500_000, 9_990_000];

fn refunding() -> Purchase {
    Purchase { status: PurchaseStatus::Refunding, ..paid() }
}

/// A report of our refund.
fn ours(status: Status) -> RefundReport {
    RefundReport {
        id: "re_1".into(),
        payment_intent: Some("pi_1".into()),
        reference: Some(reference(1)),
        amount: 999,
        status,
    }
}

/// A report of a refund that somebody made with the provider itself.
fn by_hand(id: &str, amount: i64, status: Status) -> RefundReport {
    RefundReport { id: id.into(), reference: None, amount, ..ours(status) }
}

fn charge(refunded: i64, refunds: Vec<RefundReport>) -> ChargeReport {
    ChargeReport {
        payment_intent: "pi_1".into(),
        reference: Some(reference(0)),
        amount: Some(999),
        currency: Some("usd".into()),
        refunded,
        refunds,
    }
}

fn settle(books: &SharedBooks, event: &str, report: RefundReport) -> Change<Option<Purchase>> {
    let settle = SettleRefund { event_id: Some(event.to_owned()), report };
    settle.run(&mut books.port(), &context_of("system", [])).unwrap()
}

fn settle_charge(books: &SharedBooks, event: &str, report: ChargeReport) -> Change<Option<Purchase>> {
    try_charge(books, event, report).unwrap()
}

fn try_charge(books: &SharedBooks, event: &str, report: ChargeReport) -> Result<Change<Option<Purchase>>> {
    SettleCharge { event_id: event.to_owned(), report }.run(&mut books.port(), &context_of("system", []))
}

fn states(books: &SharedBooks) -> (PurchaseStatus, i64, bool) {
    let purchase = books.purchase();
    (purchase.status, purchase.refunded_cents, books.has_licence())
}

fn is_refunded(change: &Change<Option<Purchase>>) -> bool {
    change.events().iter().any(|event| matches!(event, Event::PurchaseRefunded { purchase: 7, .. }))
}

fn has_failed(change: &Change<Option<Purchase>>) -> bool {
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
fn refunds_made_with_the_provider_count_once_whether_named_or_summed() {
    // A sum of both, then one after the other by name, and the other way round.
    let total = || charge(700, vec![]);
    let (one, other) = (by_hand("re_8", 300, Status::Succeeded), by_hand("re_9", 400, Status::Succeeded));
    let orders: [&[&str]; 4] =
        [&["sum", "one", "other"], &["one", "sum", "other"], &["one", "other", "sum"], &["other", "sum", "one", "sum"]];
    for order in orders {
        let books = SharedBooks::of(paid(), vec![]);
        for (number, step) in order.iter().enumerate() {
            let event = format!("evt_{number}");
            match *step {
                "sum" => drop(settle_charge(&books, &event, total())),
                "one" => drop(settle(&books, &event, one.clone())),
                _ => drop(settle(&books, &event, other.clone())),
            }
        }
        assert_eq!(states(&books), (PurchaseStatus::Completed, 700, true), "{order:?}");
        let mut named: Vec<_> =
            books.refunds().iter().map(|refund| (refund.provider_id.clone(), refund.amount_cents)).collect();
        named.sort();
        assert_eq!(named, [(Some("re_8".into()), 300), (Some("re_9".into()), 400)], "{order:?}");
        let ordinals: Vec<i64> = books.refunds().iter().map(|refund| refund.ordinal).collect();
        assert_eq!(ordinals, [1, 2], "{order:?}");
        let _ = settle(&books, "evt_failed", by_hand("re_9", 400, Status::Failed));
        assert_eq!(states(&books), (PurchaseStatus::Completed, 300, true), "{order:?}");
    }
}

#[test]
fn a_sum_counts_our_refund_first_and_the_rest_as_made_by_hand() {
    let known = Refund { amount_cents: 400, provider_id: Some("re_1".into()), unanswered: 0, ..pending() };
    for (total, ours_is, refunds) in
        [(399, RefundStatus::Pending, 2), (400, RefundStatus::Succeeded, 1), (500, RefundStatus::Succeeded, 2)]
    {
        let books = SharedBooks::of(refunding(), vec![known.clone()]);
        let _ = settle_charge(&books, "evt_1", charge(total, vec![]));
        assert_eq!((books.refund(1).status, books.refunds().len()), (ours_is, refunds), "{total}");
        assert_eq!(books.purchase().refunded_cents, total);
    }
}

#[test]
fn while_ours_may_have_been_heard_a_sum_means_it_or_nothing() {
    let unheard = Refund { amount_cents: 400, ..pending() };
    for (total, ours_is, given) in
        [(399, RefundStatus::Pending, 0), (400, RefundStatus::Succeeded, 400), (500, RefundStatus::Pending, 0)]
    {
        let books = SharedBooks::of(refunding(), vec![unheard.clone()]);
        let _ = settle_charge(&books, "evt_1", charge(total, vec![]));
        assert_eq!((books.refund(1).status, books.refunds().len()), (ours_is, 1), "{total}");
        assert_eq!(books.purchase().refunded_cents, given, "{total}");
    }
    let unasked = Refund { unanswered: 0, ..unheard };
    let books = SharedBooks::of(refunding(), vec![unasked]);
    let _ = settle_charge(&books, "evt_1", charge(400, vec![]));
    assert_eq!((books.refund(1).status, books.refunds().len()), (RefundStatus::Pending, 2), "nobody asked for it");
}

#[test]
fn a_sum_that_was_taken_for_ours_is_given_to_the_one_that_is_named() {
    let books = SharedBooks::of(refunding(), vec![Refund { amount_cents: 400, ..pending() }]);
    let _ = settle_charge(&books, "evt_1", charge(400, vec![]));
    assert_eq!(states(&books), (PurchaseStatus::Completed, 400, true));
    let _ = settle(&books, "evt_2", by_hand("re_9", 400, Status::Succeeded));
    assert_eq!(states(&books), (PurchaseStatus::Refunding, 400, true), "what became of ours is open again");
    assert!(books.refund(1).status == RefundStatus::Pending && books.refund(1).may_be_heard());
    assert_eq!(books.refund(2).provider_id.as_deref(), Some("re_9"));
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
fn a_listed_refund_is_applied_by_its_name() {
    let books = SharedBooks::of(refunding(), vec![Refund { amount_cents: 400, ..pending() }]);
    let listed = vec![RefundReport { amount: 400, ..ours(Status::Succeeded) }, by_hand("re_9", 100, Status::Succeeded)];
    let _ = settle_charge(&books, "evt_1", charge(500, listed.clone()));
    assert_eq!(states(&books), (PurchaseStatus::Completed, 500, true));
    assert_eq!(books.refunds().len(), 2);
    let _ = settle_charge(&books, "evt_2", charge(500, listed));
    assert_eq!((states(&books).1, books.refunds().len()), (500, 2));
}

#[test]
fn what_was_given_back_was_paid_though_the_news_of_that_comes_later() {
    let books = SharedBooks::of(purchase(), vec![]);
    let _ = settle_charge(&books, "evt_1", charge(999, vec![]));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Refunded, 999, false), NOTHING));
    assert_eq!(books.purchase().payment_intent.as_deref(), Some("pi_1"));
}

#[test]
fn a_payment_that_is_not_the_purchases_own_changes_nothing() {
    let other = |change: fn(&mut ChargeReport)| {
        let mut report = charge(999, vec![]);
        change(&mut report);
        report
    };
    let foreign = [
        other(|report| report.amount = Some(998)),
        other(|report| report.amount = None),
        other(|report| report.currency = Some("jpy".into())),
        other(|report| report.currency = None),
        other(|report| report.reference = Some(reference(5))),
        other(|report| report.reference = None),
    ];
    for report in foreign {
        let books = SharedBooks::of(purchase(), vec![]);
        let change = settle_charge(&books, "evt_1", report.clone());
        assert!(change.output().is_none() && books.events().is_empty(), "{report:?}");
        assert_eq!(books.purchase(), purchase());
    }
    // Another payment with the reference of a purchase that has one.
    let books = SharedBooks::of(paid(), vec![]);
    let _ = settle_charge(&books, "evt_1", other(|report| report.payment_intent = "pi_2".into()));
    assert_eq!(books.purchase(), paid());
    // The purchase's own payment needs no proof.
    let _ = settle_charge(
        &books,
        "evt_1",
        other(|report| (report.amount, report.currency, report.reference) = (None, None, None)),
    );
    assert_eq!(states(&books).1, 999);
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
fn no_more_is_counted_than_was_paid() {
    let books = SharedBooks::of(paid(), vec![]);
    let _ = settle(&books, "evt_1", by_hand("re_8", 600, Status::Succeeded));
    let _ = settle(&books, "evt_2", by_hand("re_9", 600, Status::Succeeded));
    let _ = settle(&books, "evt_3", by_hand("re_10", 1, Status::Succeeded));
    let _ = settle_charge(&books, "evt_4", charge(5_000, vec![]));
    assert_eq!((states(&books), books.sums()), ((PurchaseStatus::Refunded, 999, false), EVERYTHING));
    assert_eq!(books.refunds().iter().map(|refund| refund.amount_cents).collect::<Vec<_>>(), [600, 399]);
}

#[test]
fn what_a_lost_dispute_gave_back_is_no_refund_of_the_providers_sum() {
    let lost = Refund {
        amount_cents: 500,
        status: RefundStatus::Succeeded,
        provider_id: Some("du_1".into()),
        by_dispute: true,
        asked_at: None,
        ..pending()
    };
    let books = SharedBooks::of(Purchase { refunded_cents: 500, ..paid() }, vec![lost]);
    let _ = settle_charge(&books, "evt_1", charge(400, vec![]));
    assert_eq!((states(&books).1, books.refunds().len()), (900, 2));
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
