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
fn while_ours_may_have_been_heard_a_sum_concludes_nothing() {
    let unheard = Refund { amount_cents: 400, ..pending() };
    for total in [399, 400, 500] {
        let books = SharedBooks::of(refunding(), vec![unheard.clone()]);
        let _ = settle_charge(&books, "evt_1", charge(total, vec![]));
        assert_eq!((states(&books), books.refunds()), ((PurchaseStatus::Refunding, 0, true), vec![unheard.clone()]));
        // Another one of the same amount, and then ours: each counts once.
        let _ = settle(&books, "evt_2", by_hand("re_9", 400, Status::Succeeded));
        let _ = settle(&books, "evt_3", RefundReport { amount: 400, ..ours(Status::Succeeded) });
        assert_eq!((states(&books), books.refunds().len()), ((PurchaseStatus::Completed, 800, true), 2), "{total}");
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

#[test]
fn refunds_count_once_in_whatever_order_their_sums_and_names_come() {
    let (one, other) = (by_hand("re_8", 212, Status::Succeeded), by_hand("re_9", 45, Status::Succeeded));
    // One that somebody else's system made.
    let third = RefundReport { reference: Some(reference(9)), ..by_hand("re_10", 150, Status::Succeeded) };
    type Steps<'a> = &'a [(i64, Option<&'a RefundReport>)];
    // Each step is a sum, or a name.
    let orders: [(Steps, i64); 4] = [
        (&[(212, None), (0, Some(&other)), (0, Some(&one)), (257, None)], 257),
        (&[(45, None), (0, Some(&one)), (257, None), (0, Some(&other))], 257),
        (&[(100, None), (162, None), (0, Some(&third)), (0, Some(&other)), (0, Some(&one))], 407),
        (&[(100, None), (257, None), (0, Some(&one)), (0, Some(&other))], 257),
    ];
    for (order, given) in orders {
        let books = SharedBooks::of(paid(), vec![]);
        for (number, (sum, report)) in order.iter().enumerate() {
            let (event, before) = (format!("evt_{number}"), books.refunds());
            let change = match report {
                Some(report) => settle(&books, &event, (*report).clone()),
                None => settle_charge(&books, &event, charge(*sum, vec![])),
            };
            assert_eq!(books.refunds() != before, !recorded(&change).is_empty(), "{order:?}: {number}");
        }
        assert_eq!(states(&books), (PurchaseStatus::Completed, given, true), "{order:?}");
        let counted = books.refunds().into_iter().filter(|refund| refund.status == RefundStatus::Succeeded);
        assert!(counted.clone().all(|refund| refund.provider_id.is_some()), "{order:?}");
        assert_eq!(counted.map(|refund| refund.amount_cents).sum::<i64>(), given);
        assert_eq!(books.sums()[2], given * 10_000);
    }
}

#[test]
fn a_failed_refund_takes_nothing_from_sums_that_are_smaller() {
    let books = SharedBooks::of(paid(), vec![]);
    let _ = settle_charge(&books, "evt_1", charge(45, vec![]));
    let _ = settle(&books, "evt_2", by_hand("re_8", 212, Status::Failed));
    assert_eq!((states(&books).1, books.refund(1).amount_cents), (45, 45));
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
