//! Names in URLs, made from names for people.

use aedile_kernel::digest::sha256;
use aedile_kernel::{Error, Result};

/// The most characters of a slug.
pub const MAX_LENGTH: usize = 64;

/// Where a slug that is too long is cut, so that a number still fits behind it.
const CUT: usize = 60;

/// The slug of a name: its letters transliterated to ASCII and lower-cased, everything else one hyphen between words. The
/// same name always makes the same slug. One that is longer than [`MAX_LENGTH`] is cut, between words where that is
/// possible; a name without letters and digits makes `kind` with a number, such as `category-48213`.
#[must_use]
pub fn of_name(kind: &str, name: &str) -> String {
    let slug = slug::slugify(name);
    match slug.len() {
        0 => numbered(kind, name),
        1..=MAX_LENGTH => slug,
        _ => shortened(&slug),
    }
}

/// A slug that somebody chose: 1 to [`MAX_LENGTH`] of `a-z`, `0-9` and single hyphens inside.
///
/// # Errors
/// `Invalid`, naming `field`, for anything else.
pub fn parse(field: &'static str, text: &str) -> Result<String> {
    if (1..=MAX_LENGTH).contains(&text.len()) && slug::slugify(text) == text {
        Ok(text.to_owned())
    } else {
        Err(Error::invalid(
            field,
            "must be 1 to 64 lower-case letters a-z and digits, with single hyphens between them",
        ))
    }
}

/// The slug that was chosen in the field `slug`, or the one of the name.
///
/// # Errors
/// `Invalid` for a choice that is no slug.
pub fn chosen(kind: &str, choice: Option<&str>, name: &str) -> Result<String> {
    choice.map_or_else(|| Ok(of_name(kind, name)), |choice| parse("slug", choice))
}

/// Slugs are ASCII, so bytes are characters.
fn shortened(slug: &str) -> String {
    let cut = slug.get(..CUT).unwrap_or(slug);
    // The cut may have gone right behind a word.
    let is_whole = slug.get(CUT..).is_some_and(|rest| rest.starts_with('-'));
    let words = cut.rsplit_once('-').map(|(words, _)| words).filter(|words| !is_whole && words.len() > CUT / 2);
    words.unwrap_or(cut).trim_end_matches('-').to_owned()
}

fn numbered(kind: &str, name: &str) -> String {
    let [a, b, c, ..] = sha256(name.trim().as_bytes());
    format!("{kind}-{}", u32::from_be_bytes([0, a, b, c]))
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
            assert_eq!(of_name("skill", name), slug, "{name}");
        }
    }

    #[test]
    fn every_name_makes_a_slug() {
        for name in ["!!! ---", "…", "***"] {
            let slug = of_name("category", name);
            assert!(slug.starts_with("category-") && parse("slug", &slug).is_ok(), "{slug}");
            assert_eq!(slug, of_name("category", &format!(" {name} ")));
        }
        assert_ne!(of_name("skill", "***"), of_name("skill", "+++"));
        for (name, slug) in [
            ("a".repeat(64), "a".repeat(64)),
            ("a".repeat(65), "a".repeat(60)),
            (format!("{} tools", "b".repeat(61)), "b".repeat(60)),
            (format!("{} toolsmiths and more", "c".repeat(50)), "c".repeat(50)),
            (format!("{} tools that help", "d".repeat(54)), format!("{}-tools", "d".repeat(54))),
        ] {
            assert_eq!(of_name("skill", &name), slug, "{name}");
        }
        assert!(parse("slug", &of_name("skill", &"北京 ".repeat(60))).is_ok());
    }

    #[test]
    fn a_slug_may_be_chosen() {
        assert_eq!(chosen("skill", Some("hi"), "Hello, World").unwrap(), "hi");
        assert_eq!(chosen("skill", None, "Hello, World").unwrap(), "hello-world");
        assert!(chosen("skill", Some("Hello World"), "Hello").is_err());
    }

    #[test]
    fn a_chosen_slug_is_taken_as_it_is_or_not_at_all() {
        assert_eq!(parse("slug", "my-skill-2").unwrap(), "my-skill-2");
        for bad in ["", "My-Skill", "a--b", "-a", "a-", "a/b", "a b", "ä", "..", &"a".repeat(65)] {
            assert!(parse("slug", bad).is_err(), "{bad}");
        }
    }
}
