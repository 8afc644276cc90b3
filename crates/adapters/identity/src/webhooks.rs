//! Events that the identity provider signed, as Svix signs them.

use aedile_accounts::ProviderEventReader;
use aedile_accounts::provider_events::{Delivery, ProviderEvent};
use aedile_kernel::{Error, Result, Timestamp};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretString};

use crate::payload;

/// How far the sender's clock and its delivery may be off, to either side.
const TOLERANCE_SECONDS: u64 = 5 * 60;
/// The fewest bytes of a key.
const MIN_KEY: usize = 16;
const MAX_ID: usize = 128;

/// Checks and reads the provider's events: HMAC-SHA256 over id, timestamp and body, with the endpoint's secret.
pub struct ProviderWebhooks {
    key: hmac::Key,
}

impl ProviderWebhooks {
    /// What the secret begins with.
    pub const PREFIX: &'static str = "whsec_";

    /// Events signed with this secret, `whsec_` and Base64.
    ///
    /// # Errors
    /// `Invalid` about `CLERK_WEBHOOK_SECRET` for anything else.
    pub fn new(secret: &SecretString) -> Result<Self> {
        let text = secret.expose_secret().strip_prefix(Self::PREFIX);
        let key = text.and_then(|text| STANDARD.decode(text).ok()).filter(|key| key.len() >= MIN_KEY);
        let key = key.ok_or_else(|| {
            Error::invalid("CLERK_WEBHOOK_SECRET", "must be whsec_ and the Base64 of at least 16 bytes")
        })?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key) })
    }

    /// When the delivery was sent, once a signature fits. The secret may have been renewed a moment ago, so the sender
    /// signs with both; any one that fits is enough.
    fn verify(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<Timestamp> {
        let sent_at = seconds(delivery.timestamp).filter(|_| is_id(delivery.id)).ok_or_else(bad)?;
        if sent_at.abs_diff(now.as_seconds()) > TOLERANCE_SECONDS {
            return Err(bad());
        }
        let head = format!("{}.{}.", delivery.id, delivery.timestamp);
        let expected = hmac::sign(&self.key, &[head.as_bytes(), delivery.body].concat());
        let fits = |signature: &str| {
            let tag = signature.strip_prefix("v1,").and_then(|text| STANDARD.decode(text).ok());
            tag.is_some_and(|tag| verify_slices_are_equal(expected.as_ref(), &tag).is_ok())
        };
        if delivery.signatures.split(' ').any(fits) { Ok(Timestamp::from_seconds(sent_at)) } else { Err(bad()) }
    }
}

impl ProviderEventReader for ProviderWebhooks {
    fn read(&self, delivery: &Delivery<'_>, now: Timestamp) -> Result<Option<ProviderEvent>> {
        let sent_at = self.verify(delivery, now)?;
        payload::read(delivery, sent_at)
    }
}

/// The answer to every delivery that is not good; what exactly is wrong helps only who forges one.
fn bad() -> Error {
    Error::unauthenticated("the signature is not valid")
}

/// Id and timestamp are joined by a dot before they are signed, so neither may hold one.
fn is_id(text: &str) -> bool {
    (1..=MAX_ID).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn seconds(text: &str) -> Option<i64> {
    let is_number = (1..=12).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

impl std::fmt::Debug for ProviderWebhooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ProviderWebhooks(…)")
    }
}
