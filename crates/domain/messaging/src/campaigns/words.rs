//! What a campaign says.

use aedile_kernel::{Error, Result, text};

/// The most bytes of a campaign's HTML.
const MOST_HTML: usize = 500_000;

/// What a mail of a campaign says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    /// One line.
    pub subject: String,
    /// What it says, as HTML.
    pub html: String,
    /// The same as text.
    pub text: String,
}

impl Words {
    /// The words, once they fit; the text is made from the HTML.
    pub(super) fn checked(subject: &str, html_body: &str) -> Result<Self> {
        let subject = text::line("subject", subject, 200)?;
        if html_body.len() > MOST_HTML {
            return Err(Error::invalid("html_body", "must not be empty, and have at most 500000 bytes"));
        }
        let html = text::composed(html_body.trim());
        if html.is_empty() || html.len() > MOST_HTML {
            return Err(Error::invalid("html_body", "must not be empty, and have at most 500000 bytes"));
        }
        if html.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
            return Err(Error::invalid("html_body", "must not contain control characters"));
        }
        Ok(Self { text: nanohtml2text::html2text(&html), subject, html })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_made_from_the_html() {
        let words = Words::checked(" News ", "<h1>Look</h1><p>We have ten new skills.</p>").unwrap();
        assert_eq!(words.subject, "News");
        assert!(words.text.contains("ten new skills") && !words.text.contains('<'), "{}", words.text);
    }

    #[test]
    fn c_48_a_subject_is_one_line_and_a_body_is_text() {
        let good = "<p>ten new skills</p>";
        for subject in ["", " ", "a\r\nBcc: x@example.com", "a\nb", "a\u{0}", &"x".repeat(201)] {
            assert!(matches!(Words::checked(subject, good), Err(Error::Invalid(_))), "{subject:?}");
        }
        for html in ["", "  ", "a\u{7}b", &"x".repeat(500_001)] {
            assert!(matches!(Words::checked("News", html), Err(Error::Invalid(_))));
        }
    }
}
