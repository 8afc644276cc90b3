//! What goes wrong on the way, seen by a caller.

use std::time::Duration;

use reqwest::Response;

use super::*;
use crate::API_VERSION;
use crate::trouble::Refusal;

async fn open_account(stripe: &FakeStripe, key: &str) -> reqwest::Result<Response> {
    let request = reqwest::Client::new().post(format!("{}/v1/accounts", stripe.url()));
    let request = request.header("Authorization", "Bearer sk_test_1").header("Stripe-Version", API_VERSION);
    request.header("Idempotency-Key", key).header("Content-Type", "application/x-www-form-urlencoded").send().await
}

fn accounts(stripe: &FakeStripe) -> usize {
    stripe.books().accounts().len()
}

#[tokio::test]
async fn an_answer_may_be_lost_before_or_after_the_deed() {
    let stripe = FakeStripe::start("whsec_1").unwrap();
    stripe.expect_trouble([Trouble::HangsUp, Trouble::LosesAnswer, Trouble::Passes]);
    for done in [0, 1] {
        let error = open_account(&stripe, "k").await.unwrap_err();
        assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
        assert_eq!(accounts(&stripe), done);
    }
    let answer = open_account(&stripe, "k").await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.headers()["idempotent-replayed"]), (200, &"true".parse().unwrap()));
    assert_eq!(accounts(&stripe), 1);
    stripe.stop().await;
}

#[tokio::test]
async fn a_refusal_may_give_advice() {
    let stripe = FakeStripe::start("whsec_1").unwrap();
    let advice = Refusal { status: 429, should_retry: Some(true), retry_after: Some(2) };
    stripe.expect_trouble([advice.into(), Refusal::with(424).into(), Trouble::Remembers(500), Trouble::Passes]);
    let answer = open_account(&stripe, "k").await.unwrap();
    let headers = answer.headers();
    assert_eq!(
        (answer.status().as_u16(), &headers["stripe-should-retry"], &headers["retry-after"]),
        (429, &"true".parse().unwrap(), &"2".parse().unwrap())
    );
    let answer = open_account(&stripe, "k").await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers().get("stripe-should-retry")), (424, None));
    assert_eq!(accounts(&stripe), 0);
    for _ in 0..2 {
        assert_eq!(open_account(&stripe, "k").await.unwrap().status().as_u16(), 500);
        assert_eq!(accounts(&stripe), 1);
    }
    stripe.advance(Duration::from_secs(24 * 60 * 60));
    assert_eq!(open_account(&stripe, "k").await.unwrap().status().as_u16(), 200);
    assert_eq!(accounts(&stripe), 2, "the key was forgotten");
    stripe.stop().await;
}

#[tokio::test]
async fn a_key_is_in_use_while_its_request_runs() {
    let stripe = FakeStripe::start("whsec_1").unwrap();
    stripe.expect_trouble([Trouble::RunsFor(Duration::from_secs(3600))]);
    let first = tokio::select! {
        answer = open_account(&stripe, "k") => answer,
        answer = open_account(&stripe, "k") => answer,
    };
    assert_eq!((first.unwrap().status().as_u16(), accounts(&stripe)), (409, 0));
    stripe.stop().await;
}

#[tokio::test]
async fn connections_are_refused_and_taken_again() {
    let stripe = FakeStripe::start("whsec_1").unwrap();
    open_account(&stripe, "k").await.unwrap();
    stripe.refuse_connections().await;
    assert!(open_account(&stripe, "k").await.unwrap_err().is_connect());
    stripe.accept_connections().unwrap();
    assert_eq!(open_account(&stripe, "k").await.unwrap().headers()["idempotent-replayed"], "true");
    stripe.stop().await;
}

/// A page that takes what it is sent, and gives it back to the test.
async fn listen_for_one(listener: tokio::net::TcpListener) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (mut connection, _) = listener.accept().await.unwrap();
    let mut heard = String::new();
    while !heard.ends_with('}') {
        let mut bytes = [0; 4096];
        let read = connection.read(&mut bytes).await.unwrap();
        heard.push_str(&String::from_utf8_lossy(&bytes[..read]));
    }
    connection.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    heard
}

#[tokio::test]
async fn what_happens_is_told_by_itself() {
    let stripe = FakeStripe::start("whsec_1").unwrap();
    stripe.books().pay_link(None, 999, "usd").unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    stripe.deliver_to(format!("http://{}/events", listener.local_addr().unwrap()));
    let intent = stripe.books().payments()[0].intent.clone();
    stripe.books().refund_by_hand(&intent, 100).unwrap();
    let heard = tokio::spawn(listen_for_one(listener));
    // Any request: what waits is told after it.
    open_account(&stripe, "k").await.unwrap();
    let heard = heard.await.unwrap();
    assert!(heard.contains("stripe-signature: t=") && heard.contains("\"refund.created\""), "{heard}");
    stripe.stop().await;
}
