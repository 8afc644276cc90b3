//! What somebody searches for.

use aedile_kernel::{Result, text};

use super::index::words;

/// The most characters of a search.
const MAX_CHARACTERS: usize = 200;
/// Of more words only the first so many count.
const MAX_WORDS: usize = 20;
/// Words are not cut shorter than this.
const SHORTEST_CUT: usize = 3;

/// One word to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// 1 to 64 of `a-z` and `0-9`.
    word: String,
    /// Whether words that begin with it count as well.
    is_prefix: bool,
}

impl Term {
    /// The word: 1 to 64 of `a-z` and `0-9`, nothing that a database could take for more than a word.
    #[must_use]
    pub fn word(&self) -> &str {
        &self.word
    }

    /// Whether words that begin with it count as well.
    #[must_use]
    pub const fn is_prefix(&self) -> bool {
        self.is_prefix
    }
}

/// Words that must all be found, at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms(Vec<Term>);

impl Terms {
    /// The terms of a search of at most 200 characters: its words, of which the last one may be a beginning. `None` when
    /// it holds no word at all.
    ///
    /// # Errors
    /// `Invalid` about `q` when it is too long or holds control characters.
    pub fn parse(q: &str) -> Result<Option<Self>> {
        let mut words = words(&text::optional_line("q", q, MAX_CHARACTERS)?);
        words.truncate(MAX_WORDS);
        let last = words.len().saturating_sub(1);
        let terms = words.into_iter().enumerate().map(|(at, word)| Term { word, is_prefix: at == last });
        Ok(Some(Self(terms.collect())).filter(|terms: &Self| !terms.0.is_empty()))
    }

    /// The words, in the order they were written.
    pub fn iter(&self) -> impl Iterator<Item = &Term> {
        self.0.iter()
    }

    /// For when nothing holds all words as they were written: all of them cut to their first `length` characters, and
    /// whatever begins so counts.
    #[must_use]
    pub fn cut_to(&self, length: usize) -> Self {
        let cut = |term: &Term| Term { word: term.word.chars().take(length).collect(), is_prefix: true };
        Self(self.0.iter().map(cut).collect())
    }

    /// The lengths that words are cut to, one after the other, until something is found: two thirds of the longest word,
    /// two thirds of that, and so on down to 3.
    #[must_use]
    pub fn cuts(&self) -> Vec<usize> {
        let mut length = self.0.iter().map(|term| term.word.len()).max().unwrap_or(0);
        let mut cuts = Vec::new();
        while length > SHORTEST_CUT {
            length = (length * 2 / 3).max(SHORTEST_CUT);
            cuts.push(length);
        }
        cuts
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(terms: &Terms) -> Vec<String> {
        terms.iter().map(|term| format!("{}{}", term.word(), if term.is_prefix() { "*" } else { "" })).collect()
    }

    #[test]
    fn the_last_word_may_be_a_beginning() {
        let terms = Terms::parse("  Lint  the CÖDE ba").unwrap().unwrap();
        assert_eq!(written(&terms), ["lint", "the", "code", "ba*"]);
        assert_eq!(written(&Terms::parse("a OR").unwrap().unwrap()), ["a", "or*"], "no word is an operator");
    }

    #[test]
    fn without_a_word_there_is_nothing_to_find() {
        for q in ["", "   ", "\"", "*", "'; --", ":-)", "(\"*^"] {
            assert_eq!(Terms::parse(q).unwrap(), None, "{q}");
        }
    }

    #[test]
    fn c_53_a_search_is_bounded() {
        assert!(Terms::parse(&"a".repeat(200)).unwrap().is_some());
        for q in ["a".repeat(201), "a".repeat(10_000), "a\0b".into(), "a\nb".into()] {
            assert!(Terms::parse(&q).is_err());
        }
        assert_eq!(Terms::parse(&"a ".repeat(100)).unwrap().unwrap().iter().count(), 20);
    }

    #[test]
    fn words_are_cut_step_by_step() {
        let terms = Terms::parse("developer tolls").unwrap().unwrap();
        assert_eq!(terms.cuts(), [6, 4, 3]);
        assert_eq!(written(&terms.cut_to(6)), ["develo*", "tolls*"]);
        assert_eq!(written(&terms.cut_to(3)), ["dev*", "tol*"]);
        assert!(Terms::parse("c go").unwrap().unwrap().cuts().is_empty());
        assert_eq!(Terms::parse("helo").unwrap().unwrap().cuts(), [3]);
    }

    proptest! {
        #[test]
        fn c_45_nothing_but_words_comes_out(q in any::<String>()) {
            for term in Terms::parse(&q).ok().flatten().iter().flat_map(|terms| terms.0.clone()) {
                prop_assert!((1..=64).contains(&term.word.len()));
                prop_assert!(term.word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
            }
        }

        #[test]
        fn cuts_grow_shorter_and_end(q in "[a-z ]{0,200}") {
            let cuts = Terms::parse(&q).unwrap().map_or_else(Vec::new, |terms| terms.cuts());
            prop_assert!(cuts.len() <= 8 && cuts.is_sorted_by(|a, b| a > b));
        }
    }
}
