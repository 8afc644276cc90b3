//! What an answer means, and whether to ask again.

use std::fmt::Display;
use std::time::Duration;

use aedile_billing::payments::PaymentError;
use bytes::Bytes;
use serde_json::Value;
use stripe_client_core::StripeClientErr;

use crate::transport::{TransportError, WireAnswer};

/// The longest `Retry-After` that is waited for: somebody waits for the answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// An attempt, or a call, without the answer that was hoped for.
#[derive(Debug)]
pub(crate) struct CallError {
    pub(crate) error: PaymentError,
    /// The HTTP status, if there was an answer.
    pub(crate) status: Option<u16>,
    should_retry: Option<bool>,
    retry_after: Option<Duration>,
}

impl CallError {
    /// An answer that can't be read: what was asked for may have happened.
    pub(crate) fn unreadable(why: impl Display) -> Self {
        let error = PaymentError::Uncertain(why.to_string().into());
        Self { error, status: None, should_retry: Some(false), retry_after: None }
    }

    /// Whether another attempt may end better: Stripe's own advice, else what its documentation says of the status.
    pub(crate) fn is_worth_retrying(&self) -> bool {
        self.should_retry.unwrap_or(matches!(self.status, None | Some(409 | 424 | 429 | 500..=599)))
    }

    /// How long to wait instead of `pause`; `None` if that is too long.
    pub(crate) fn pause(&self, pause: Duration) -> Option<Duration> {
        match self.retry_after {
            Some(wanted) if wanted > PATIENCE => None,
            Some(wanted) => Some(wanted.max(pause)),
            None => Some(pause),
        }
    }

    /// Whether what was asked for may have happened.
    pub(crate) const fn may_be_heard(&self) -> bool {
        matches!(self.error, PaymentError::Uncertain(_))
    }

    /// The same of a call of which an earlier attempt may have been heard.
    pub(crate) fn after_heard(self) -> Self {
        let error = match self.error {
            PaymentError::NotReached(cause) => PaymentError::Uncertain(cause),
            error => error,
        };
        Self { error, ..self }
    }
}

impl StripeClientErr for CallError {
    fn deserialize_err(message: impl Display) -> Self {
        Self::unreadable(message)
    }
}

impl From<CallError> for PaymentError {
    fn from(error: CallError) -> Self {
        error.error
    }
}

impl From<TransportError> for CallError {
    fn from(error: TransportError) -> Self {
        let error = match error {
            TransportError::NotReached(cause) => PaymentError::NotReached(cause),
            TransportError::NoAnswer(cause) => PaymentError::Uncertain(cause),
        };
        Self { error, status: None, should_retry: None, retry_after: None }
    }
}

/// The body of an answer that says yes.
///
/// # Errors
/// What any other answer means. A wrong key means that the attempt was not heard. A key that is in use or was used for
/// something else, a limit, a failed dependency and Stripe's own trouble say nothing about what happened.
pub(crate) fn judge(answer: WireAnswer) -> Result<Bytes, CallError> {
    let WireAnswer { status, should_retry, retry_after, body } = answer;
    if (200..300).contains(&status) {
        return Ok(body);
    }
    let told: Value = serde_json::from_slice(&body).unwrap_or_default();
    let field = |name: &str| told.pointer(&format!("/error/{name}")).and_then(Value::as_str);
    let why = field("message").unwrap_or("no reason given").to_owned();
    let error = match status {
        401 | 403 => PaymentError::NotReached("STRIPE_SECRET_KEY was refused".into()),
        409 | 424 | 429 => PaymentError::Uncertain(why.into()),
        400..=499 if field("type") == Some("idempotency_error") => PaymentError::Uncertain(why.into()),
        400..=499 => PaymentError::Refused(why),
        _ => PaymentError::Uncertain(format!("status {status}").into()),
    };
    Err(CallError { error, status: Some(status), should_retry, retry_after })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str) -> Result<Bytes, CallError> {
        let body = Bytes::copy_from_slice(body.as_bytes());
        judge(WireAnswer { status, should_retry: None, retry_after: None, body })
    }

    fn error(status: u16, should_retry: Option<bool>, retry_after: Option<u64>) -> CallError {
        let retry_after = retry_after.map(Duration::from_secs);
        judge(WireAnswer { status, should_retry, retry_after, body: Bytes::new() }).unwrap_err()
    }

    #[test]
    fn an_answer_means_what_its_status_says() {
        assert_eq!(judged(200, "yes").unwrap(), "yes");
        let refused = judged(400, r#"{"error":{"message":"no such charge"}}"#).unwrap_err().error;
        assert!(matches!(refused, PaymentError::Refused(why) if why == "no such charge"));
        for status in [402, 404, 422] {
            assert!(matches!(judged(status, "?").unwrap_err().error, PaymentError::Refused(_)), "{status}");
        }
        for status in [409, 424, 429, 500, 502, 503, 302] {
            assert!(matches!(judged(status, "").unwrap_err().error, PaymentError::Uncertain(_)), "{status}");
        }
        for status in [401, 403] {
            assert!(matches!(judged(status, "{}").unwrap_err().error, PaymentError::NotReached(_)), "{status}");
        }
    }

    #[test]
    fn a_key_that_was_used_for_something_else_says_nothing_about_what_happened() {
        let told = judged(400, r#"{"error":{"type":"idempotency_error","message":"same parameters"}}"#).unwrap_err();
        assert!(told.may_be_heard() && !told.is_worth_retrying());
    }

    #[test]
    fn the_advice_goes_before_the_status() {
        for status in [409, 424, 429, 500, 503] {
            assert!(error(status, None, None).is_worth_retrying(), "{status}");
            assert!(!error(status, Some(false), None).is_worth_retrying(), "{status}");
        }
        for status in [400, 401, 402, 403, 404] {
            assert!(!error(status, None, None).is_worth_retrying(), "{status}");
            assert!(error(status, Some(true), None).is_worth_retrying(), "{status}");
        }
        assert!(CallError::from(TransportError::NotReached("x".into())).is_worth_retrying());
    }

    #[test]
    fn retry_after_is_the_least_and_patience_the_most() {
        let pause = Duration::from_secs(1);
        assert_eq!(error(429, None, None).pause(pause), Some(pause));
        assert_eq!(error(429, None, Some(0)).pause(pause), Some(pause));
        assert_eq!(error(429, None, Some(5)).pause(pause), Some(Duration::from_secs(5)));
        assert_eq!(error(429, None, Some(6)).pause(pause), None);
    }
}
