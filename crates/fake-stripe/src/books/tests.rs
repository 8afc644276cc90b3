//! The rules, asked as a caller would ask.

use serde_json::{Value, json};

use super::*;

const DAY: i64 = 24 * 60 * 60;

fn request(verb: Verb, path: &str, params: &[(&str, &str)], key: Option<&str>) -> Request {
    Request {
        verb,
        path: path.to_owned(),
        params: Params(params.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()),
        secret: Some("sk_test_1".to_owned()),
        key: key.map(str::to_owned),
        version: Some(API_VERSION.to_owned()),
    }
}

fn post(books: &mut Books, path: &str, params: &[(&str, &str)], key: Option<&str>) -> Reply {
    books.answer(&request(Verb::Post, path, params, key))
}

fn get(books: &mut Books, path: &str, params: &[(&str, &str)]) -> Reply {
    books.answer(&request(Verb::Get, path, params, None))
}

/// Books with a session of 9.99 dollars; its ID.
fn with_session() -> (Books, String) {
    let mut books = Books::new("http://stripe.example", 1_000);
    let account = post(&mut books, "accounts", &[], None).body["id"].as_str().unwrap().to_owned();
    let form = [
        ("client_reference_id", "ref_7"),
        ("line_items[0][price_data][unit_amount]", "999"),
        ("line_items[0][price_data][currency]", "usd"),
        ("payment_intent_data[transfer_data][destination]", account.as_str()),
        ("payment_intent_data[metadata][purchase]", "seven"),
    ];
    let session = post(&mut books, "checkout/sessions", &form, None).body["id"].as_str().unwrap().to_owned();
    (books, session)
}

/// Books with a payment of 9.99 dollars; its intent.
fn with_payment() -> (Books, String) {
    let (mut books, session) = with_session();
    books.pay(&session).unwrap();
    let intent = books.payments()[0].intent.clone();
    (books, intent)
}

fn refund(books: &mut Books, intent: &str, cents: &str, key: Option<&str>) -> Reply {
    post(books, "refunds", &[("payment_intent", intent), ("amount", cents), ("metadata[ordinal]", "1")], key)
}

fn kinds(books: &mut Books) -> Vec<String> {
    books.take_events().iter().map(|event| event["type"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_key_gives_its_first_answer_for_a_day_and_is_forgotten_then() {
    let (mut books, intent) = with_payment();
    let first = refund(&mut books, &intent, "100", Some("k"));
    assert_eq!((first.status, first.is_replayed), (200, false));
    books.set_now(1_000 + DAY - 1);
    let again = refund(&mut books, &intent, "100", Some("k"));
    assert_eq!((&again.body, again.is_replayed, books.refunds().len()), (&first.body, true, 1));
    books.set_now(1_000 + DAY);
    assert_ne!(refund(&mut books, &intent, "100", Some("k")).body["id"], first.body["id"]);
    assert_eq!(books.refunds().len(), 2, "paid twice: that is why nobody may ask again after a day");
}

#[test]
fn a_replayed_answer_does_not_know_what_became_of_the_refund() {
    let (mut books, intent) = with_payment();
    books.begin_refunds_as(RefundState::Pending);
    let id = refund(&mut books, &intent, "999", Some("k")).body["id"].as_str().unwrap().to_owned();
    books.settle_refund(&id, RefundState::Succeeded).unwrap();
    assert_eq!(refund(&mut books, &intent, "999", Some("k")).body["status"], "pending");
    assert_eq!(get(&mut books, &format!("refunds/{id}"), &[]).body["status"], "succeeded");
}

#[test]
fn a_key_belongs_to_one_request() {
    let (mut books, intent) = with_payment();
    refund(&mut books, &intent, "100", Some("k"));
    let other = refund(&mut books, &intent, "200", Some("k"));
    assert_eq!((other.status, &other.body["error"]["type"]), (400, &json!("idempotency_error")));
    let running = request(Verb::Post, "accounts", &[], Some("other"));
    books.begin(&running).unwrap();
    let refused = books.begin(&running).unwrap_err();
    assert_eq!((refused.status, &refused.body["error"]["code"]), (409, &json!("idempotency_key_in_use")));
    assert_eq!(books.answer(&running).status, 409);
    assert_eq!(books.finish(&running, None).status, 200);
    assert!(books.answer(&running).is_replayed);
}

#[test]
fn an_error_after_the_deed_is_replayed_too() {
    let (mut books, intent) = with_payment();
    let order = request(Verb::Post, "refunds", &[("payment_intent", &intent)], Some("k"));
    assert_eq!(books.answer_badly(&order, 500).status, 500);
    let again = books.answer(&order);
    assert_eq!((again.status, again.is_replayed, books.refunds().len()), (500, true, 1));
}

#[test]
fn callers_say_who_they_are_and_which_version_they_read() {
    let mut books = Books::default();
    let good = request(Verb::Get, "events", &[], None);
    assert_eq!(books.answer(&good).status, 200);
    assert_eq!(books.versions().iter().collect::<Vec<_>>(), [API_VERSION]);
    for version in [None, Some("latest"), Some("2026-10-28.")] {
        let bad = Request { version: version.map(str::to_owned), ..good.clone() };
        assert_eq!(books.answer(&bad).status, 400, "{version:?}");
    }
    books.rotate_secret("sk_test_2");
    assert_eq!(books.answer(&good).status, 401);
    assert_eq!(books.answer(&Request { secret: Some("sk_test_2".to_owned()), ..good }).status, 200);
}

#[test]
fn no_more_is_given_back_than_was_paid() {
    let (mut books, intent) = with_payment();
    assert_eq!(refund(&mut books, &intent, "600", None).status, 200);
    assert_eq!(refund(&mut books, &intent, "400", None).status, 400);
    assert_eq!(post(&mut books, "refunds", &[("payment_intent", &intent)], None).body["amount"], 399);
    let over = post(&mut books, "refunds", &[("payment_intent", &intent)], None);
    assert_eq!(over.body["error"]["code"], "charge_already_refunded");
    assert_eq!(books.refunded(&intent), 999);
    let charge = books.charge(&intent).unwrap();
    assert_eq!(
        (&charge["refunded"], &charge["amount_refunded"], charge.get("refunds")),
        (&json!(true), &json!(999), None)
    );
}

#[test]
fn refunds_are_listed_by_payment_in_pages_with_what_was_attached() {
    let (mut books, intent) = with_payment();
    for _ in 0..3 {
        refund(&mut books, &intent, "100", None);
    }
    let first = get(&mut books, "refunds", &[("payment_intent", &intent), ("limit", "2")]).body;
    assert_eq!((first["data"].as_array().unwrap().len(), &first["has_more"]), (2, &json!(true)));
    let last = first["data"][1]["id"].as_str().unwrap();
    let rest = [("payment_intent", intent.as_str()), ("limit", "2"), ("starting_after", last)];
    let rest = get(&mut books, "refunds", &rest).body;
    assert_eq!((&rest["data"][0]["metadata"], &rest["has_more"]), (&json!({ "ordinal": "1" }), &json!(false)));
    assert_eq!(get(&mut books, "refunds", &[("payment_intent", "pi_other")]).body["data"], json!([]));
}

#[test]
fn refunds_may_take_days_and_fail_in_the_end() {
    let (mut books, intent) = with_payment();
    books.take_events();
    books.begin_refunds_as(RefundState::Pending);
    let id = refund(&mut books, &intent, "999", None).body["id"].as_str().unwrap().to_owned();
    assert_eq!(kinds(&mut books), ["refund.created", "charge.refunded"]);
    books.settle_refund(&id, RefundState::Succeeded).unwrap();
    assert_eq!(kinds(&mut books), ["charge.refund.updated", "refund.updated"]);
    books.settle_refund(&id, RefundState::Failed).unwrap();
    assert_eq!(kinds(&mut books), ["charge.refund.updated", "refund.updated", "refund.failed"]);
    assert_eq!(books.refunded(&intent), 0, "the money came back");
    assert!(books.settle_refund(&id, RefundState::Succeeded).is_none());
}

#[test]
fn a_payment_may_take_days() {
    for (succeeds, status, end) in [(true, "paid", "succeeded"), (false, "unpaid", "failed")] {
        let (mut books, session) = with_session();
        books.pay_later(&session).unwrap();
        let shown = books.session(&session).unwrap();
        assert_eq!((&shown["status"], &shown["payment_status"]), (&json!("complete"), &json!("unpaid")));
        let intent = shown["payment_intent"].as_str().unwrap().to_owned();
        assert_eq!(refund(&mut books, &intent, "100", None).status, 400);
        let event = books.settle_payment(&session, succeeds).unwrap();
        assert_eq!(books.event(&event).unwrap()["type"], format!("checkout.session.async_payment_{end}"));
        assert_eq!(books.session(&session).unwrap()["payment_status"], status);
        assert!(books.settle_payment(&session, true).is_none(), "it is over");
    }
}

#[test]
fn sessions_end_after_a_day_or_when_they_are_ended() {
    let (mut books, session) = with_session();
    books.set_now(1_000 + DAY);
    let shown = books.session(&session).unwrap();
    assert_eq!((&shown["status"], &shown["url"]), (&json!("expired"), &Value::Null));
    assert!(kinds(&mut books).contains(&"checkout.session.expired".to_owned()));
    assert!(books.pay(&session).is_none());
    let (mut books, session) = with_session();
    let path = format!("checkout/sessions/{session}/expire");
    assert_eq!(post(&mut books, &path, &[], None).body["status"], "expired");
    assert_eq!(post(&mut books, &path, &[], None).status, 400);
}

#[test]
fn payment_links_carry_any_reference_amount_and_currency() {
    let mut books = Books::new("", 0);
    let event = books.pay_link(Some("ref_7"), 1, "jpy").unwrap();
    let session = books.event(&event).unwrap()["data"]["object"].clone();
    assert_eq!(session["payment_status"], "paid");
    assert_eq!(
        (&session["client_reference_id"], &session["amount_total"], &session["currency"]),
        (&json!("ref_7"), &json!(1), &json!("jpy"))
    );
}

#[test]
fn a_disputed_payment_is_not_refunded() {
    let (mut books, intent) = with_payment();
    refund(&mut books, &intent, "99", None);
    books.dispute(&intent).unwrap();
    let dispute = books.disputes()[0].clone();
    assert_eq!((dispute.amount, books.dispute(&intent)), (900, None));
    assert_eq!(refund(&mut books, &intent, "100", None).body["error"]["code"], "charge_disputed");
    books.take_events();
    for status in [DisputeStatus::UnderReview, DisputeStatus::Won, DisputeStatus::Lost] {
        books.settle_dispute(&dispute.id, status);
    }
    assert_eq!(kinds(&mut books), ["charge.dispute.updated", "charge.dispute.closed"]);
    assert_eq!(refund(&mut books, &intent, "100", None).status, 200, "it was won");
}

#[test]
fn a_deauthorized_account_sells_nothing() {
    let (mut books, _) = with_session();
    let account = books.accounts()[0].id.clone();
    assert_eq!(get(&mut books, &format!("accounts/{account}"), &[]).body["charges_enabled"], false);
    books.onboard(&account).unwrap();
    assert_eq!(get(&mut books, &format!("accounts/{account}"), &[]).body["charges_enabled"], true);
    let event = books.deauthorize(&account).unwrap();
    assert_eq!(books.event(&event).unwrap()["account"], account);
    assert_eq!(get(&mut books, &format!("accounts/{account}"), &[]).status, 403);
    let form = [
        ("line_items[0][price_data][unit_amount]", "999"),
        ("payment_intent_data[transfer_data][destination]", &account),
    ];
    assert_eq!(post(&mut books, "checkout/sessions", &form, None).status, 400);
}

#[test]
fn thin_events_name_their_object_only() {
    let event = Books::new("", 0).thin_event("v2.core.account.updated", "acct_1");
    assert_eq!((&event["created"], event.get("data")), (&json!("1970-01-01T00:00:00Z"), None));
    assert_eq!(event["related_object"]["id"], "acct_1");
}
