use std::collections::HashMap;
use std::sync::Mutex;

use aedile_billing::payments::PaymentError;
use async_trait::async_trait;

use super::*;
use crate::transport::{TransportError, WireAnswer};

/// Gives these answers in turn, and notes what it was sent and how long it was to wait.
#[derive(Default)]
struct Scripted {
    answers: Mutex<Vec<Result<WireAnswer, TransportError>>>,
    sent: Mutex<Vec<WireRequest>>,
    pauses: Mutex<Vec<Duration>>,
}

#[async_trait]
impl Transport for Scripted {
    async fn send(&self, request: &WireRequest) -> Result<WireAnswer, TransportError> {
        self.sent.lock().unwrap().push(request.clone());
        self.answers.lock().unwrap().remove(0)
    }

    async fn pause(&self, pause: Duration) {
        self.pauses.lock().unwrap().push(pause);
    }
}

fn status(status: u16) -> Result<WireAnswer, TransportError> {
    Ok(WireAnswer { status, should_retry: None, retry_after: None, body: Bytes::from_static(b"{}") })
}

fn not_reached() -> Result<WireAnswer, TransportError> {
    Err(TransportError::NotReached("refused".into()))
}

fn no_answer() -> Result<WireAnswer, TransportError> {
    Err(TransportError::NoAnswer("closed".into()))
}

type Called = Result<Bytes, PaymentError>;

async fn call(answers: Vec<Result<WireAnswer, TransportError>>) -> (Called, Vec<WireRequest>, Vec<Duration>) {
    let scripted = Arc::new(Scripted { answers: Mutex::new(answers), ..Scripted::default() });
    let client = Client::over(scripted.clone(), "i".to_owned());
    let request = RequestBuilder::new(StripeMethod::Post, "/refunds").form(&HashMap::from([("amount", "5")]));
    let key = client.key("refund", &Reference::stored("r".to_owned()), &request).unwrap();
    let called = client.call(request, Some(key)).await.map_err(PaymentError::from);
    let (sent, pauses) = (scripted.sent.lock().unwrap().clone(), scripted.pauses.lock().unwrap().clone());
    (called, sent, pauses)
}

#[tokio::test]
async fn a_call_is_tried_three_times_under_one_key_and_a_version() {
    let (called, sent, pauses) = call(vec![status(500), no_answer(), status(200)]).await;
    assert_eq!(called.unwrap(), "{}");
    assert_eq!((sent.len(), pauses.len()), (3, 2));
    assert!(sent.iter().all(|request| *request == sent[0]));
    assert_eq!((sent[0].path.as_str(), sent[0].form.as_deref()), ("refunds", Some("amount=5")));
    assert_eq!(sent[0].version, VERSION.to_string());
    assert!(pauses[0] >= FIRST_PAUSE && pauses[1] >= FIRST_PAUSE * 2, "{pauses:?}");
}

#[tokio::test]
async fn it_is_given_up_after_three() {
    let (called, sent, _) = call(vec![status(503), status(503), status(503)]).await;
    assert!(matches!(called, Err(PaymentError::Uncertain(_))));
    assert_eq!(sent.len(), 3);
}

#[tokio::test]
async fn a_refusal_is_not_tried_again_unless_stripe_says_so() {
    for refused in [400, 401, 402, 403, 404] {
        assert_eq!(call(vec![status(refused)]).await.1.len(), 1, "{refused}");
    }
    let advice = |should_retry, retry_after| {
        let body = Bytes::new();
        Ok(WireAnswer { status: 429, should_retry, retry_after: Some(Duration::from_secs(retry_after)), body })
    };
    let (called, sent, pauses) = call(vec![advice(None, 3), advice(Some(false), 0)]).await;
    assert!(matches!(called, Err(PaymentError::Uncertain(_))));
    assert_eq!((sent.len(), pauses.as_slice()), (2, [Duration::from_secs(3)].as_slice()));
    assert_eq!(call(vec![advice(Some(true), 60)]).await.1.len(), 1, "nobody waits for a minute");
}

/// What was not reached in the end may have been heard before.
#[tokio::test]
async fn a_call_that_may_have_been_heard_once_stays_uncertain() {
    for heard in [no_answer(), status(500), status(409)] {
        let (called, _, _) = call(vec![heard, not_reached(), not_reached()]).await;
        assert!(matches!(called, Err(PaymentError::Uncertain(_))));
    }
    let (called, _, _) = call(vec![no_answer(), status(401)]).await;
    assert!(matches!(called, Err(PaymentError::Uncertain(_))), "the secret key was changed in between");
    let (called, _, _) = call(vec![not_reached(), not_reached(), not_reached()]).await;
    assert!(matches!(called, Err(PaymentError::NotReached(_))));
}

#[test]
fn a_key_covers_what_is_sent_in_whatever_order() {
    let of_installation = |installation: &str, body: &str| {
        let client = Client::over(Arc::new(Scripted::default()), installation.to_owned());
        let mut request = RequestBuilder::new(StripeMethod::Post, "/refunds");
        request.body = Some(body.to_owned());
        client.key("refund", &Reference::stored("r".to_owned()), &request).unwrap().into_inner()
    };
    let of = |body| of_installation("i", body);
    let one = of("amount=5&payment_intent=pi_1");
    assert_eq!(one, of("payment_intent=pi_1&amount=5"));
    assert_ne!(one, of("amount=6&payment_intent=pi_1"));
    assert_ne!(one, of_installation("j", "amount=5&payment_intent=pi_1"), "nor does another installation meet it");
    assert!(one.starts_with("refund-i-r-") && one.len() < 255, "{one}");
}
