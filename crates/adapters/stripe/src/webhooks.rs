//! Signatures of events.

use aedile_billing::payments::{PaymentEvent, PaymentEventReader};
use aedile_kernel::{Error, Result, Timestamp};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret, SecretString};

use crate::events::Event;

/// How far our clock and the sender's may be apart, to either side.
const TOLERANCE_SECONDS: u64 = 5 * 60;
/// The most signatures worth a look.
const MOST_SIGNATURES: usize = 8;

/// Checks and reads Stripe's events: HMAC-SHA256 over the time and the body, with the secret of the endpoint that sends it.
pub struct StripeWebhooks {
    keys: Vec<hmac::Key>,
}

impl StripeWebhooks {
    /// Events signed with one of these secrets, the whole of it. They are separated by commas: the endpoint for one's own
    /// account and the one for connected accounts have one each, and so have old and new while a secret is rotated.
    #[must_use]
    pub fn new(secrets: &SecretString) -> Self {
        let secrets = secrets.expose_secret().split(',').map(str::trim).filter(|secret| !secret.is_empty());
        Self { keys: secrets.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes())).collect() }
    }

    fn verify(&self, header: &str, body: &[u8], now: Timestamp) -> Result<()> {
        let fields = || header.split(',').filter_map(|field| field.trim().split_once('='));
        let mut times = fields().filter(|(name, _)| *name == "t").map(|(_, value)| value);
        let (Some(time), None) = (times.next(), times.next()) else { return Err(bad()) };
        let is_number = (1..=12).contains(&time.len()) && time.bytes().all(|byte| byte.is_ascii_digit());
        let sent_at: i64 = time.parse().ok().filter(|_| is_number).ok_or_else(bad)?;
        if sent_at.abs_diff(now.as_seconds()) > TOLERANCE_SECONDS {
            return Err(bad());
        }
        let signed = [time.as_bytes(), b".", body].concat();
        let expected: Vec<hmac::Tag> = self.keys.iter().map(|key| hmac::sign(key, &signed)).collect();
        let signatures = fields().filter(|(name, _)| *name == "v1").take(MOST_SIGNATURES);
        let is_expected = |tag: &[u8]| expected.iter().any(|one| verify_slices_are_equal(one.as_ref(), tag).is_ok());
        let mut tags = signatures.filter_map(|(_, value)| bytes(value));
        if tags.any(|tag| is_expected(&tag)) { Ok(()) } else { Err(bad()) }
    }
}

impl PaymentEventReader for StripeWebhooks {
    fn read(&self, signature: &str, body: &[u8], now: Timestamp) -> Result<PaymentEvent> {
        self.verify(signature, body, now)?;
        let event: Event =
            serde_json::from_slice(body).map_err(|_| Error::invalid("body", "is no event that can be read"))?;
        event.read()
    }
}

/// Lower-case hexadecimal.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    if hex.len() != 64 || !hex.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
        return None;
    }
    (0..32).map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok()).collect()
}

fn bad() -> Error {
    Error::unauthenticated("the signature does not fit, or is too old")
}

#[cfg(test)]
mod tests {
    use aedile_billing::payments::News;
    use aedile_kernel::digest::hex;

    use super::*;

    const NOW: i64 = 1_800_000_000;
    const BODY: &[u8] =
        br#"{"id":"evt_1","created":1799999999,"type":"account.updated","data":{"object":{"id":"acct_1"}}}"#;

    fn webhooks() -> StripeWebhooks {
        StripeWebhooks::new(&SecretString::from("whsec_test".to_owned()))
    }

    fn signature(time: i64, body: &[u8]) -> String {
        let tag = hmac::sign(&webhooks().keys[0], &[time.to_string().as_bytes(), b".", body].concat());
        hex(tag.as_ref())
    }

    fn read(header: &str, body: &[u8]) -> Result<PaymentEvent> {
        webhooks().read(header, body, Timestamp::from_seconds(NOW))
    }

    #[test]
    fn a_signature_that_fits_is_believed() {
        let tag = signature(NOW, BODY);
        let zeros = "0".repeat(64);
        for header in [
            format!("t={NOW},v1={tag}"),
            format!("v1={tag},t={NOW}"),
            format!("t={NOW}, v1={tag}"),
            format!("t={NOW},v1={zeros},v1={tag}"),
            format!("t={NOW},v1={tag},v0={zeros}"),
            format!("t={NOW},v1=short,v1={tag}"),
            format!("t={},v1={}", NOW - 300, signature(NOW - 300, BODY)),
            format!("t={},v1={}", NOW + 300, signature(NOW + 300, BODY)),
        ] {
            let event = read(&header, BODY).unwrap_or_else(|error| panic!("{header}: {error}"));
            assert_eq!(event.id, "evt_1");
            assert_eq!(event.news, News::Account { account: "acct_1".into(), payments_enabled: false });
            assert_eq!(event.created_at, Timestamp::from_seconds(NOW - 1));
        }
    }

    #[test]
    fn any_other_is_not() {
        let tag = signature(NOW, BODY);
        let other = StripeWebhooks::new(&SecretString::from("whsec_other".to_owned()));
        let foreign = hex(hmac::sign(&other.keys[0], &[NOW.to_string().as_bytes(), b".", BODY].concat()).as_ref());
        let upper = tag.to_uppercase();
        for header in [
            String::new(),
            "nonsense".to_owned(),
            format!("v1={tag}"),
            format!("t={NOW}"),
            format!("t=,v1={tag}"),
            format!("t=x,v1={tag}"),
            format!("t=-{NOW},v1={tag}"),
            format!("t=+{NOW},v1={tag}"),
            format!("t={NOW}.0,v1={tag}"),
            format!("t={NOW}{NOW}{NOW},v1={tag}"),
            format!("t={NOW},t={NOW},v1={tag}"),
            format!("t={NOW},v1="),
            format!("t={NOW},v1={foreign}"),
            format!("t={NOW},v1={upper}"),
            format!("t={NOW},v1=0{tag}"),
            format!("t={NOW},v1={}", &tag[..63]),
            format!("t={NOW},v0={tag}"),
            format!("t={NOW},v2={tag}"),
            format!("t={NOW};v1={tag}"),
            format!("T={NOW},V1={tag}"),
            format!("t={},v1={tag}", NOW + 1),
            format!("t={},v1={}", NOW - 301, signature(NOW - 301, BODY)),
            format!("t={},v1={}", NOW + 301, signature(NOW + 301, BODY)),
            format!("t=0,v1={}", signature(0, BODY)),
            format!("t={NOW},v1={}", signature(NOW, b"")),
            format!("t={NOW},v1={}", hex(&[0; 32])),
            format!("t={NOW},{}v1={tag}", format!("v1={},", hex(&[0; 32])).repeat(8)),
        ] {
            assert!(matches!(read(&header, BODY), Err(Error::Unauthenticated(_))), "{header}");
        }
        let changed = [BODY, b" "].concat();
        assert!(read(&format!("t={NOW},v1={tag}"), &changed).is_err());
    }

    #[test]
    fn any_of_several_secrets_counts_and_no_other() {
        let signed = |secret: &str| {
            let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
            let tag = hmac::sign(&key, &[NOW.to_string().as_bytes(), b".", BODY].concat());
            format!("t={NOW},v1={}", hex(tag.as_ref()))
        };
        let webhooks = StripeWebhooks::new(&SecretString::from("whsec_account, whsec_connect,".to_owned()));
        let read = |secret: &str| webhooks.read(&signed(secret), BODY, Timestamp::from_seconds(NOW));
        for secret in ["whsec_account", "whsec_connect"] {
            assert_eq!(read(secret).unwrap().id, "evt_1");
        }
        for secret in ["whsec_other", "", "whsec_account, whsec_connect,", "whsec_account,whsec_connect"] {
            assert!(matches!(read(secret), Err(Error::Unauthenticated(_))), "{secret}");
        }
    }

    #[test]
    fn what_can_not_be_read_is_refused() {
        for bad in [
            "",
            "{}",
            r#"{"id":"","created":1,"type":"x","data":{"object":{}}}"#,
            r#"{"id":"e","created":1,"type":"x"}"#,
            r#"{"id":"e","type":"x","data":{"object":{}}}"#,
            r#"{"id":"e","created":"2026-01-01T00:00:00Z","type":"x","data":{"object":{}}}"#,
        ] {
            let signed = format!("t={NOW},v1={}", signature(NOW, bad.as_bytes()));
            assert!(matches!(read(&signed, bad.as_bytes()), Err(Error::Invalid(_))), "{bad}");
        }
        let long = format!(r#"{{"id":"{}","created":1,"type":"x","data":{{"object":{{}}}}}}"#, "e".repeat(256));
        assert!(read(&format!("t={NOW},v1={}", signature(NOW, long.as_bytes())), long.as_bytes()).is_err());
    }
}
