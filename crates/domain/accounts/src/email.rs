//! One spelling for each e-mail address.

use aedile_kernel::{Error, Result};
use email_address::{EmailAddress, Options};

/// The most bytes an address may have on the wire of SMTP (RFC 5321).
const MAX_LENGTH: usize = 254;

const RULES: Options = Options { minimum_sub_domains: 0, allow_domain_literal: false, allow_display_text: false };

/// Whether [`canonical`] would take it.
#[must_use]
pub fn is_usable(text: &str) -> bool {
    canonical("email", text).is_ok()
}

/// Reads an address and lower-cases it, so that two spellings of one mailbox are one address here.
///
/// # Errors
/// `Invalid` about `field` for anything that is not an address of at most 254 bytes.
pub fn canonical(field: &'static str, text: &str) -> Result<String> {
    let address = text.trim().to_lowercase();
    let is_plain = !address.chars().any(|c| c.is_control() || c.is_whitespace());
    if is_plain && address.len() <= MAX_LENGTH && EmailAddress::parse_with_options(&address, RULES).is_ok() {
        Ok(address)
    } else {
        Err(Error::invalid(field, "must be an e-mail address of at most 254 characters"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn c_43_spellings_of_one_address_are_one() {
        for spelling in ["ada@example.com", " Ada@Example.COM ", "ADA@EXAMPLE.COM"] {
            assert_eq!(canonical("email", spelling).unwrap(), "ada@example.com");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@{}.com", "a".repeat(60), "b.".repeat(100));
        for text in
            ["", "ada", "@example.com", "ada@", "a b@example.com", "Ada <ada@example.com>", "ada@[127.0.0.1]", &long]
        {
            assert!(canonical("email", text).is_err(), "{text}");
        }
        for text in ["ada@example.com\nBcc: x@example.com", "ada\0@example.com", "\"a\tb\"@example.com"] {
            assert!(canonical("email", text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_spelling_is_its_own(text in "[A-Za-zÄÖÜİK]{1,12}@[A-Za-z]{1,9}\\.[A-Za-z]{2,4}") {
            if let Ok(address) = canonical("email", &text) {
                prop_assert_eq!(canonical("email", &address).unwrap(), address);
            }
        }
    }
}
