//! Requests, their retries, and what an answer means.

use std::time::Duration;

use aedile_billing::payments::PaymentError;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use reqwest::redirect::Policy;
use reqwest::{Client, Method, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

/// The version of Stripe's API whose shapes are read.
const VERSION: &str = "2026-10-28.dahlia";
const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// How often a call is made before it is given up.
const ATTEMPTS: u32 = 3;
/// How long to wait after the first attempt; twice as long after the next.
const FIRST_PAUSE: Duration = Duration::from_millis(200);

/// A form, as Stripe takes them.
pub(crate) type Form<'a> = Vec<(&'a str, String)>;

/// Stripe's API.
pub(crate) struct StripeClient {
    http: Client,
    base: String,
    key: SecretString,
}

impl StripeClient {
    pub(crate) fn new(base: &str, key: SecretString) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key })
    }

    pub(crate) async fn get(&self, path: &str) -> Result<Value, PaymentError> {
        self.persistently(Method::GET, path, None, &Form::new()).await
    }

    /// Asks for something that happens once for the key.
    pub(crate) async fn post(&self, path: &str, key: &str, form: &Form<'_>) -> Result<Value, PaymentError> {
        self.persistently(Method::POST, path, Some(key), form).await
    }

    /// Asks for something that may well happen twice.
    pub(crate) async fn post_anew(&self, path: &str, form: &Form<'_>) -> Result<Value, PaymentError> {
        self.persistently(Method::POST, path, None, form).await
    }

    /// Once an attempt may have been heard, the call stays uncertain until an answer says otherwise.
    async fn persistently(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        form: &Form<'_>,
    ) -> Result<Value, PaymentError> {
        let mut pause = FIRST_PAUSE;
        let mut may_be_heard = false;
        for attempt in 1.. {
            let error = match self.once(method.clone(), path, key, form).await {
                Err(error @ (PaymentError::NotReached(_) | PaymentError::Uncertain(_))) => error,
                answered => return answered,
            };
            may_be_heard |= matches!(error, PaymentError::Uncertain(_));
            if attempt >= ATTEMPTS {
                return Err(match error {
                    PaymentError::NotReached(cause) if may_be_heard => PaymentError::Uncertain(cause),
                    error => error,
                });
            }
            tokio::time::sleep(pause).await;
            pause *= 2;
        }
        Err(PaymentError::Uncertain("no attempt was made".into()))
    }

    async fn once(
        &self,
        method: Method,
        path: &str,
        key: Option<&str>,
        form: &Form<'_>,
    ) -> Result<Value, PaymentError> {
        let uncertain = |error: reqwest::Error| PaymentError::Uncertain(error.without_url().into());
        let mut request = self
            .http
            .request(method.clone(), format!("{}/v1/{path}", self.base))
            .header(AUTHORIZATION, format!("Bearer {}", self.key.expose_secret()))
            .header("Stripe-Version", VERSION);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if method == Method::POST {
            let body = serde_urlencoded::to_string(form).map_err(|error| PaymentError::NotReached(error.into()))?;
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body);
        }
        let response = request.send().await.map_err(|error| match error.is_connect() {
            true => PaymentError::NotReached(error.without_url().into()),
            false => uncertain(error),
        })?;
        let status = response.status();
        let body = response.bytes().await.map_err(uncertain)?;
        judged(status, &body)
    }
}

/// What an answer means. One that is busy, or that Stripe itself can't explain, says nothing about what happened.
fn judged(status: StatusCode, body: &[u8]) -> Result<Value, PaymentError> {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let told = || json.as_ref().and_then(|json| json.pointer("/error/message")?.as_str()).unwrap_or("no reason given");
    match status {
        status if status.is_success() => {
            json.ok_or_else(|| PaymentError::Uncertain("an answer that is no JSON".into()))
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(PaymentError::NotReached("STRIPE_SECRET_KEY was refused".into()))
        }
        StatusCode::CONFLICT | StatusCode::TOO_MANY_REQUESTS => Err(PaymentError::Uncertain(told().into())),
        status if status.is_client_error() => Err(PaymentError::Refused(told().to_owned())),
        status => Err(PaymentError::Uncertain(format!("status {status}").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_means_what_its_status_says() {
        let of = |status: u16, body: &str| judged(StatusCode::from_u16(status).unwrap(), body.as_bytes());
        assert_eq!(of(200, r#"{"id":"re_1"}"#).unwrap()["id"], "re_1");
        assert!(
            matches!(of(400, r#"{"error":{"message":"no such charge"}}"#), Err(PaymentError::Refused(why)) if why == "no such charge")
        );
        assert!(matches!(of(402, "?"), Err(PaymentError::Refused(_))));
        for (status, body) in [(200, "<html>"), (409, "{}"), (429, "{}"), (500, "{}"), (503, ""), (302, "")] {
            assert!(matches!(of(status, body), Err(PaymentError::Uncertain(_))), "{status}");
        }
        assert!(matches!(of(401, "{}"), Err(PaymentError::NotReached(_))));
    }
}
