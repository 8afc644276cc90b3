//! What the provider says of refunded payments: by sums, by lists, and beside what it says of each refund.

use aedile_kernel::Change;
use serde_json::{Value, json};

use super::model::{Refund, RefundStatus};
use super::samples::{SharedBooks, pending, reference};
use super::settle_tests::{EVERYTHING, NOTHING, by_hand, charge, ours, refunding, settle, settle_charge, states};
use crate::payments::{ChargeReport, ProviderRefundStatus as Status, RefundReport};
use crate::purchases::samples::{paid, purchase};
use crate::purchases::{Purchase, PurchaseStatus};

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
    for (total, ours_is, refunds, given) in [
        (399, RefundStatus::Pending, 1, 0),
        (400, RefundStatus::Succeeded, 1, 400),
        (500, RefundStatus::Succeeded, 2, 500),
    ] {
        let books = SharedBooks::of(refunding(), vec![known.clone()]);
        let _ = settle_charge(&books, "evt_1", charge(total, vec![]));
        assert_eq!((books.refund(1).status, books.refunds().len()), (ours_is, refunds), "{total}");
        assert_eq!(books.purchase().refunded_cents, given);
    }
}

#[test]
fn while_ours_may_have_been_heard_a_sum_tells_only_what_is_beyond_it() {
    let unheard = Refund { amount_cents: 400, ..pending() };
    for (total, beyond) in [(399, 0), (400, 0), (500, 100)] {
        let books = SharedBooks::of(refunding(), vec![unheard.clone()]);
        let _ = settle_charge(&books, "evt_1", charge(total, vec![]));
        assert_eq!((states(&books), books.refund(1)), ((PurchaseStatus::Refunding, beyond, true), unheard.clone()));
        // Another one of the same amount, and then ours: each counts once.
        let _ = settle(&books, "evt_2", by_hand("re_9", 400, Status::Succeeded));
        let _ = settle(&books, "evt_3", RefundReport { amount: 400, ..ours(Status::Succeeded) });
        assert_eq!(states(&books), (PurchaseStatus::Completed, 800, true), "{total}");
    }
    let unasked = Refund { unanswered: 0, ..unheard };
    let books = SharedBooks::of(refunding(), vec![unasked]);
    let _ = settle_charge(&books, "evt_1", charge(400, vec![]));
    assert_eq!((books.refund(1).status, books.refunds().len()), (RefundStatus::Pending, 2), "nobody asked for it");
}

/// What a change records of refunds: their amounts and statuses before and after.
fn recorded(change: &Change<Option<Purchase>>) -> Vec<(Value, Value)> {
    let of_refunds = change.records().iter().filter(|record| record.action.is_none());
    let values = |values: &Option<Value>| values.clone().unwrap_or(Value::Null);
    of_refunds
        .map(|record| {
            assert_eq!(record.resource_id, "7");
            (values(&record.old_values), values(&record.new_values))
        })
        .collect()
}

#[test]
fn a_refund_that_is_named_later_is_recorded() {
    let books = SharedBooks::of(paid(), vec![]);
    let summed = recorded(&settle_charge(&books, "evt_1", charge(700, vec![])));
    assert_eq!((summed.len(), &summed[0].0, &summed[0].1["amount_cents"]), (1, &Value::Null, &json!(700)));

    let first = recorded(&settle(&books, "evt_2", by_hand("re_8", 300, Status::Succeeded)));
    assert_eq!(first[0], (json!({"amount_cents": 700}), json!({"amount_cents": 400})), "what is left of the sum");
    assert_eq!((first.len(), &first[1].0, &first[1].1["provider_id"]), (2, &Value::Null, &json!("re_8")));

    let second = recorded(&settle(&books, "evt_3", by_hand("re_9", 400, Status::Succeeded)));
    assert_eq!(second, [(json!({"provider_id": null}), json!({"provider_id": "re_9"}))]);
    assert_eq!(recorded(&settle(&books, "evt_4", by_hand("re_9", 400, Status::Succeeded))), []);
}

#[test]
fn a_failed_refund_that_nobody_asked_for_here_is_recorded() {
    let books = SharedBooks::of(paid(), vec![]);
    let failed = settle(&books, "evt_1", by_hand("re_9", 400, Status::Failed));
    assert_eq!((recorded(&failed).len(), &recorded(&failed)[0].1["status"]), (1, &json!("failed")));
    assert!(failed.events().is_empty());
}

/// What the provider says next.
enum Told {
    Sum(i64),
    Name(RefundReport),
}

#[test]
fn refunds_count_once_in_whatever_order_their_sums_and_names_come() {
    use Told::{Name, Sum};
    let one = |status| Name(by_hand("re_8", 212, status));
    let other = |status| Name(by_hand("re_9", 45, status));
    // One that somebody else's system made.
    let third = RefundReport { reference: Some(reference(9)), ..by_hand("re_10", 150, Status::Succeeded) };
    let (good, open, bad) = (Status::Succeeded, Status::Pending, Status::Failed);
    let orders = [
        (vec![Sum(212), other(good), one(good), Sum(257)], 257),
        (vec![Sum(45), one(good), Sum(257), other(good)], 257),
        (vec![Sum(100), Sum(162), Name(third), other(good), one(good)], 407),
        (vec![Sum(100), Sum(257), one(good), other(good)], 257),
        // One fails, and some sums tell of it.
        (vec![Sum(257), one(bad), other(good)], 45),
        (vec![Sum(212), other(good), one(bad), Sum(45)], 45),
        (vec![Sum(212), other(open), one(bad), other(good)], 45),
        (vec![Sum(45), one(open), one(bad), other(good), Sum(257)], 45),
    ];
    for (number, (order, given)) in orders.into_iter().enumerate() {
        let books = SharedBooks::of(paid(), vec![]);
        for (step, told) in order.into_iter().enumerate() {
            let (event, before) = (format!("evt_{step}"), books.refunds());
            let change = match told {
                Name(report) => settle(&books, &event, report),
                Sum(total) => settle_charge(&books, &event, charge(total, vec![])),
            };
            assert_eq!(books.refunds() != before, !recorded(&change).is_empty(), "{number}: {step}");
        }
        assert_eq!(states(&books), (PurchaseStatus::Completed, given, true), "{number}");
        let counted = books.refunds().into_iter().filter(|refund| refund.status == RefundStatus::Succeeded);
        assert!(counted.clone().all(|refund| refund.provider_id.is_some()), "{number}");
        assert_eq!(counted.map(|refund| refund.amount_cents).sum::<i64>(), given, "{number}");
        assert_eq!(books.sums()[2], given * 10_000, "{number}");
    }
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
