//! Passwords, their hashes, and who turns one into the other.

use std::fmt;

use aedile_kernel::{Error, Result};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

/// A password as its owner typed it.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(extend("format" = "password"))]
#[serde(transparent)]
pub struct Password(String);

impl Password {
    /// The fewest characters of a new password.
    pub const MIN_CHARS: usize = 8;
    /// The most characters of a new password.
    pub const MAX_CHARS: usize = 128;

    /// A password as it came in. Any text is one: a try that could never succeed must cost what the others cost.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The password, if somebody may choose it: 8 to 128 characters, none of them a control character.
    ///
    /// # Errors
    /// `Invalid` about `password` for anything else.
    pub fn chosen(self) -> Result<Self> {
        if !(Self::MIN_CHARS..=Self::MAX_CHARS).contains(&self.0.chars().count()) {
            return Err(Error::invalid("password", "must have 8 to 128 characters"));
        }
        if self.0.chars().any(char::is_control) {
            return Err(Error::invalid("password", "must not contain control characters"));
        }
        Ok(self)
    }

    /// The password's bytes, for whoever hashes it.
    #[must_use]
    pub fn expose(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// A hashed password in the PHC string format, such as `$pbkdf2-sha256$i=600000,l=32$salt$hash`.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct PasswordHash(String);

impl PasswordHash {
    const MAX_LENGTH: usize = 256;

    /// Reads a hash: printable ASCII that begins with `$`, at most 256 bytes.
    ///
    /// # Errors
    /// `Invalid` for anything else, so that a plain password is never taken for a hash.
    pub fn parse(text: &str) -> Result<Self> {
        let is_hash = text.starts_with('$')
            && text.len() <= Self::MAX_LENGTH
            && text.split('$').count() == 5
            && text.bytes().all(|b| b.is_ascii_graphic());
        if is_hash {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::invalid("password_hash", "must be a hash in the PHC string format"))
        }
    }

    /// The hash as text, for the store and whoever verifies it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for PasswordHash {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(…)")
    }
}

/// Hashes and verifies passwords, away from the threads that serve requests.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PasswordHasher: Send + Sync {
    /// Hashes a password with a fresh salt.
    ///
    /// # Errors
    /// `Internal` if hashing fails.
    async fn hash(&self, password: Password) -> Result<PasswordHash>;

    /// Whether `password` is the one that was hashed. `None` is the hash of nobody: the answer is no, after the same
    /// work.
    ///
    /// # Errors
    /// Only of the machinery; a hash that can't be read is one too.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_password_has_bounds_in_characters() {
        for good in ["12345678", "пароль-секрет", &"ä".repeat(128), " spaces are fine "] {
            assert!(Password::new(good.to_owned()).chosen().is_ok(), "{good}");
        }
        for bad in ["", "1234567", &"ä".repeat(129), "with\nnewline", "with\0nul!!"] {
            assert!(Password::new(bad.to_owned()).chosen().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn c_59_secrets_do_not_show_themselves() {
        let shown = format!("{:?} {:?}", Password::new("hunter22".into()), PasswordHash::parse("$a$b$c$d").unwrap());
        assert_eq!(shown, "Password(…) PasswordHash(…)");
    }

    #[test]
    fn a_plain_password_is_no_hash() {
        for bad in ["", "hunter22", "$$$", "$a$b$c$ d", "$a$b$c$d$e", &format!("$a$b$c${}", "x".repeat(256))] {
            assert!(serde_json::from_value::<PasswordHash>(bad.into()).is_err(), "{bad}");
        }
    }
}
