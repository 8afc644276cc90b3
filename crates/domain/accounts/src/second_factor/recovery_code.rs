//! Codes for when the authenticator app is lost.

use std::fmt;

use aedile_kernel::digest::{hex, sha256};
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Error, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::secrets::SecretHash;

/// How many codes somebody gets.
const COUNT: usize = 10;
/// The letters of a code: 5 bits each, so 80 bits, which nobody guesses from their hash.
const LETTERS: usize = 16;
/// Crockford's Base32, which has no letters that look like digits.
const ALPHABET: [u8; 32] = *b"0123456789abcdefghjkmnpqrstvwxyz";

/// A code that is good once in the place of one from the app. It does not show itself.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCode(String);

/// Ten codes, each good once. They are shown this once.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RecoveryCodes {
    /// The codes, such as `4k2m-9xqa-7c1d-w0hz`.
    #[schemars(example = &["4k2m-9xqa-7c1d-w0hz"])]
    pub recovery_codes: Vec<String>,
}

impl RecoveryCode {
    /// Draws the codes of one user.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Vec<Self> {
        let code = || {
            let letters = random_bytes::<LETTERS>(entropy).map(|byte| ALPHABET.get(usize::from(byte % 32)).copied());
            Self(letters.into_iter().flatten().map(char::from).collect())
        };
        (0..COUNT).map(|_| code()).collect()
    }

    /// Reads a code as people type it: with or without dashes and spaces, in any case, O for 0, and I or L for 1.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let letters = text.chars().filter(|letter| !matches!(letter, '-' | ' '));
        let read = letters.map(|letter| match letter.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            letter => letter,
        });
        let code: String = read.take(LETTERS + 1).collect();
        let is_code = code.len() == LETTERS && code.bytes().all(|letter| ALPHABET.contains(&letter));
        is_code.then_some(Self(code))
    }

    /// The code in groups of four, for its owner.
    #[must_use]
    pub fn expose(&self) -> String {
        let groups: Vec<String> =
            self.0.as_bytes().chunks(4).map(|group| String::from_utf8_lossy(group).into()).collect();
        groups.join("-")
    }

    /// What is kept of it.
    ///
    /// # Errors
    /// None that can happen: a digest is always a hash.
    pub fn hash(&self) -> Result<SecretHash> {
        SecretHash::try_from(hex(&sha256(self.0.as_bytes()))).map_err(|_| Error::internal("a digest is a hash"))
    }
}

impl RecoveryCodes {
    /// The codes as their owner sees them.
    #[must_use]
    pub fn of(codes: &[RecoveryCode]) -> Self {
        Self { recovery_codes: codes.iter().map(RecoveryCode::expose).collect() }
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(…)")
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::*;

    #[test]
    fn ten_codes_are_drawn_and_read_as_people_type_them() {
        let codes = RecoveryCode::generate(&SeededEntropy::default());
        assert_eq!(codes.len(), 10);
        for (at, code) in codes.iter().enumerate() {
            let shown = code.expose();
            assert_eq!(shown.len(), 19, "{shown}");
            let typed = shown.to_uppercase().replace('0', "O").replace('1', "l").replace('-', " ");
            assert_eq!(RecoveryCode::parse(&typed).as_ref(), Some(code));
            assert!(!codes.iter().skip(at + 1).any(|other| other == code));
            assert!(!format!("{code:?}").contains(&shown));
        }
    }

    #[test]
    fn nothing_else_is_a_code() {
        for text in ["", "123456", "uuuu-uuuu-uuuu-uuuu", "0000-0000-0000-0000-0", "éééé-0000-0000-0000"] {
            assert_eq!(RecoveryCode::parse(text), None, "{text}");
        }
    }
}
