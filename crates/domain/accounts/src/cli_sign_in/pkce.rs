//! Proof that who asked for a code is who brings it (RFC 7636, method S256).

use std::fmt;

use aedile_kernel::digest::sha256;
use aedile_kernel::{Error, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use schemars::JsonSchema;
use serde::Deserialize;

/// What the asker tells beforehand: the SHA-256 of their verifier, in base64url. It goes through the browser, so
/// it is no secret.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(try_from = "String")]
pub struct CodeChallenge(String);

impl CodeChallenge {
    /// Reads a challenge: 43 characters of base64url that stand for 32 bytes.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        match URL_SAFE_NO_PAD.decode(text) {
            Ok(bytes) if bytes.len() == 32 => Ok(Self(text.to_owned())),
            _ => {
                Err(Error::invalid("code_challenge", "must be the SHA-256 of the verifier: 43 characters of base64url"))
            }
        }
    }

    /// The challenge as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for CodeChallenge {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        Self::parse(&text)
    }
}

/// What the asker alone knows.
pub struct CodeVerifier(String);

impl CodeVerifier {
    /// Reads a verifier: 43 to 128 letters, digits, `-`, `.`, `_` or `~`; `None` for anything else.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'~');
        ((43..=128).contains(&text.len()) && text.bytes().all(fits)).then(|| Self(text.to_owned()))
    }

    /// The challenge it answers.
    #[must_use]
    pub fn challenge(&self) -> CodeChallenge {
        CodeChallenge(URL_SAFE_NO_PAD.encode(sha256(self.0.as_bytes())))
    }
}

impl fmt::Debug for CodeVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CodeVerifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7636, appendix B.
    #[test]
    fn a_verifier_answers_its_challenge() {
        let verifier = CodeVerifier::parse("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk").unwrap();
        let challenge = CodeChallenge::parse("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM").unwrap();
        assert_eq!(verifier.challenge(), challenge);
        assert_eq!(format!("{verifier:?}"), "CodeVerifier(…)");
    }

    #[test]
    fn lengths_and_characters_are_those_of_the_rfc() {
        for bad in ["", &"A".repeat(42), &"A".repeat(44), &"=".repeat(43), &format!("{}+", "A".repeat(42))] {
            assert!(CodeChallenge::parse(bad).is_err(), "{bad}");
        }
        for good in [&"a".repeat(43), &"~".repeat(128)] {
            assert!(CodeVerifier::parse(good).is_some(), "{good}");
        }
        for bad in ["", &"a".repeat(42), &"a".repeat(129), &format!("{} ", "a".repeat(43)), &"ä".repeat(43)] {
            assert!(CodeVerifier::parse(bad).is_none(), "{bad}");
        }
    }
}
