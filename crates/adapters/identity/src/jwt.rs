//! The one strict reader of JSON Web Tokens (RFC 7519, RFC 8725).

use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::{Error, Result, Timestamp};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer};

use aedile_accounts::VerifiedToken;

/// The most bytes of a token. Those of identity providers stay below 4 KiB.
pub(crate) const MAX_LENGTH: usize = 8 * 1024;

const LEEWAY_SECONDS: i64 = VerifiedToken::LEEWAY_SECONDS;

/// The answer to every token that is not good; what exactly is wrong helps only who forges one.
pub(crate) fn bad() -> Error {
    Error::unauthenticated("the token is not valid")
}

/// What a header may say. Fields that would have the token choose its own key or rules are known only to be refused.
#[derive(Deserialize)]
pub(crate) struct Header {
    pub(crate) alg: String,
    #[serde(default, deserialize_with = "present")]
    typ: Option<String>,
    #[serde(default, deserialize_with = "present")]
    pub(crate) kid: Option<String>,
    #[serde(default, deserialize_with = "present")]
    crit: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    jku: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    jwk: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    x5u: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    x5c: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    enc: Option<IgnoredAny>,
    #[serde(default, deserialize_with = "present")]
    zip: Option<IgnoredAny>,
}

impl Header {
    fn is_plain(&self) -> bool {
        let demands = [&self.crit, &self.jku, &self.jwk, &self.x5u, &self.x5c, &self.enc, &self.zip];
        self.typ.as_deref().is_none_or(|typ| typ.eq_ignore_ascii_case("JWT")) && demands.iter().all(|d| d.is_none())
    }
}

/// A token in its parts, of which only the header was read.
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    signed: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    /// Splits a token.
    pub(crate) fn of(token: &'a str) -> Result<Self> {
        if token.len() > MAX_LENGTH {
            return Err(bad());
        }
        let (signed, signature) = token.rsplit_once('.').ok_or_else(bad)?;
        let (header, payload) = signed.split_once('.').ok_or_else(bad)?;
        let header: Header = decoded(header)?;
        if header.is_plain() { Ok(Self { header, signed, payload, signature }) } else { Err(bad()) }
    }

    /// The SHA-256 of what was signed, in hexadecimal. The signature is no part of it: one may be spelled in several ways.
    pub(crate) fn digest(&self) -> String {
        hex(&sha256(self.signed.as_bytes()))
    }

    /// The claims, once the signature was verified.
    pub(crate) fn verified<C: DeserializeOwned>(&self, key: &DecodingKey, algorithm: Algorithm) -> Result<C> {
        match jsonwebtoken::crypto::verify(self.signature, self.signed.as_bytes(), key, algorithm) {
            Ok(true) => decoded(self.payload),
            Ok(false) | Err(_) => Err(bad()),
        }
    }
}

fn decoded<T: DeserializeOwned>(part: &str) -> Result<T> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| bad())?;
    serde_json::from_slice(&bytes).map_err(|_| bad())
}

/// For optional fields: a field that is there must have the right type, so null is not the same as absent.
pub(crate) fn present<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// For fields that decide nothing: what has another type, or is null, tells nothing.
pub(crate) fn lenient<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = serde_json::Value::deserialize(deserializer)?;
    Ok(serde_json::from_value(value).ok())
}

/// A time in whole seconds since 1970. RFC 7519 (section 2) allows parts of a second, which are cut off.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NumericDate(pub(crate) i64);

impl<'de> Deserialize<'de> for NumericDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        /// Far beyond any time that matters, and exact as a number with a fraction.
        const GREATEST: f64 = 9_007_199_254_740_992.0;
        let number = serde_json::Number::deserialize(deserializer)?;
        if let Some(seconds) = number.as_i64() {
            return Ok(Self(seconds));
        }
        let seconds = number.as_f64().filter(|seconds| seconds.abs() < GREATEST);
        let seconds = seconds.ok_or_else(|| serde::de::Error::custom("must be a time"))?;
        // A whole number within these bounds is written without a fraction or an exponent.
        format!("{:.0}", seconds.floor()).parse().map(Self).map_err(serde::de::Error::custom)
    }
}

/// From when to when a token is good.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    not_before: Option<Timestamp>,
    expires_at: Timestamp,
}

impl Window {
    /// From the claims `nbf` and `exp`, in seconds.
    pub(crate) fn new(not_before: Option<NumericDate>, expires_at: NumericDate) -> Self {
        let not_before = not_before.map(|date| Timestamp::from_seconds(date.0));
        Self { not_before, expires_at: Timestamp::from_seconds(expires_at.0) }
    }

    pub(crate) fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    /// Refuses a token outside of its window, with leeway at both ends.
    pub(crate) fn judge(&self, now: Timestamp) -> Result<()> {
        if now >= self.expires_at.plus_seconds(LEEWAY_SECONDS) {
            return Err(Error::unauthenticated("the token has expired"));
        }
        match self.not_before {
            Some(not_before) if now.plus_seconds(LEEWAY_SECONDS) < not_before => Err(bad()),
            _ => Ok(()),
        }
    }
}

/// A token whose signature and claims are good; whether its time has come is judged at each use.
#[derive(Debug, Clone)]
pub(crate) struct Verified {
    pub(crate) token: VerifiedToken,
    pub(crate) window: Window,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_a_minute_of_leeway_at_both_ends() {
        let at = Timestamp::from_seconds;
        let window = Window::new(Some(NumericDate(1_000)), NumericDate(2_000));
        for (second, is_good) in [(939, false), (940, true), (1_500, true), (2_059, true), (2_060, false)] {
            assert_eq!(window.judge(at(second)).is_ok(), is_good, "{second}");
        }
        assert!(Window::new(None, NumericDate(i64::MAX)).judge(at(0)).is_ok());
        assert!(Window::new(None, NumericDate(i64::MIN)).judge(at(0)).is_err());
    }
}
