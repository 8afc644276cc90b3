//! Random secrets that are drawn here, shown once, and kept as their hash alone.

use std::fmt;

use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// The random bytes of a secret. Nobody guesses them, so one round of SHA-256 is hash enough.
const BYTES: usize = 32;
/// How much of the random part may be shown, so that people can tell their secrets apart.
const SHOWN: usize = 6;
/// The characters of the random bytes in base64url.
const RANDOM_CHARS: usize = 43;
/// The characters of the checksum.
const CHECKSUM_CHARS: usize = 6;
/// The digits of the checksum.
const BASE62: [u8; 62] = *b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A mark that says what it is for, 32 random bytes in base64url, and a checksum, by which scanners tell a secret from what
/// only looks like one. Secrets from before have no checksum, nor have those without a mark, which no scanner can find.
#[derive(Clone)]
pub struct Secret {
    mark: &'static str,
    text: String,
}

impl Secret {
    /// A new secret.
    #[must_use]
    pub fn generate(mark: &'static str, entropy: &dyn Entropy) -> Self {
        let random = URL_SAFE_NO_PAD.encode(random_bytes::<BYTES>(entropy));
        let mut text = format!("{mark}{random}");
        if !mark.is_empty() {
            text.push_str(&checksum(&text));
        }
        Self { mark, text }
    }

    /// Reads what could be such a secret; `None` for anything else.
    #[must_use]
    pub fn parse(mark: &'static str, text: &str) -> Option<Self> {
        let unmarked = text.strip_prefix(mark)?;
        if unmarked.len() != RANDOM_CHARS && unmarked.len() != RANDOM_CHARS + CHECKSUM_CHARS {
            return None;
        }
        let (random, sum) = unmarked.split_at_checked(RANDOM_CHARS)?;
        let is_whole = sum.is_empty() || text.strip_suffix(sum).map(checksum).as_deref() == Some(sum);
        let is_random = URL_SAFE_NO_PAD.decode(random).is_ok_and(|bytes| bytes.len() == BYTES);
        (is_whole && is_random).then(|| Self { mark, text: text.to_owned() })
    }

    /// The whole secret, for whom it was made.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// Its beginning, which is no secret.
    #[must_use]
    pub fn prefix(&self) -> String {
        self.text.chars().take(self.mark.len() + SHOWN).collect()
    }

    /// What is kept of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash(hex(&sha256(self.text.as_bytes())))
    }
}

/// The CRC-32 of what precedes it, in base62 with leading zeros: 62 to the power of 6 is more than 2 to the power of 32.
fn checksum(text: &str) -> String {
    let sum = usize::try_from(crc32fast::hash(text.as_bytes())).unwrap_or_default();
    let digit = |place: u32| BASE62.get(sum / BASE62.len().pow(place) % BASE62.len()).copied().map_or('0', char::from);
    (0..6).rev().map(digit).collect()
}

/// A secret as somebody showed it, which may be any text.
#[derive(Clone, JsonSchema)]
#[schemars(extend("format" = "password"), example = &"vfc_live_2f9c0d4e")]
pub struct ShownSecret(String);

impl<'de> Deserialize<'de> for ShownSecret {
    /// What is no text is not repeated in the error: it may be a secret all the same.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            _ => Err(D::Error::custom("must be a string")),
        }
    }
}

impl ShownSecret {
    /// Reads it as a secret with this mark; `None` for anything else.
    #[must_use]
    pub fn parse(&self, mark: &'static str) -> Option<Secret> {
        Secret::parse(mark, &self.0)
    }
}

impl fmt::Debug for ShownSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ShownSecret(…)")
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Secret({}…)", self.mark)
    }
}

/// The SHA-256 of a secret, in hexadecimal.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct SecretHash(String);

impl SecretHash {
    /// Reads a hash: 64 digits of lower-case hexadecimal.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid("hash", "must be a SHA-256 in lower-case hexadecimal"))
        }
    }

    /// The hash as text, for the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for SecretHash {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::*;

    #[test]
    fn a_secret_is_read_back_and_is_like_no_other() {
        let entropy = SeededEntropy::default();
        let (one, other) = (Secret::generate("key_", &entropy), Secret::generate("key_", &entropy));
        assert_ne!(one.expose(), other.expose());
        assert_eq!(one.expose().len(), "key_".len() + 43 + 6);
        assert_eq!(one.prefix(), one.expose()[..10]);
        assert_eq!(Secret::parse("key_", one.expose()).unwrap().hash(), one.hash());
        assert_ne!(one.hash(), other.hash());
        assert_eq!(Secret::generate("", &entropy).expose().len(), 43);
        assert_eq!(SecretHash::parse(one.hash().as_str()).unwrap(), one.hash());
    }

    #[test]
    fn what_was_never_drawn_is_no_secret() {
        let good = Secret::generate("key_", &SeededEntropy::default()).expose().to_owned();
        for bad in [
            "",
            "key_",
            &good[..good.len() - 1],
            &good[4..],
            &format!("{good}A"),
            &format!("{good}="),
            &format!(" {good}"),
            &good.replace("key_", "KEY_"),
            &format!("key_{}", "/".repeat(43)),
            &format!("key_{}B", "A".repeat(42)),
        ] {
            assert!(Secret::parse("key_", bad).is_none(), "{bad}");
        }
        for bad in ["", "abc", &"A".repeat(64), &"g".repeat(64), &"0".repeat(65)] {
            assert!(serde_json::from_value::<SecretHash>(bad.into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_secret_carries_a_checksum_and_those_from_before_work_without() {
        // The CRC-32 of these digits is 0xCBF43926 by definition.
        assert_eq!(checksum("123456789"), "3jZRME");
        assert_eq!(checksum(""), "000000");
        let whole = Secret::generate("key_", &SeededEntropy::default()).expose().to_owned();
        let (before, sum) = whole.split_at(whole.len() - 6);
        assert!(sum.bytes().all(|digit| digit.is_ascii_alphanumeric()));
        assert_eq!(Secret::parse("key_", before).unwrap().expose(), before, "minted before there were checksums");
        for (at, letter) in whole.char_indices().skip("key_".len()) {
            let other = if letter == 'A' { 'B' } else { 'A' };
            let mistyped = format!("{}{other}{}", &whole[..at], &whole[at + 1..]);
            assert!(Secret::parse("key_", &mistyped).is_none(), "{mistyped}");
        }
        assert!(Secret::parse("other_", &whole.replace("key_", "other_")).is_none(), "the mark counts, too");
    }

    #[test]
    fn c_59_a_secret_does_not_show_itself() {
        let secret = Secret::generate("key_", &SeededEntropy::default());
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(key_…) SecretHash(…)");
        let shown: ShownSecret = serde_json::from_value(secret.expose().into()).unwrap();
        assert_eq!(format!("{shown:?}"), "ShownSecret(…)");
    }
}
