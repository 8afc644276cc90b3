//! What is asked of the provider, and what is left of a refund after each answer.

use std::sync::{Arc, Mutex};

use aedile_kernel::mock::{self, MockStore, NOW};
use aedile_kernel::{
    Caller, Credential, Epochs, Error, IdempotencyKey, Operations, Permission, PermissionSet, Registry, Result,
    Timestamp, UserId,
};

use super::super::attempt::{AttemptRefund, ForgetAttempts, NoteRefund};
use super::super::begin::BeginRefund;
use super::super::list::ListRefunds;
use super::super::model::{Refund, RefundStatus};
use super::super::port::Refunds;
use super::super::samples::{SharedBooks, pending};
use super::super::settle::SettleRefund;
use super::super::withdraw::WithdrawRefund;
use super::issue_refund;
use crate::payments::{MockPayments, PaymentError, ProviderRefund, ProviderRefundStatus as Status};
use crate::purchases::samples::paid;
use crate::purchases::{Purchase, PurchaseId, PurchaseStatus};
use crate::test_support::now;

/// The operations that refunding takes, over these books.
pub(crate) fn operations(books: &SharedBooks) -> Operations {
    let store: MockStore<dyn Refunds> = MockStore::new(Box::new(books.port()));
    let runner = mock::runner(store, &Arc::new(Epochs::default()));
    let mut registry = Registry::default();
    registry
        .internal_command::<BeginRefund>()
        .query::<ListRefunds>()
        .internal_command::<AttemptRefund>()
        .internal_command::<ForgetAttempts>()
        .internal_command::<NoteRefund>()
        .internal_command::<WithdrawRefund>()
        .internal_command::<SettleRefund>();
    registry.bind(&Arc::new(runner))
}

fn admin() -> Caller {
    let permissions = PermissionSet::USER.union(std::iter::once(Permission::BillingRefund).collect());
    Caller::user(&UserId::parse("user_root").unwrap(), None, Credential::ProviderToken, permissions)
}

fn keyed() -> Caller {
    Caller { idempotency_key: Some(IdempotencyKey::new("key-1", [7; 32]).unwrap()), ..admin() }
}

fn told(status: Status) -> ProviderRefund {
    ProviderRefund { id: "re_1".into(), status }
}

/// A provider that answers the request, and the lookup, so; what it was asked, in order.
#[derive(Default)]
struct Provider {
    request: Option<Result<ProviderRefund, PaymentError>>,
    lookup: Option<Result<Option<ProviderRefund>, PaymentError>>,
}

struct Outcome {
    result: Result<(bool, ProviderRefund)>,
    calls: Vec<String>,
}

fn issue_as(caller: &Caller, operations: &Operations, provider: Provider) -> Outcome {
    let calls = Arc::new(Mutex::new(Vec::new()));
    let mut payments = MockPayments::new();
    let (asked, request) = (Arc::clone(&calls), Mutex::new(provider.request));
    payments.expect_refund().returning(move |order| {
        asked.lock().unwrap().push(format!("request {} of {}", order.amount_cents, order.payment_intent));
        request.lock().unwrap().take().unwrap()
    });
    let (asked, lookup) = (Arc::clone(&calls), Mutex::new(provider.lookup));
    payments.expect_find_refund().returning(move |order, id| {
        asked.lock().unwrap().push(format!("look up {} of {}", id.unwrap_or("by reference"), order.payment_intent));
        lookup.lock().unwrap().take().unwrap()
    });
    let begin = BeginRefund { purchase: PurchaseId(7), amount_cents: None, reason: String::new() };
    let result = now(issue_refund(operations, &payments, caller, begin));
    let calls = calls.lock().unwrap().clone();
    Outcome { result: result.map(|(done, told)| (done.replayed, told)), calls }
}

fn issue(books: &SharedBooks, provider: Provider) -> Outcome {
    issue_as(&admin(), &operations(books), provider)
}

fn open(refund: Refund) -> SharedBooks {
    SharedBooks::of(Purchase { status: PurchaseStatus::Refunding, ..paid() }, vec![refund])
}

fn state(books: &SharedBooks) -> (RefundStatus, i64, Option<String>, PurchaseStatus) {
    let refund = books.refund(1);
    (refund.status, refund.unanswered, refund.provider_id, books.purchase().status)
}

fn not_reached() -> PaymentError {
    PaymentError::NotReached("x".into())
}

#[test]
fn a_new_refund_is_requested_and_stays_under_way_until_it_is_settled() {
    for status in [Status::Succeeded, Status::Pending, Status::RequiresAction] {
        let books = SharedBooks::of(paid(), vec![]);
        let outcome = issue(&books, Provider { request: Some(Ok(told(status))), lookup: None });
        assert_eq!(outcome.calls, ["request 999 of pi_1"]);
        assert_eq!(outcome.result.unwrap(), (false, told(status)));
        assert_eq!(state(&books), (RefundStatus::Pending, 0, Some("re_1".into()), PurchaseStatus::Refunding));
    }
}

#[test]
fn a_refund_that_fails_at_once_leaves_the_purchase() {
    let books = SharedBooks::of(paid(), vec![]);
    let outcome = issue(&books, Provider { request: Some(Ok(told(Status::Failed))), lookup: None });
    assert_eq!(outcome.result.unwrap().1.status, Status::Failed);
    assert_eq!(state(&books), (RefundStatus::Failed, 0, Some("re_1".into()), PurchaseStatus::Completed));
}

#[test]
fn a_first_request_that_was_not_heard_or_refused_is_withdrawn() {
    let books = SharedBooks::of(paid(), vec![]);
    let outcome = issue(&books, Provider { request: Some(Err(not_reached())), lookup: None });
    assert!(matches!(outcome.result, Err(Error::Unavailable { .. })));
    assert_eq!(state(&books), (RefundStatus::Withdrawn, 0, None, PurchaseStatus::Completed));
    let books = SharedBooks::of(paid(), vec![]);
    let outcome = issue(&books, Provider { request: Some(Err(PaymentError::Refused("no".into()))), lookup: None });
    assert!(matches!(outcome.result, Err(Error::Conflict(_))));
    assert_eq!(state(&books), (RefundStatus::Withdrawn, 0, None, PurchaseStatus::Completed));
}

#[test]
fn a_request_that_may_have_been_heard_stays_open() {
    let books = SharedBooks::of(paid(), vec![]);
    let outcome = issue(&books, Provider { request: Some(Err(PaymentError::Uncertain("x".into()))), lookup: None });
    assert!(matches!(outcome.result, Err(Error::Unavailable { .. })));
    assert_eq!(state(&books), (RefundStatus::Pending, 1, None, PurchaseStatus::Refunding));
}

#[test]
fn what_the_provider_has_is_not_requested_again() {
    let books = open(pending());
    let outcome = issue(&books, Provider { request: None, lookup: Some(Ok(Some(told(Status::Pending)))) });
    assert_eq!(outcome.calls, ["look up by reference of pi_1"]);
    assert_eq!(outcome.result.unwrap().1, told(Status::Pending));
    assert_eq!(state(&books), (RefundStatus::Pending, 0, Some("re_1".into()), PurchaseStatus::Refunding));
    // From here on it is looked up by its name.
    let outcome = issue(&books, Provider { request: None, lookup: Some(Ok(Some(told(Status::Canceled)))) });
    assert_eq!(outcome.calls, ["look up re_1 of pi_1"]);
    assert_eq!(state(&books), (RefundStatus::Failed, 0, Some("re_1".into()), PurchaseStatus::Completed));
}

#[test]
fn what_the_provider_named_and_does_not_know_is_not_requested_again() {
    let books = open(Refund { provider_id: Some("re_1".into()), ..pending() });
    let outcome = issue(&books, Provider { request: None, lookup: Some(Ok(None)) });
    assert!(matches!(outcome.result, Err(Error::Unavailable { .. })));
    assert_eq!((outcome.calls.len(), state(&books).0), (1, RefundStatus::Pending));
}

#[test]
fn what_the_provider_has_not_is_requested_and_kept_open_when_that_is_not_heard() {
    let both = ["look up by reference of pi_1", "request 999 of pi_1"];
    let books = open(pending());
    let outcome = issue(&books, Provider { request: Some(Ok(told(Status::Succeeded))), lookup: Some(Ok(None)) });
    assert_eq!((outcome.calls, state(&books).1), (both.map(str::to_owned).to_vec(), 0));
    for error in [not_reached(), PaymentError::Refused("no".into()), PaymentError::Uncertain("x".into())] {
        let unanswered = if matches!(error, PaymentError::Uncertain(_)) { 2 } else { 1 };
        let books = open(pending());
        let outcome = issue(&books, Provider { request: Some(Err(error)), lookup: Some(Ok(None)) });
        assert!(outcome.result.is_err());
        assert_eq!(outcome.calls, both);
        assert_eq!(state(&books), (RefundStatus::Pending, unanswered, None, PurchaseStatus::Refunding));
    }
}

#[test]
fn an_hour_later_what_the_provider_has_not_was_never_heard() {
    let long_ago = Some(Timestamp::from_micros(NOW).plus_seconds(-3_601));
    let books = open(Refund { asked_at: long_ago, unanswered: 3, ..pending() });
    issue(&books, Provider { request: Some(Err(PaymentError::Refused("no".into()))), lookup: Some(Ok(None)) });
    assert_eq!(state(&books), (RefundStatus::Withdrawn, 0, None, PurchaseStatus::Completed));
}

#[test]
fn while_the_provider_can_not_be_asked_nothing_is_requested() {
    for error in [not_reached(), PaymentError::Refused("no".into()), PaymentError::Uncertain("x".into())] {
        let books = open(pending());
        let outcome = issue(&books, Provider { request: None, lookup: Some(Err(error)) });
        assert!(outcome.result.is_err());
        assert_eq!(outcome.calls.len(), 1);
        assert_eq!(state(&books), (RefundStatus::Pending, 1, None, PurchaseStatus::Refunding));
    }
}

#[test]
fn a_refund_that_nobody_asked_for_yet_is_requested_at_once() {
    let books = open(Refund { unanswered: 0, asked_at: None, ..pending() });
    let outcome = issue(&books, Provider { request: Some(Ok(told(Status::Succeeded))), lookup: None });
    assert_eq!(outcome.calls, ["request 999 of pi_1"]);
}

#[test]
fn a_request_that_is_sent_again_asks_the_provider_for_nothing_that_is_decided() {
    let books = SharedBooks::of(paid(), vec![]);
    let operations = operations(&books);
    let first = issue_as(&keyed(), &operations, Provider { request: Some(Ok(told(Status::Succeeded))), lookup: None });
    assert!(!first.result.unwrap().0);
    let again =
        issue_as(&keyed(), &operations, Provider { request: None, lookup: Some(Ok(Some(told(Status::Pending)))) });
    assert_eq!(again.calls, ["look up re_1 of pi_1"], "its outcome is open");
    assert_eq!(again.result.unwrap(), (true, told(Status::Pending)));
    for (status, expected) in [(RefundStatus::Succeeded, Status::Succeeded), (RefundStatus::Failed, Status::Failed)] {
        books.look().refunds[0].status = status;
        let again = issue_as(&keyed(), &operations, Provider::default());
        assert_eq!((again.result.unwrap(), again.calls.len()), ((true, told(expected)), 0));
    }
    books.look().refunds[0].status = RefundStatus::Withdrawn;
    let again = issue_as(&keyed(), &operations, Provider::default());
    assert!(matches!(again.result, Err(Error::Conflict(why)) if why.contains("withdrawn")));
    assert!(again.calls.is_empty());
}

/// Two callers ask for the same refund: while this one looks it up, the other one is answered.
#[test]
fn the_answer_that_another_caller_got_meanwhile_is_taken() {
    let named = |status| move |refund: &mut Refund| (refund.status, refund.provider_id) = (status, Some("re_1".into()));
    for (status, looked_up, expected) in [
        (RefundStatus::Pending, 2, Status::Pending),
        (RefundStatus::Succeeded, 1, Status::Succeeded),
        (RefundStatus::Failed, 1, Status::Failed),
    ] {
        let books = open(pending());
        let mut payments = MockPayments::new();
        let other = books.clone();
        payments.expect_find_refund().times(looked_up).returning(move |_, id| {
            let found = id.map(|_| told(Status::Pending));
            named(status)(&mut other.look().refunds[0]);
            Ok(found)
        });
        payments.expect_refund().never();
        let begin = BeginRefund { purchase: PurchaseId(7), amount_cents: None, reason: String::new() };
        let (_, answer) = now(issue_refund(&operations(&books), &payments, &admin(), begin)).unwrap();
        assert_eq!(answer, told(expected));
    }
}

#[test]
fn a_refund_that_was_withdrawn_meanwhile_is_refused() {
    let books = open(pending());
    let mut payments = MockPayments::new();
    let other = books.clone();
    payments.expect_find_refund().returning(move |_, _| {
        other.look().refunds[0].status = RefundStatus::Withdrawn;
        Ok(None)
    });
    payments.expect_refund().never();
    let begin = BeginRefund { purchase: PurchaseId(7), amount_cents: None, reason: String::new() };
    let refused = now(issue_refund(&operations(&books), &payments, &admin(), begin)).unwrap_err();
    assert!(matches!(refused, Error::Conflict(why) if why.contains("withdrawn")));
}
