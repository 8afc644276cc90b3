//! Markdown as a document of HTML.

use pulldown_cmark::{Event, Options, Parser, html};

use super::html::DOCUMENT_STYLE;

/// What an announcement's text looks like to users. HTML in it is shown as the text it is.
pub(crate) fn document(markdown: &str) -> String {
    let parser = Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
    let plain = parser.map(|event| match event {
        Event::Html(text) | Event::InlineHtml(text) => Event::Text(text),
        event => event,
    });
    let mut document = format!("<!doctype html><meta charset=\"utf-8\"><style>{DOCUMENT_STYLE}</style>");
    html::push_html(&mut document, plain);
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_is_rendered_and_html_is_not() {
        let shown = document("For **all**\n\n<script>alert(1)</script> and <b onclick=x>that</b>");
        assert!(shown.contains("<p>For <strong>all</strong></p>"), "{shown}");
        assert!(!shown.contains("<script") && !shown.contains("<b "), "{shown}");
        assert!(shown.contains("&lt;script&gt;"), "{shown}");
    }
}
