//! Names in URLs, made from names for people.

use aedile_kernel::{Error, Result};

/// The most characters of a slug.
pub const MAX_LENGTH: usize = 64;

/// The slug of a name: its letters transliterated to ASCII and lower-cased, everything else one hyphen between words.
///
/// # Errors
/// `Invalid`, naming `field`, when nothing of the name is left or the slug is longer than [`MAX_LENGTH`].
pub fn of_name(field: &'static str, name: &str) -> Result<String> {
    checked(field, slug::slugify(name))
}

/// A slug that somebody chose: 1 to [`MAX_LENGTH`] of `a-z`, `0-9` and single hyphens inside.
///
/// # Errors
/// `Invalid`, naming `field`, for anything else.
pub fn parse(field: &'static str, text: &str) -> Result<String> {
    if slug::slugify(text) == text {
        checked(field, text.to_owned())
    } else {
        Err(Error::invalid(field, "must be lower-case letters a-z and digits, with single hyphens between them"))
    }
}

fn checked(field: &'static str, slug: String) -> Result<String> {
    if slug.is_empty() {
        Err(Error::invalid(field, "must hold a letter or a digit"))
    } else if slug.len() > MAX_LENGTH {
        Err(Error::invalid(field, "makes a slug longer than 64 characters"))
    } else {
        Ok(slug)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_transliterated() {
        for (name, slug) in [
            ("Developer Tools", "developer-tools"),
            ("  Écoles & Ärzte!  ", "ecoles-arzte"),
            ("Привет мир", "privet-mir"),
            ("北京", "bei-jing"),
            ("C++ / Rust", "c-rust"),
        ] {
            assert_eq!(of_name("name", name).unwrap(), slug, "{name}");
        }
    }

    #[test]
    fn a_name_without_a_letter_or_too_long_makes_no_slug() {
        assert!(of_name("name", "!!! ---").is_err());
        assert!(of_name("name", &"a".repeat(65)).is_err());
        assert!(of_name("name", &"a".repeat(64)).is_ok());
    }

    #[test]
    fn a_chosen_slug_is_taken_as_it_is_or_not_at_all() {
        assert_eq!(parse("slug", "my-skill-2").unwrap(), "my-skill-2");
        for bad in ["", "My-Skill", "a--b", "-a", "a-", "a/b", "a b", "ä", "..", &"a".repeat(65)] {
            assert!(parse("slug", bad).is_err(), "{bad}");
        }
    }
}
