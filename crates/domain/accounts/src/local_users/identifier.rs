//! What a local user signs in with.

use aedile_kernel::{Error, Result, email};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The kind of an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum IdentifierType {
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
}

impl IdentifierType {
    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
        }
    }

    /// Reads the name.
    ///
    /// # Errors
    /// `Invalid` for any other text.
    pub fn parse(name: &str) -> Result<Self> {
        match name {
            "email" => Ok(Self::Email),
            "phone" => Ok(Self::Phone),
            _ => Err(Error::invalid("identifier_type", "must be email or phone")),
        }
    }
}

/// What a local user signs in with, in its one spelling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identifier {
    text: String,
    kind: IdentifierType,
}

impl Identifier {
    /// Reads an e-mail address or an E.164 phone number.
    ///
    /// # Errors
    /// `Invalid` about `identifier` for anything else.
    pub fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        if is_phone_number(text) {
            return Ok(Self { text: text.to_owned(), kind: IdentifierType::Phone });
        }
        let refused =
            |_| Error::invalid("identifier", "must be an e-mail address or a phone number such as +4915112345678");
        let text = email::canonical("identifier", text).map_err(refused)?;
        Ok(Self { text, kind: IdentifierType::Email })
    }

    /// The identifier.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its kind.
    #[must_use]
    pub const fn kind(&self) -> IdentifierType {
        self.kind
    }
}

/// E.164: a plus, then 7 to 15 digits, the first not 0.
fn is_phone_number(text: &str) -> bool {
    text.strip_prefix('+').is_some_and(|digits| {
        (7..=15).contains(&digits.len()) && !digits.starts_with('0') && digits.bytes().all(|b| b.is_ascii_digit())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_phone_numbers_are_identifiers() {
        let address = Identifier::parse(" Ada@Example.com").unwrap();
        assert_eq!((address.as_str(), address.kind()), ("ada@example.com", IdentifierType::Email));
        for number in ["+1234567", "+491511234567890"] {
            assert_eq!(Identifier::parse(number).unwrap().kind(), IdentifierType::Phone, "{number}");
        }
    }

    #[test]
    fn nothing_else_is_one() {
        for text in
            ["", "ada", "+123456", "+0123456789", "+1234567890123456", "+49 151 12345", "+١٢٣٤٥٦٧٨", "4915112345"]
        {
            assert!(Identifier::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn kinds_come_back_by_name() {
        for kind in [IdentifierType::Email, IdentifierType::Phone] {
            assert_eq!(IdentifierType::parse(kind.as_str()).unwrap(), kind);
        }
        assert!(IdentifierType::parse("fax").is_err());
    }
}
