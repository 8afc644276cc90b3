//! Which purchases can be refunded, and what is written down before the provider is asked.

use aedile_kernel::Timestamp;
use aedile_kernel::mock::{NOW, context_of, without_recent_proof};

use super::super::samples::{self, SharedBooks};
use super::*;
use crate::disputes;
use crate::purchases::samples::{paid, purchase};

fn begin(books: &SharedBooks, amount_cents: Option<i64>) -> Result<Change<Refunding>> {
    let begin = BeginRefund { purchase: PurchaseId(7), amount_cents, reason: "  asked for ".into() };
    begin.run(&mut books.port(), &context_of("user_root", [Permission::BillingRefund]))
}

#[test]
fn a_refund_is_written_down_as_asked_for_before_it_is() {
    for (wanted, amount) in [(None, 999), (Some(999), 999), (Some(1), 1)] {
        let books = SharedBooks::of(paid(), vec![]);
        let change = begin(&books, wanted).unwrap();
        let Refunding { refund, order, is_new } = change.output();
        assert!(*is_new);
        assert_eq!((refund.amount_cents, refund.ordinal, refund.status), (amount, 1, RefundStatus::Pending));
        assert_eq!((refund.unanswered, refund.asked_at), (1, Some(Timestamp::from_micros(NOW))));
        assert!(refund.may_be_heard());
        assert_eq!((refund.reason.as_str(), refund.provider_id.as_deref()), ("asked for", None));
        assert_eq!((&order.reference, order.amount_cents), (&refund.reference, amount));
        assert_eq!((order.payment_intent.as_str(), order.reference.as_str().len()), ("pi_1", 32));
        assert_eq!(books.purchase().status, PurchaseStatus::Refunding);
        assert_eq!(books.refund(1), *refund);
        assert_eq!(change.records()[0].resource_id, "7");
    }
}

#[test]
fn a_part_is_between_a_cent_and_what_is_left() {
    let partly = Purchase { refunded_cents: 333, ..paid() };
    let given = Refund { amount_cents: 333, ordinal: 4, status: RefundStatus::Succeeded, ..samples::pending() };
    for bad in [0, -1, 667, 999, i64::MAX] {
        let books = SharedBooks::of(partly.clone(), vec![given.clone()]);
        assert!(matches!(begin(&books, Some(bad)), Err(Error::Invalid(_))), "{bad}");
        assert_eq!(books.refunds().len(), 1);
    }
    for (wanted, amount) in [(Some(1), 1), (Some(666), 666), (None, 666)] {
        let books = SharedBooks::of(partly.clone(), vec![given.clone()]);
        let refund = begin(&books, wanted).unwrap().output().refund.clone();
        assert_eq!((refund.amount_cents, refund.ordinal), (amount, 5), "its number is the next one");
    }
}

#[test]
fn an_open_refund_is_resumed_and_no_other_is_begun_beside_it() {
    let refunding = Purchase { status: PurchaseStatus::Refunding, ..paid() };
    let open = Refund { amount_cents: 333, ..samples::pending() };
    for wanted in [None, Some(333)] {
        let books = SharedBooks::of(refunding.clone(), vec![open.clone()]);
        let change = begin(&books, wanted).unwrap();
        assert_eq!((&change.output().refund, change.output().is_new), (&open, false));
        assert_eq!(change.output().order.reference, open.reference);
        assert!(change.records().is_empty());
        assert_eq!(books.refunds().len(), 1);
    }
    let books = SharedBooks::of(refunding, vec![open]);
    assert!(matches!(begin(&books, Some(334)), Err(Error::Conflict(_))));
}

#[test]
fn only_what_is_paid_and_not_given_back_is_refunded() {
    for (status, payment) in [
        (PurchaseStatus::Pending, Some("pi_1")),
        (PurchaseStatus::Refunded, Some("pi_1")),
        (PurchaseStatus::Completed, None),
    ] {
        let purchase = Purchase { status, payment_intent: payment.map(str::to_owned), ..purchase() };
        let refused = begin(&SharedBooks::of(purchase, vec![]), None);
        assert!(matches!(refused, Err(Error::Invalid(_))), "{status:?}");
    }
    let other = SharedBooks::of(Purchase { id: PurchaseId(8), ..paid() }, vec![]);
    assert!(matches!(begin(&other, None), Err(Error::NotFound(_))));
}

#[test]
fn a_disputed_payment_is_refunded_by_the_bank_or_not_at_all() {
    use DisputeStatus as Status;
    for status in Status::ALL {
        let books = SharedBooks::of(paid(), vec![]);
        books.look().disputes.push(Dispute { status, ..disputes::samples::dispute() });
        let begun = begin(&books, None);
        match status {
            Status::NeedsResponse | Status::UnderReview | Status::Lost => {
                let refused = begun.unwrap_err().to_string();
                assert!(refused.contains("disputed (du_1, fraudulent)"), "{refused}");
                assert_eq!(refused.contains("has given the money back"), status == Status::Lost, "{refused}");
                assert!(books.refunds().is_empty());
            }
            _ => assert!(begun.is_ok(), "{status:?}"),
        }
    }
}

#[test]
fn a_reason_is_text_of_a_bounded_length() {
    let run = |reason: String| {
        let begin = BeginRefund { purchase: PurchaseId(7), amount_cents: None, reason };
        begin.run(&mut SharedBooks::of(paid(), vec![]).port(), &context_of("user_root", []))
    };
    assert_eq!(run("  ".into()).unwrap().output().refund.reason, "");
    assert!(run("x".repeat(1_000)).is_ok());
    assert!(matches!(run("x".repeat(1_001)), Err(Error::Invalid(_))));
}

#[test]
fn a_large_refund_asks_for_a_recent_proof() {
    let cx = without_recent_proof(context_of("user_root", [Permission::BillingRefund]));
    let above = cx.policy.step_up.above.0 / Cents(1).to_micro_usd().unwrap().0;
    let dear = Purchase { amount_cents: above + 1, ..paid() };
    let begin = |amount_cents| {
        let books = SharedBooks::of(dear.clone(), vec![]);
        let begin = BeginRefund { purchase: PurchaseId(7), amount_cents, reason: String::new() };
        (begin.run(&mut books.port(), &cx), books.refunds().len())
    };
    for whole in [None, Some(above + 1)] {
        let (refused, written) = begin(whole);
        assert!(matches!(refused, Err(Error::ProofNeeded(_))) && written == 0);
    }
    assert!(begin(Some(above)).0.is_ok());
}
