//! Events in Stripe's own shapes.

use serde_json::json;

use super::*;

const REFERENCE: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
const REFUND_REFERENCE: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0f";
const PAYMENT: &str = "pi_3SFyfZIEn5WyEQxn0hqzUr2K";

macro_rules! fixture {
    ($name:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!("../fixtures/", $name, ".json"))).unwrap()
    };
}

#[track_caller]
fn read(event: Value) -> PaymentEvent {
    serde_json::from_value::<Event>(event).unwrap().read().unwrap()
}

fn news_of(event: Value) -> News {
    let event = read(event);
    assert!(event.id.starts_with("evt_"));
    assert_eq!(event.created_at, Timestamp::from_seconds(1_790_000_000));
    event.news
}

/// The event without these fields of its object.
fn without(mut event: Value, fields: &[&str]) -> Value {
    let object = event["data"]["object"].as_object_mut().unwrap();
    fields.iter().for_each(|field| drop(object.remove(*field)));
    event
}

fn paid() -> CheckoutSession {
    CheckoutSession {
        id: "cs_test_a1b2c3d4".into(),
        url: None,
        payment_intent: Some(PAYMENT.into()),
        state: SessionState::Complete,
        payment: PaymentState::Paid,
        amount: Some(999),
        currency: Some("usd".into()),
        reference: Some(Reference::parse(REFERENCE).unwrap()),
    }
}

fn refund(status: ProviderRefundStatus) -> RefundReport {
    RefundReport {
        id: "re_3SFyfZIEn5WyEQxn0v1a2b3c".into(),
        payment_intent: Some(PAYMENT.into()),
        reference: Some(Reference::parse(REFUND_REFERENCE).unwrap()),
        amount: 400,
        status,
    }
}

#[test]
fn a_completed_session_is_paid_or_under_way() {
    assert_eq!(news_of(fixture!("checkout.session.completed")), News::Checkout(paid()));
    let under_way = CheckoutSession { payment: PaymentState::Unpaid, ..paid() };
    assert_eq!(news_of(fixture!("checkout.session.completed.unpaid")), News::Checkout(under_way));
}

#[test]
fn a_payment_that_took_days_has_succeeded_or_failed() {
    assert_eq!(news_of(fixture!("checkout.session.async_payment_succeeded")), News::Checkout(paid()));
    let failed = CheckoutSession { payment: PaymentState::Failed, ..paid() };
    assert_eq!(news_of(fixture!("checkout.session.async_payment_failed")), News::Checkout(failed));
}

#[test]
fn a_session_that_expired_is_over() {
    let expired =
        CheckoutSession { payment_intent: None, state: SessionState::Expired, payment: PaymentState::Unpaid, ..paid() };
    assert_eq!(news_of(fixture!("checkout.session.expired")), News::Checkout(expired));
}

#[test]
fn a_session_of_a_payment_link_has_no_reference_of_ours() {
    let News::Checkout(session) = news_of(fixture!("checkout.session.payment_link")) else { panic!("a session") };
    assert_eq!((session.reference, session.amount, session.currency.as_deref()), (None, Some(1), Some("jpy")));
}

#[test]
fn a_refunded_charge_tells_the_sum_and_where_it_can_the_refunds() {
    let report = ChargeReport {
        payment_intent: PAYMENT.into(),
        reference: Some(Reference::parse(REFERENCE).unwrap()),
        amount: Some(999),
        currency: Some("usd".into()),
        refunded: 400,
        refunds: vec![],
    };
    assert_eq!(news_of(fixture!("charge.refunded")), News::Charge(report.clone()));
    let refunds = vec![refund(ProviderRefundStatus::Succeeded)];
    assert_eq!(news_of(fixture!("charge.refunded.list")), News::Charge(ChargeReport { refunds, ..report }));
}

#[test]
fn a_refund_is_under_way_made_or_failed() {
    let of = |event| match news_of(event) {
        News::Refund(report) => report,
        other => panic!("{other:?}"),
    };
    assert_eq!(of(fixture!("refund.created")), refund(ProviderRefundStatus::Pending));
    assert_eq!(of(fixture!("refund.updated")), refund(ProviderRefundStatus::Succeeded));
    assert_eq!(of(fixture!("refund.failed")), refund(ProviderRefundStatus::Failed));
    let by_hand = RefundReport { reference: None, ..refund(ProviderRefundStatus::Succeeded) };
    assert_eq!(of(fixture!("refund.by_hand")), by_hand);
}

#[test]
fn a_dispute_tells_where_it_stands_and_until_when_it_can_be_answered() {
    let of = |event, status| {
        let due_by = Some(Timestamp::from_seconds(1_790_639_999));
        let expected = DisputeReport {
            id: "du_1SFyfcIEn5WyEQxn".into(),
            payment_intent: Some(PAYMENT.into()),
            amount: 999,
            reason: "fraudulent".into(),
            status,
            due_by,
        };
        assert_eq!(news_of(event), News::Dispute(expected));
    };
    of(fixture!("charge.dispute.created"), DisputeStatus::NeedsResponse);
    of(fixture!("charge.dispute.updated"), DisputeStatus::UnderReview);
    of(fixture!("charge.dispute.closed"), DisputeStatus::Lost);
}

#[test]
fn an_account_can_be_paid_once_it_takes_charges_and_payouts() {
    for (charges, payouts) in [(true, true), (true, false), (false, true), (false, false)] {
        let mut event = fixture!("account.updated");
        event["data"]["object"]["charges_enabled"] = json!(charges);
        event["data"]["object"]["payouts_enabled"] = json!(payouts);
        let expected = News::Account { account: "acct_1SFyTcIEn5".into(), payments_enabled: charges && payouts };
        assert_eq!(news_of(event), expected);
    }
}

#[test]
fn an_account_that_was_taken_away_is_the_one_the_event_comes_from() {
    let expected = News::AccountGone { account: "acct_1SFyTcIEn5".into() };
    assert_eq!(news_of(fixture!("account.application.deauthorized")), expected);
    let mut nameless = fixture!("account.application.deauthorized");
    nameless.as_object_mut().unwrap().remove("account");
    assert_eq!(news_of(nameless), News::Other);
}

#[test]
fn unknown_kinds_and_thin_events_are_taken_and_left_alone() {
    assert_eq!(news_of(fixture!("payout.paid")), News::Other);
    let thin = read(fixture!("thin"));
    assert_eq!((thin.news, thin.id.as_str()), (News::Other, "evt_test_65SFyTbIEn5WyEQxn16R9A2B"));
}

/// What a newer version may leave out is asked for later, or the event is left alone; nothing is refused.
#[test]
fn an_event_of_a_newer_version_with_fields_gone_is_read_as_far_as_it_goes() {
    let session = |fields: &[&str]| match news_of(without(fixture!("checkout.session.completed"), fields)) {
        News::Checkout(session) => session,
        other => panic!("{other:?}"),
    };
    assert_eq!(session(&["status"]), paid(), "what is paid is complete");
    let unsaid = CheckoutSession { amount: None, currency: None, ..paid() };
    assert_eq!(session(&["amount_total", "currency", "url"]), unsaid);
    assert_eq!(session(&["payment_status"]).payment, PaymentState::Unpaid);
    assert_eq!(session(&["status", "payment_status"]).state, SessionState::Open);
    assert_eq!(session(&["client_reference_id"]).reference, None);
    for (event, field) in [
        (fixture!("checkout.session.completed"), "id"),
        (fixture!("charge.refunded"), "amount_refunded"),
        (fixture!("charge.refunded"), "payment_intent"),
        (fixture!("refund.updated"), "id"),
        (fixture!("refund.updated"), "amount"),
        (fixture!("refund.updated"), "status"),
        (fixture!("charge.dispute.created"), "id"),
        (fixture!("charge.dispute.created"), "amount"),
        (fixture!("charge.dispute.created"), "status"),
        (fixture!("account.updated"), "id"),
    ] {
        assert_eq!(news_of(without(event, &[field])), News::Other, "{field}");
    }
    let News::Dispute(dispute) = news_of(without(fixture!("charge.dispute.created"), &["evidence_details", "reason"]))
    else {
        panic!("a dispute")
    };
    assert_eq!((dispute.due_by, dispute.reason.as_str()), (None, ""));
    let News::Charge(charge) = news_of(without(fixture!("charge.refunded"), &["amount", "currency", "metadata"]))
    else {
        panic!("a charge")
    };
    assert_eq!((charge.amount, charge.currency, charge.reference), (None, None, None));
}

#[test]
fn an_object_that_stands_there_whole_counts_as_its_id() {
    let mut event = fixture!("refund.updated");
    event["data"]["object"]["payment_intent"] = json!({ "id": PAYMENT, "object": "payment_intent" });
    let News::Refund(report) = news_of(event) else { panic!("a refund") };
    assert_eq!(report.payment_intent.as_deref(), Some(PAYMENT));
}

#[test]
fn the_payment_behind_a_session_says_whether_it_failed() {
    let of = |status: &str, intent: Value| {
        let session = json!({ "id": "cs_1", "status": status, "payment_status": "unpaid", "payment_intent": intent });
        super::session(&session).unwrap()
    };
    let with = |status: &str| json!({ "id": "pi_1", "status": status });
    for (status, intent, expected) in [
        ("complete", with("processing"), PaymentState::Unpaid),
        ("complete", with("requires_payment_method"), PaymentState::Failed),
        ("complete", with("canceled"), PaymentState::Failed),
        ("open", with("requires_payment_method"), PaymentState::Unpaid),
        ("complete", json!("pi_1"), PaymentState::Unpaid),
    ] {
        let session = of(status, intent.clone());
        assert_eq!((session.payment, session.payment_intent.as_deref()), (expected, Some("pi_1")), "{status} {intent}");
    }
    assert_eq!(of("open", Value::Null).payment_intent, None);
    assert_eq!(of("expired", Value::Null).state, SessionState::Expired);
}
