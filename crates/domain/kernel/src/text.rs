//! Checks of text that comes from outside: bounded, trimmed, without control characters.

use crate::error::{Error, Result};

/// One line of text: trimmed, 1 to `max` characters, no control characters.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String> {
    let text = optional_line(field, text, max)?;
    if text.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(text) }
}

/// As [`line`], and may be empty.
///
/// # Errors
/// `Invalid` about `field` when it is too long or holds a control character.
pub fn optional_line(field: &'static str, text: &str, max: usize) -> Result<String> {
    bounded(field, text, max, char::is_control)
}

/// Text of several lines: trimmed, 1 to `max` characters, newline and tab the only control characters.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn paragraphs(field: &'static str, text: &str, max: usize) -> Result<String> {
    let text = bounded(field, text, max, |c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'))?;
    if text.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(text) }
}

/// A name that other records refer to: 1 to 64 of `a-z`, `A-Z`, `0-9`, `-`, `_`, `.`, beginning with a letter or digit.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn identifier(field: &'static str, text: &str) -> Result<String> {
    let fits = (1..=64).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    if fits {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid(field, "must be 1 to 64 letters, digits, '-', '_' or '.', beginning with a letter or digit"))
    }
}

fn bounded(field: &'static str, text: &str, max: usize, forbidden: impl Fn(char) -> bool) -> Result<String> {
    let text = text.trim();
    if text.chars().count() > max {
        return Err(Error::invalid(field, format!("must have at most {max} characters")));
    }
    if text.chars().any(forbidden) {
        return Err(Error::invalid(field, "must not contain control characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_trimmed_and_bounded() {
        assert_eq!(line("title", "  Hello  ", 5).unwrap(), "Hello");
        for bad in ["", "   ", "too long", "a\0b", "a\nb", "a\u{1b}[31mb"] {
            assert!(line("title", bad, 5).is_err(), "{bad:?}");
        }
        assert_eq!(paragraphs("body", "a\n\tb", 9).unwrap(), "a\n\tb");
        assert!(paragraphs("body", "a\0b", 9).is_err());
    }

    #[test]
    fn identifiers_have_no_surprises() {
        for good in ["flag-manager", "a", "new_parser.v2", "9lives"] {
            assert!(identifier("name", good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a b", "a/b", "ä", "a\n", &"x".repeat(65)] {
            assert!(identifier("name", bad).is_err(), "{bad:?}");
        }
    }
}
