//! Passwords, their hashes, and who turns one into the other.

use std::fmt;

use aedile_kernel::{Error, Result, text};
use async_trait::async_trait;
use schemars::JsonSchema;
use serde::Deserialize;

/// A password as its owner typed it, in Unicode's composed form (NFC): however a keyboard puts a letter together, it is the
/// same password.
#[derive(Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[schemars(with = "String", extend("format" = "password"))]
#[serde(from = "String")]
pub struct Password(String);

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl Password {
    /// The fewest characters of a new password.
    pub const MIN_CHARS: usize = 8;
    /// The most characters of a new password.
    pub const MAX_CHARS: usize = 128;
    /// What a new password must be, in the words of forms.
    pub const RULES: &'static str =
        "8 to 128 characters that are hard to guess: no common password, no name or address of yours";
    /// An admin's first password for somebody is not among the ten thousand that are tried first.
    const GUESSES_OF_ADMINS: f64 = 4.0;
    /// One's own password takes at least a million guesses.
    const GUESSES_OF_OWNERS: f64 = 6.0;

    /// A password as it came in. Any text is one: a try that could never succeed must cost what the others cost.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "whoever read a password keeps no copy of it")]
    pub fn new(text: String) -> Self {
        Self(text::composed(&text))
    }

    /// The password, if an admin may choose it for somebody: 8 to 128 characters, none of them a control character, and none
    /// of the most common passwords.
    ///
    /// # Errors
    /// `Invalid` about `password` for anything else.
    pub fn chosen_by_admin(self) -> Result<Self> {
        self.chosen("password", &[], Self::GUESSES_OF_ADMINS)
    }

    /// The password, if its owner may choose it: 8 to 128 characters, none of them a control character, and hard to guess, also
    /// for who knows what else the owner is called.
    ///
    /// # Errors
    /// `Invalid` about `new_password` for anything else.
    pub fn chosen_by_owner(self, known: &[&str]) -> Result<Self> {
        self.chosen("new_password", known, Self::GUESSES_OF_OWNERS)
    }

    /// How many guesses a password takes is estimated by zxcvbn (Wheeler, USENIX Security 2016), as a power of ten.
    fn chosen(self, field: &'static str, known: &[&str], guesses: f64) -> Result<Self> {
        if !(Self::MIN_CHARS..=Self::MAX_CHARS).contains(&self.0.chars().count()) {
            return Err(Error::invalid(field, "must have 8 to 128 characters"));
        }
        if self.0.chars().any(char::is_control) {
            return Err(Error::invalid(field, "must not contain control characters"));
        }
        let parts = known.iter().flat_map(|known| known.split(|c: char| !c.is_alphanumeric()).chain(known.split('@')));
        let guessed_first: Vec<&str> = known.iter().copied().chain(parts).collect();
        if zxcvbn::zxcvbn(&self.0, &guessed_first).guesses_log10() < guesses {
            return Err(Error::invalid(field, "is too easy to guess; use several unusual words"));
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

    /// Whether `password` is the one that was hashed. `None` is the hash of nobody: the answer is no,
    /// after the same work.
    ///
    /// # Errors
    /// Only of the machinery; a hash that can't be read is one too.
    async fn verify(&self, password: Password, hash: Option<PasswordHash>) -> Result<bool>;

    /// Whether a hash was made with fewer rounds than new ones are.
    fn is_outdated(&self, hash: &PasswordHash) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str) -> bool {
        Password::new(text.to_owned()).chosen_by_admin().is_err()
    }

    #[test]
    fn a_new_password_has_bounds_in_characters() {
        for good in ["oaken wagon", "пароль-секрет", &"äöü".repeat(42), " spaces are fine "] {
            assert!(!is_refused(good), "{good}");
        }
        for bad in ["", "1a5!xQ7", &"äöü".repeat(43), "with\nnewline", "with\0nul!!"] {
            assert!(is_refused(bad), "{bad:?}");
        }
    }

    #[test]
    fn common_passwords_are_refused_and_owners_choose_better_ones() {
        for common in ["12345678", "password123", "qwertyuiop", "P@ssw0rd", "iloveyou", "aaaaaaaaaaaa"] {
            assert!(is_refused(common), "{common}");
        }
        let by_owner = |text: &str| Password::new(text.to_owned()).chosen_by_owner(&["ada.lovelace@example.com"]);
        assert!(by_owner("correct horse battery").is_ok());
        for weak in ["testpassword", "hunter2hunter2", "ada.lovelace", "ada.lovelace@example.com"] {
            assert!(by_owner(weak).is_err(), "{weak}");
        }
    }

    #[test]
    fn a_password_is_the_same_however_its_letters_are_put_together() {
        assert_eq!(Password::new("cafe\u{301} noir".into()), Password::new("caf\u{e9} noir".into()));
        let read: Password = serde_json::from_value("cafe\u{301} noir".into()).unwrap();
        assert_eq!(read.expose(), "caf\u{e9} noir".as_bytes());
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
