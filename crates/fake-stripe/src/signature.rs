//! Signed events.

use std::fmt::Write as _;

use aws_lc_rs::hmac;
use serde_json::Value;

/// An event as it is sent.
#[derive(Debug, Clone)]
pub struct SignedEvent {
    /// The body.
    pub body: String,
    /// The header `Stripe-Signature`.
    pub signature: String,
}

impl SignedEvent {
    pub(crate) fn new(secret: &str, event: &Value, seconds: u64) -> Self {
        Self::of_body(secret, &event.to_string(), seconds)
    }

    /// Signs a body with a webhook secret, at an instant in seconds since 1970.
    #[must_use]
    pub fn of_body(secret: &str, body: &str, seconds: u64) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
        let hex = tag.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        });
        Self { body: body.to_owned(), signature: format!("t={seconds},v1={hex}") }
    }
}
