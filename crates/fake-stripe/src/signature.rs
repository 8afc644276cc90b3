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
        let body = event.to_string();
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, format!("{seconds}.{body}").as_bytes());
        let hex = tag.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").ok();
            hex
        });
        Self { body, signature: format!("t={seconds},v1={hex}") }
    }
}
