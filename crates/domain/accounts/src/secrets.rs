//! Random secrets that are drawn here, shown once, and kept as their hash alone.

use std::fmt;

use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;

/// The random bytes of a secret. Nobody guesses them, so one round of SHA-256 is hash enough.
const BYTES: usize = 32;
/// How much of the random part may be shown, so that people can tell their secrets apart.
const SHOWN: usize = 6;

/// A mark that says what it is for, and 32 random bytes in base64url.
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
        Self { mark, text: format!("{mark}{random}") }
    }

    /// Reads what could be such a secret; `None` for anything else.
    #[must_use]
    pub fn parse(mark: &'static str, text: &str) -> Option<Self> {
        let random = URL_SAFE_NO_PAD.decode(text.strip_prefix(mark)?).ok()?;
        (random.len() == BYTES).then(|| Self { mark, text: text.to_owned() })
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
        assert_eq!(one.expose().len(), "key_".len() + 43);
        assert_eq!(one.prefix(), one.expose()[..10]);
        assert_eq!(Secret::parse("key_", one.expose()).unwrap().hash(), one.hash());
        assert_ne!(one.hash(), other.hash());
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
    fn c_59_a_secret_does_not_show_itself() {
        let secret = Secret::generate("key_", &SeededEntropy::default());
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "Secret(key_…) SecretHash(…)");
    }
}
