//! Secrets among the settings: what is too weak or malformed stops the start.

use aedile_identity::ProviderWebhooks;
use secrecy::SecretString;

pub(super) fn webhook_secret(text: &str) -> Result<SecretString, &'static str> {
    let secret = SecretString::from(text.to_owned());
    let is_one = ProviderWebhooks::new(&secret).is_ok();
    if is_one { Ok(secret) } else { Err("must be whsec_ and the Base64 of at least 16 bytes") }
}

pub(super) fn jwt_secret(text: &str) -> Result<SecretString, &'static str> {
    if text.len() < 32 { Err("must have at least 32 bytes") } else { Ok(SecretString::from(text.to_owned())) }
}

pub(super) fn admin_api_key(text: &str) -> Result<SecretString, &'static str> {
    let is_sane = (16..=1024).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if is_sane { Ok(SecretString::from(text.to_owned())) } else { Err("must be 16 to 1024 visible ASCII characters") }
}

pub(super) fn stripe_key(text: &str) -> Result<SecretString, &'static str> {
    let rest = ["sk_test_", "sk_live_", "rk_test_", "rk_live_"].iter().find_map(|mark| text.strip_prefix(mark));
    if rest.is_some_and(|rest| !rest.is_empty() && is_plain(rest)) {
        Ok(SecretString::from(text.to_owned()))
    } else {
        Err(
            "must be a secret or restricted key: sk_test_…, sk_live_…, rk_test_… or rk_live_…, letters, digits and _ only",
        )
    }
}

/// One secret for each webhook endpoint, separated by commas.
pub(super) fn stripe_webhook_secret(text: &str) -> Result<SecretString, &'static str> {
    const FEWEST: usize = 8;
    let is_one = |secret: &str| {
        secret
            .trim()
            .strip_prefix("whsec_")
            .is_some_and(|rest| rest.len() >= FEWEST && rest.bytes().all(|byte| byte.is_ascii_graphic()))
    };
    if text.split(',').all(is_one) {
        Ok(SecretString::from(text.to_owned()))
    } else {
        Err(
            "must be whsec_ and at least 8 visible ASCII characters, as Stripe shows it; several are separated by commas",
        )
    }
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
