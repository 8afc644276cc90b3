//! Checks of text that comes from outside: in one Unicode spelling, bounded, trimmed, with nothing hidden in it.
//!
//! All text that is kept is in normalization form C, so that what looks the same compares the same. Joiners and variation
//! selectors stay: scripts such as Persian and Devanagari, and many emoji, are written with them.

use std::borrow::Cow;

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint, GeneralCategory};
use icu_properties::{CodePointMapData, CodePointSetData};

use crate::error::{Error, Result};

/// One line of text: trimmed, 1 to `max` characters, no control characters, none that change the direction of writing,
/// and at least one that can be seen.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn line(field: &'static str, text: &str, max: usize) -> Result<String> {
    not_empty(field, optional_line(field, text, max)?)
}

/// As [`line`], and may be empty.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn optional_line(field: &'static str, text: &str, max: usize) -> Result<String> {
    if text.chars().any(changes_direction) {
        return Err(Error::invalid(field, "must not contain characters that change the direction of writing"));
    }
    bounded(field, text, max, breaks_line)
}

/// Text of several lines: trimmed, 1 to `max` characters, at least one that can be seen, newline and tab
/// the only control characters.
///
/// # Errors
/// `Invalid` about `field` for anything else.
pub fn paragraphs(field: &'static str, text: &str, max: usize) -> Result<String> {
    not_empty(field, bounded(field, text, max, |c| c.is_control() && !matches!(c, '\n' | '\t' | '\r'))?)
}

/// One line out of text that nobody can be asked to correct, such as a name in a token: without what [`line`] refuses, and
/// cut to `max` characters. `None` when nothing is left that can be seen.
#[must_use]
pub fn salvaged_line(text: &str, max: usize) -> Option<String> {
    let kept: String = text.chars().filter(|c| !breaks_line(*c) && !changes_direction(*c)).collect();
    let cut: String = trimmed(&composed(&kept)).chars().take(max).collect();
    line("text", &cut, max).ok()
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

/// The letters and digits of a code that somebody typed or pasted, in upper case: however wide they are, whatever dashes,
/// spaces and invisible characters stand between them.
#[must_use]
pub fn code(text: &str) -> String {
    let plain = ComposingNormalizerBorrowed::new_nfkc().normalize(text);
    plain.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

/// The text in Unicode normalization form C: combining marks joined with their letters.
#[must_use]
pub fn composed(text: &str) -> String {
    ComposingNormalizerBorrowed::new_nfc().normalize(text).into_owned()
}

/// The text as searches compare it: in lower case and without accents, so that `jose` finds `José`. Text of nothing but accents
/// keeps them.
#[must_use]
pub fn folded(text: &str) -> String {
    let marks = CodePointMapData::<GeneralCategory>::new();
    let plain = |text: &str| {
        let parts = DecomposingNormalizerBorrowed::new_nfd().normalize(text);
        let kept: String = parts.chars().filter(|c| marks.get(*c) != GeneralCategory::NonspacingMark).collect();
        composed(&kept)
    };
    // Some letters get a mark with their lower case: İ.
    let folded = plain(&plain(text).to_lowercase());
    if folded.trim().is_empty() { composed(text).to_lowercase() } else { folded }
}

/// Whether a character leaves no mark of its own on the page.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c) || changes_direction(c)
}

/// Whether a character makes text read in another order than it is stored.
fn changes_direction(c: char) -> bool {
    CodePointSetData::new::<BidiControl>().contains(c)
}

fn breaks_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Without blanks around it, and without the invisible ones that are pasted along with text.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{200b}' | '\u{2060}' | '\u{feff}'))
}

fn bounded(field: &'static str, text: &str, max: usize, forbidden: impl Fn(char) -> bool) -> Result<String> {
    // A letter has few marks: what is longer by far than allowed need not be composed to be refused.
    let text = trimmed(text);
    let text: Cow<'_, str> = if text.len() > max.saturating_mul(64) { text.into() } else { composed(text).into() };
    if text.chars().count() > max {
        return Err(Error::invalid(field, format!("must have at most {max} characters")));
    }
    if text.chars().any(forbidden) {
        return Err(Error::invalid(field, "must not contain control characters"));
    }
    // U+2800 is a Braille cell without a dot.
    if !text.is_empty() && text.chars().all(|c| is_hidden(c) || c.is_whitespace() || c == '\u{2800}') {
        return Err(Error::invalid(field, "must contain a visible character"));
    }
    Ok(text.into_owned())
}

fn not_empty(field: &'static str, text: String) -> Result<String> {
    if text.is_empty() { Err(Error::invalid(field, "must not be empty")) } else { Ok(text) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_is_trimmed_and_bounded() {
        assert_eq!(line("title", "  Hello  ", 5).unwrap(), "Hello");
        assert_eq!(line("title", "\u{feff}Hello\u{200b}", 5).unwrap(), "Hello");
        for bad in ["", "   ", "too long", "a\0b", "a\nb", "a\u{2028}b", "a\u{85}b", "a\u{1b}[31mb"] {
            assert!(line("title", bad, 5).is_err(), "{bad:?}");
        }
        assert_eq!(paragraphs("body", "a\n\tb", 9).unwrap(), "a\n\tb");
        assert!(paragraphs("body", "a\0b", 9).is_err());
    }

    #[test]
    fn text_is_kept_composed_and_counted_so() {
        assert_eq!(line("title", "e\u{301}", 1).unwrap(), "\u{e9}");
        assert_eq!(paragraphs("body", "A\u{30a}\n\u{1100}\u{1161}", 3).unwrap(), "\u{c5}\n\u{ac00}");
        // A compatibility character is another character.
        assert_eq!(line("title", "\u{ff21}", 1).unwrap(), "\u{ff21}");
    }

    #[test]
    fn what_nobody_can_see_is_no_text() {
        for hidden in ["\u{200d}", "\u{3164}", "\u{ad}\u{ad}", "\u{2800}", "\u{fe0f}", "\u{200d} \u{200c}", "\u{e0041}"]
        {
            for read in [line("name", hidden, 9), optional_line("name", hidden, 9), paragraphs("name", hidden, 9)] {
                assert!(read.is_err(), "{hidden:?}");
            }
        }
        assert_eq!(optional_line("name", "\u{200b}", 9).unwrap(), "");
    }

    #[test]
    fn nothing_in_a_line_changes_its_direction() {
        for bad in ["a\u{202e}b", "a\u{200f}", "\u{2067}a\u{2069}", "\u{61c}a", "\u{200e}a"] {
            assert!(line("name", bad, 9).is_err(), "{bad:?}");
        }
        assert!(paragraphs("body", "\u{2067}a\u{2069}", 9).is_ok());
    }

    #[test]
    fn what_scripts_and_emoji_need_stays() {
        for good in [
            "\u{645}\u{6cc}\u{200c}\u{62e}\u{648}\u{627}\u{647}\u{645}",
            "\u{915}\u{94d}\u{200d}\u{937}",
            "\u{1f469}\u{200d}\u{1f467}",
            "\u{2764}\u{fe0f}",
            "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}",
        ] {
            assert_eq!(line("name", good, 20).unwrap(), good);
        }
    }

    #[test]
    fn a_name_from_elsewhere_is_made_to_fit() {
        assert_eq!(salvaged_line(" A\u{202e}d\na\0 ", 9).as_deref(), Some("Ada"));
        assert_eq!(salvaged_line(&"x".repeat(99), 3).as_deref(), Some("xxx"));
        for nothing in ["", " \u{200d}", "\u{202e}"] {
            assert_eq!(salvaged_line(nothing, 9), None);
        }
    }

    #[test]
    fn codes_are_read_however_they_were_pasted() {
        for pasted in [
            "VFC-ACDE",
            " vfc acde ",
            "VFC\u{2013}ACDE",
            "VFC\u{2011}AC\u{200b}DE\u{a0}",
            "\u{ff36}\u{ff26}\u{ff23}\u{ff0d}\u{ff41}\u{ff23}\u{ff24}\u{ff25}",
            "\u{201c}VFC\u{2014}ACDE\u{201d}",
            "\u{202a}VFC\u{2212}ACDE\u{202c}",
        ] {
            assert_eq!(code(pasted), "VFCACDE", "{pasted}");
        }
        assert_eq!(code("VFC-\u{410}CDE"), "VFC\u{410}CDE", "a Cyrillic letter is another letter");
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

    #[test]
    fn searches_see_neither_case_nor_accents() {
        for (text, expected) in [
            ("José ÜNAL", "jose unal"),
            ("Jose\u{301}", "jose"),
            ("Łódź", "łodz"),
            ("İstanbul", "istanbul"),
            ("ÅNGSTRÖM", "angstrom"),
            ("Nguyễn Thị", "nguyen thi"),
            ("일본", "일본"),
            ("ada@bücher.example", "ada@bucher.example"),
            ("\u{301}", "\u{301}"),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_was_kept_is_kept_again_as_it_is(text in any::<String>()) {
            for read in [line, optional_line, paragraphs] {
                if let Ok(kept) = read("text", &text, 50) {
                    prop_assert_eq!(read("text", &kept, 50).unwrap(), kept);
                }
            }
        }
    }
}
