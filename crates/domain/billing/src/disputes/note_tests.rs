//! What disputes do to purchases.

use aedile_kernel::mock::{NOW, context_of};

use super::super::samples::{dispute, report};
use super::*;
use crate::payments::{ChargeReport, ProviderRefundStatus, RefundReport};
use crate::purchases::samples::{paid, purchase};
use crate::refunds::samples::{SharedBooks, pending};
use crate::refunds::{SettleCharge, SettleRefund};

/// Books in which a dispute stands so, or there is none.
fn books(purchase: Purchase, known: Option<DisputeStatus>) -> SharedBooks {
    let books = SharedBooks::of(purchase, vec![]);
    books.look().disputes.extend(known.map(|status| Dispute { status, ..dispute() }));
    books
}

/// Notes a report that was made so many seconds after now.
fn note(books: &SharedBooks, event: &str, seconds: i64, report: DisputeReport) -> Change<Option<Dispute>> {
    let told_at = Timestamp::from_micros(NOW).plus_seconds(seconds);
    let mut port = books.port();
    let b = books.clone();
    port.expect_insert_dispute().returning(move |dispute| {
        let dispute = Dispute { id: DisputeId(1), ..dispute.clone() };
        b.look().disputes.push(dispute.clone());
        Ok(dispute)
    });
    let b = books.clone();
    port.expect_update_dispute().returning(move |dispute| {
        b.look().disputes = vec![dispute.clone()];
        Ok(())
    });
    let note = NoteDispute { event_id: event.to_owned(), told_at, report };
    note.run(&mut port, &context_of("system", [])).unwrap()
}

fn said(status: DisputeStatus) -> DisputeReport {
    DisputeReport { status, ..report() }
}

fn troubles(change: &Change<Option<Dispute>>) -> Vec<PaymentTrouble> {
    let told = change.events().iter().filter_map(|event| match event {
        Event::PaymentNeedsReview { trouble, reference_id, reference_type, details } => {
            assert_eq!((reference_id.as_str(), *reference_type), ("du_1", "dispute"));
            assert_eq!((&details["purchase_id"], &details["reason"]), (&json!(7), &json!("fraudulent")));
            Some(*trouble)
        }
        _ => None,
    });
    told.collect()
}

#[test]
fn an_open_dispute_is_kept_and_told_and_leaves_the_licence() {
    let books = books(paid(), None);
    let change = note(&books, "evt_1", 0, report());
    assert_eq!(change.output().as_ref().unwrap(), &dispute());
    assert_eq!(books.disputes(), [dispute()]);
    assert_eq!(troubles(&change), [PaymentTrouble::DisputeOpened]);
    assert_eq!((books.purchase(), books.has_licence(), books.sums()), (paid(), true, [0; 3]));
    let again = note(&books, "evt_1", 9, said(DisputeStatus::Lost));
    assert!(again.records().is_empty() && again.events().is_empty(), "an event counts once");
    let review = note(&books, "evt_2", 1, said(DisputeStatus::UnderReview));
    assert_eq!((review.records().len(), troubles(&review)), (1, vec![]), "it was told when it was opened");
    let known = books.disputes()[0].clone();
    assert_eq!((known.status, known.created_at), (DisputeStatus::UnderReview, dispute().created_at));
}

#[test]
fn a_lost_dispute_ends_the_licence_and_reverses_the_earnings_once() {
    let books = books(paid(), Some(DisputeStatus::UnderReview));
    let change = note(&books, "evt_1", 1, said(DisputeStatus::Lost));
    assert_eq!(troubles(&change), [PaymentTrouble::DisputeLost]);
    assert_eq!(books.sums(), [-8_490_000, -1_500_000, 9_990_000]);
    let after = books.purchase();
    assert_eq!((after.status, after.refunded_cents, books.has_licence()), (PurchaseStatus::Refunded, 999, false));
    let refund = books.refund(1);
    assert!(refund.by_dispute && refund.status == RefundStatus::Succeeded);
    assert_eq!((refund.provider_id.as_deref(), refund.amount_cents, refund.ordinal), (Some("du_1"), 999, 1));
    let again = note(&books, "evt_2", 2, said(DisputeStatus::Lost));
    assert!(again.events().is_empty());
    assert_eq!(books.sums(), [-8_490_000, -1_500_000, 9_990_000]);
}

#[test]
fn a_dispute_that_is_won_after_all_gives_everything_back() {
    let books = books(paid(), Some(DisputeStatus::NeedsResponse));
    let _ = note(&books, "evt_1", 1, said(DisputeStatus::Lost));
    let _ = note(&books, "evt_2", 2, said(DisputeStatus::Won));
    assert_eq!((books.purchase(), books.has_licence(), books.sums()), (paid(), true, [0; 3]));
    assert_eq!(books.refund(1).status, RefundStatus::Failed);
    let _ = note(&books, "evt_3", 3, said(DisputeStatus::Won));
    assert_eq!(books.sums(), [0; 3]);
}

#[test]
fn a_dispute_that_is_not_lost_moves_nothing() {
    for status in DisputeStatus::ALL.into_iter().filter(|status| *status != DisputeStatus::Lost) {
        let books = books(paid(), None);
        let change = note(&books, "evt_1", 0, said(status));
        assert_eq!(troubles(&change), [PaymentTrouble::DisputeOpened], "{status:?}");
        assert_eq!((books.purchase(), books.refunds().len()), (paid(), 0), "{status:?}");
    }
}

#[test]
fn a_lost_dispute_gives_back_no_more_than_is_left() {
    for (refunded, disputed, given) in [(333, 999, 666), (333, 100, 100), (0, 2_000, 999)] {
        let books = books(Purchase { refunded_cents: refunded, ..paid() }, None);
        books.look().refunds.push(Refund {
            amount_cents: 333,
            status: RefundStatus::Succeeded,
            ordinal: 4,
            ..pending()
        });
        let _ = note(&books, "evt_1", 0, DisputeReport { amount: disputed, ..said(DisputeStatus::Lost) });
        let refund = books.refund(2);
        assert_eq!((refund.amount_cents, refund.ordinal), (given, 5));
        assert_eq!(books.purchase().refunded_cents, refunded + given);
    }
    let refunded = Purchase { refunded_cents: 999, status: PurchaseStatus::Refunded, ..paid() };
    let books = books(refunded.clone(), Some(DisputeStatus::NeedsResponse));
    let change = note(&books, "evt_1", 1, said(DisputeStatus::Lost));
    assert_eq!((troubles(&change), books.refunds().len()), (vec![PaymentTrouble::DisputeLost], 0));
    assert_eq!(books.purchase(), refunded);
}

#[test]
fn the_latest_news_counts_and_a_decision_is_later_than_none() {
    use DisputeStatus as Status;
    for (known, seconds, told, expected) in [
        (Status::NeedsResponse, 1, Status::UnderReview, Status::UnderReview),
        (Status::NeedsResponse, 0, Status::UnderReview, Status::UnderReview),
        (Status::UnderReview, -1, Status::NeedsResponse, Status::UnderReview),
        (Status::UnderReview, -1, Status::Won, Status::Won),
        (Status::Won, 1, Status::UnderReview, Status::Won),
        (Status::Won, -1, Status::Lost, Status::Won),
        (Status::Won, 1, Status::Lost, Status::Lost),
    ] {
        let books = books(paid(), Some(known));
        let _ = note(&books, "evt_1", seconds, said(told));
        assert_eq!(books.disputes()[0].status, expected, "{known:?} {seconds} {told:?}");
    }
}

#[test]
fn a_deadline_that_is_not_said_again_stays() {
    let books = books(paid(), Some(DisputeStatus::NeedsResponse));
    let _ = note(&books, "evt_1", 1, DisputeReport { due_by: None, ..said(DisputeStatus::UnderReview) });
    assert_eq!(books.disputes()[0].due_by, dispute().due_by);
}

#[test]
fn a_dispute_of_a_payment_that_is_not_known_is_left_for_later() {
    for (purchase, payment) in [
        (paid(), None),
        (paid(), Some("pi_2")),
        (Purchase { payment_intent: Some("pi_1".into()), ..purchase() }, Some("pi_1")),
    ] {
        let books = books(purchase, None);
        let report = DisputeReport { payment_intent: payment.map(str::to_owned), ..report() };
        let change = note(&books, "evt_1", 0, report);
        assert!(change.output().is_none() && change.records().is_empty());
        assert!(books.events().is_empty(), "it is taken when it comes again");
    }
}

#[test]
fn a_lost_dispute_covers_what_a_refund_that_fails_later_leaves() {
    let books = books(paid(), None);
    let cx = context_of("system", []);
    let payment_intent = "pi_1".to_owned();
    let told = ChargeReport {
        payment_intent: payment_intent.clone(),
        reference: None,
        amount: Some(999),
        currency: Some("usd".into()),
        refunded: 36,
        refunds: vec![],
    };
    let _ = SettleCharge { event_id: "evt_1".into(), report: told }.run(&mut books.port(), &cx).unwrap();
    let lost = DisputeReport { amount: 999, ..said(DisputeStatus::Lost) };
    let _ = note(&books, "evt_2", 0, lost);
    let counted = || {
        let counted = books.refunds().into_iter().filter(|refund| refund.status == RefundStatus::Succeeded);
        counted.map(|refund| (refund.by_dispute, refund.amount_cents)).collect::<Vec<_>>()
    };
    assert_eq!((counted(), books.purchase().refunded_cents), (vec![(false, 36), (true, 963)], 999));
    let failed = RefundReport {
        id: "re_9".into(),
        payment_intent: Some(payment_intent),
        reference: None,
        amount: 36,
        status: ProviderRefundStatus::Canceled,
    };
    let _ = SettleRefund { event_id: Some("evt_3".into()), report: failed }.run(&mut books.port(), &cx).unwrap();
    assert_eq!((counted(), books.purchase().refunded_cents), (vec![(true, 999)], 999));
    assert_eq!(books.purchase().status, PurchaseStatus::Refunded);
    assert_eq!(books.sums(), [-8_490_000, -1_500_000, 9_990_000]);
}
