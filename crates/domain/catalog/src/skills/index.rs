//! What searches find a skill by.

use super::model::SkillCategory;

/// Longer words are cut to this length, in texts as in searches: no database keeps words of any length.
const LONGEST_WORD: usize = 64;

/// What searches find a skill by: words of `a-z` and `0-9` with single spaces between them, so that every database
/// splits, folds and compares them alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// Those that weigh most.
    pub name: String,
    /// Those of the category and the slug.
    pub keywords: String,
    /// Those that weigh least.
    pub description: String,
}

impl IndexEntry {
    /// The entry of a skill.
    #[must_use]
    pub fn of(name: &str, slug: &str, description: &str, category: &SkillCategory) -> Self {
        let keywords = [category.name.as_str(), &category.sample_keywords, slug].join(" ");
        let fold = |text| words(text).join(" ");
        Self { name: fold(name), keywords: fold(&keywords), description: fold(description) }
    }
}

/// The words of a text: transliterated to ASCII and lower-cased as slugs are.
pub(super) fn words(text: &str) -> Vec<String> {
    let folded = slug::slugify(text);
    let words = folded.split('-').filter(|word| !word.is_empty());
    words.map(|word| word.chars().take(LONGEST_WORD).collect()).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::id::CategoryId;

    #[test]
    fn an_entry_holds_folded_words() {
        let category = SkillCategory {
            id: CategoryId(1),
            name: "Developer Tools".into(),
            sample_keywords: "debug, lint; Bäume".into(),
        };
        let entry = IndexEntry::of("Écrire: C++ & 北京!", "ecrire-c", "Don't\n\tpanic — \"NEAR(a b)\"", &category);
        assert_eq!(entry.name, "ecrire c bei jing");
        assert_eq!(entry.keywords, "developer tools debug lint baume ecrire c");
        assert_eq!(entry.description, "don t panic near a b");
    }

    #[test]
    fn a_word_has_a_greatest_length() {
        assert_eq!(words(&"a".repeat(1_000)), ["a".repeat(64)]);
        assert!(words("?!… \0").is_empty());
    }

    proptest! {
        #[test]
        fn words_are_plain(text in any::<String>()) {
            for word in words(&text) {
                prop_assert!((1..=64).contains(&word.len()));
                prop_assert!(word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            }
        }
    }
}
