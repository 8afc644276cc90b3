//! One spelling for each e-mail address: how it is kept, and how two are compared.

use email_address::{EmailAddress, Options};

use crate::error::{Error, Result};
use crate::text;

/// The most bytes an address may have on the wire of SMTP (RFC 5321).
const MAX_LENGTH: usize = 254;

const RULES: Options = Options { minimum_sub_domains: 0, allow_domain_literal: false, allow_display_text: false };

/// Whether [`canonical`] would take it.
#[must_use]
pub fn is_usable(text: &str) -> bool {
    comparable(text).is_some()
}

/// The canonical spelling of what may be an address, such as one that was kept before addresses had one.
#[must_use]
pub fn comparable(text: &str) -> Option<String> {
    canonical("email", text).ok()
}

/// Reads an address into the one spelling that two spellings of a mailbox share: in Unicode normalization form C and
/// lower case, the domain as IDNA (UTS 46) shows it, `bücher.example` and not `xn--bcher-kva.example`.
///
/// # Errors
/// `Invalid` about `field` for anything that is not an address of at most 254 bytes.
pub fn canonical(field: &'static str, text: &str) -> Result<String> {
    let refused = || Error::invalid(field, "must be an e-mail address of at most 254 characters");
    let text = text.trim();
    // What is longer is no address in any spelling, and need not be looked at.
    if text.len() > 4 * MAX_LENGTH || text.chars().any(|c| c.is_control() || c.is_whitespace() || text::is_hidden(c)) {
        return Err(refused());
    }
    let (local, domain) = text.rsplit_once('@').ok_or_else(refused)?;
    let (domain, shown) = idna::domain_to_unicode(domain);
    shown.map_err(|_| refused())?;
    let address = text::composed(&format!("{}@{domain}", text::composed(local).to_lowercase()));
    if address.len() <= MAX_LENGTH && EmailAddress::parse_with_options(&address, RULES).is_ok() {
        Ok(address)
    } else {
        Err(refused())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn c_43_spellings_of_one_address_are_one() {
        for (address, spellings) in [
            ("ada@example.com", ["ada@example.com", " Ada@Example.COM ", "ADA@EXAMPLE.COM"]),
            ("jos\u{e9}@example.com", ["jos\u{e9}@example.com", "jose\u{301}@example.com", "JOSE\u{301}@example.com"]),
            ("a@b\u{fc}cher.example", ["a@B\u{dc}CHER.example", "a@bu\u{308}cher.example", "A@XN--BCHER-KVA.example"]),
        ] {
            for spelling in spellings {
                assert_eq!(canonical("email", spelling).unwrap(), address, "{spelling}");
            }
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@{}.com", "a".repeat(60), "b.".repeat(100));
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a b@example.com",
            "Ada <ada@example.com>",
            "ada@[127.0.0.1]",
            "ada@xn--a.example",
            &long,
        ] {
            assert!(canonical("email", text).is_err(), "{text}");
        }
        for text in [
            "ada@example.com\nBcc: x@example.com",
            "ada\0@example.com",
            "\"a\tb\"@example.com",
            "a\u{200b}da@example.com",
            "a\u{202e}da@example.com",
            "ada@exam\u{ad}ple.com",
        ] {
            assert!(canonical("email", text).is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn the_canonical_spelling_is_its_own(text in "[A-Za-zÄÖÜİKßé\u{301}]{1,12}@[A-Za-zÜß]{1,9}\\.[A-Za-z]{2,4}") {
            if let Ok(address) = canonical("email", &text) {
                prop_assert_eq!(canonical("email", &address).unwrap(), address);
            }
        }
    }
}
