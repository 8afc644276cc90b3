//! Random references, by which another system knows something of ours.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::digest::hex;
use crate::error::{Error, Result};
use crate::time::{Entropy, random_bytes};

/// A random name of 128 bits, as 32 lower-case hexadecimal digits. It is drawn once, kept with what it names, and sent to
/// other systems in place of local row numbers: two databases never give the same one, also when one is a restored backup
/// of the other. The default is no reference: what a record reads back as that was written without it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Reference(String);

impl Reference {
    /// Draws a new reference.
    #[must_use]
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(hex(&random_bytes::<16>(entropy)))
    }

    /// Reads a reference that another system sends back: 32 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// `Invalid` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        if text.len() != 32 || !text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(Error::invalid("reference", "must be 32 lower-case hexadecimal digits"));
        }
        Ok(Self(text.to_owned()))
    }

    /// A reference as the store kept it.
    #[must_use]
    pub const fn stored(text: String) -> Self {
        Self(text)
    }

    /// The reference as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mock::SeededEntropy;

    #[test]
    fn a_drawn_reference_reads_back_and_differs_from_the_next() {
        let entropy = SeededEntropy::default();
        let (one, other) = (Reference::generate(&entropy), Reference::generate(&entropy));
        assert_ne!(one, other);
        assert_eq!(Reference::parse(one.as_str()).unwrap(), one);
        assert_eq!(one.to_string(), one.as_str());
    }

    #[test]
    fn only_32_lower_case_hexadecimal_digits_are_a_reference() {
        let digits = "0123456789abcdef0123456789abcdef";
        assert_eq!(Reference::parse(digits).unwrap().as_str(), digits);
        for bad in ["", "7", &digits[1..], &format!("{digits}0"), &digits.to_uppercase(), &digits.replace('0', "g")] {
            assert!(Reference::parse(bad).is_err(), "{bad}");
        }
    }
}
