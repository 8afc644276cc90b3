//! How requests reach Stripe.

use std::time::Duration;

use aedile_kernel::error::Cause;
use async_trait::async_trait;
use bytes::Bytes;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use secrecy::{ExposeSecret, SecretString};

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// A request, as it goes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireRequest {
    /// The method.
    pub method: Method,
    /// The path after `/v1/`.
    pub path: String,
    /// The query, without `?`.
    pub query: Option<String>,
    /// The form.
    pub form: Option<String>,
    /// The header `Idempotency-Key`.
    pub key: Option<String>,
    /// The header `Stripe-Version`.
    pub version: String,
}

/// An answer, as it comes over the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WireAnswer {
    /// The HTTP status.
    pub status: u16,
    /// The header `Stripe-Should-Retry`.
    pub should_retry: Option<bool>,
    /// The header `Retry-After`.
    pub retry_after: Option<Duration>,
    /// The body.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug)]
pub enum TransportError {
    /// No connection was made: the request was not heard.
    NotReached(Cause),
    /// The request may have been heard.
    NoAnswer(Cause),
}

/// Sends requests, one attempt each, and waits between attempts.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Sends a request once, with the secret key.
    ///
    /// # Errors
    /// [`TransportError`] when there is no answer.
    async fn send(&self, request: &WireRequest) -> Result<WireAnswer, TransportError>;

    /// Waits before the next attempt.
    async fn pause(&self, pause: Duration);
}

/// Over HTTPS.
pub(crate) struct HttpTransport {
    http: Client,
    base: String,
    key: SecretString,
}

impl HttpTransport {
    pub(crate) fn new(base: &str, key: SecretString) -> Result<Self, reqwest::Error> {
        let http = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(Policy::none())
            .build()?;
        Ok(Self { http, base: base.trim_end_matches('/').to_owned(), key })
    }

    fn url(&self, request: &WireRequest) -> String {
        let url = format!("{}/v1/{}", self.base, request.path);
        request.query.as_ref().map_or_else(|| url.clone(), |query| format!("{url}?{query}"))
    }
}

#[async_trait]
impl Transport for HttpTransport {
    async fn send(&self, request: &WireRequest) -> Result<WireAnswer, TransportError> {
        let mut sending = self
            .http
            .request(request.method.clone(), self.url(request))
            .header(AUTHORIZATION, format!("Bearer {}", self.key.expose_secret()))
            .header("Stripe-Version", &request.version);
        if let Some(key) = &request.key {
            sending = sending.header("Idempotency-Key", key);
        }
        if let Some(form) = &request.form {
            sending = sending.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form.clone());
        }
        let response = sending.send().await.map_err(unanswered)?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = response.bytes().await.map_err(unanswered)?;
        let (should_retry, retry_after) = (should_retry(&headers), retry_after(&headers));
        Ok(WireAnswer { status, should_retry, retry_after, body })
    }

    async fn pause(&self, pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}

fn unanswered(error: reqwest::Error) -> TransportError {
    let is_connect = error.is_connect();
    let cause = error.without_url().into();
    if is_connect { TransportError::NotReached(cause) } else { TransportError::NoAnswer(cause) }
}

fn should_retry(headers: &HeaderMap) -> Option<bool> {
    headers.get("stripe-should-retry")?.to_str().ok()?.parse().ok()
}

/// In seconds; a date is passed over.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn advice_is_read_when_it_can_be() {
        let of = |name: &'static str, value: &'static str| {
            HeaderMap::from_iter([(
                reqwest::header::HeaderName::from_static(name),
                reqwest::header::HeaderValue::from_static(value),
            )])
        };
        assert_eq!(should_retry(&of("stripe-should-retry", "false")), Some(false));
        assert_eq!(should_retry(&of("stripe-should-retry", "perhaps")), None);
        assert_eq!(retry_after(&of("retry-after", "2")), Some(Duration::from_secs(2)));
        assert_eq!(retry_after(&of("retry-after", "Thu, 26 Nov 2026 01:00:00 GMT")), None);
        assert_eq!(retry_after(&HeaderMap::new()), None);
    }
}
