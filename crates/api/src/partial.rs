//! Conditional requests and ranges (RFC 9110 §13 and §14), for content that is known by its entity tag alone.

use std::ops::Range;

use actix_web::HttpRequest;
use actix_web::http::Method;
use actix_web::http::header::{EntityTag, Header, IfMatch, IfNoneMatch, IfRange, RANGE};

/// What a request wants of the content.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Whole,
    Part(Range<u64>),
    /// What the caller has is what there is.
    NotModified,
    /// The caller wants another content than this, or none.
    Other,
    /// No byte of the range is there.
    NothingThere,
}

/// What `request` wants of content with this tag and size.
pub(crate) fn wanted(request: &HttpRequest, tag: &EntityTag, size: u64) -> Wanted {
    let has = |name: &str| request.headers().contains_key(name);
    if has("if-match") && !parsed::<IfMatch>(request).is_some_and(|wanted| matches_strongly(&wanted, tag)) {
        return Wanted::Other;
    }
    if parsed::<IfNoneMatch>(request).is_some_and(|known| matches_weakly(&known, tag)) {
        return Wanted::NotModified;
    }
    // A date matches nothing, since no answer tells one.
    let is_for_this = match parsed::<IfRange>(request) {
        Some(IfRange::EntityTag(known)) => known.strong_eq(tag),
        Some(IfRange::Date(_)) => false,
        None => !has("if-range"),
    };
    if *request.method() != Method::GET || !is_for_this {
        return Wanted::Whole;
    }
    let mut ranges = request.headers().get_all(RANGE).map(|value| value.to_str().unwrap_or_default());
    match (ranges.next(), ranges.next()) {
        (Some(text), None) => range(text, size),
        _ => Wanted::Whole,
    }
}

fn parsed<H: Header>(request: &HttpRequest) -> Option<H> {
    H::parse(request).ok()
}

fn matches_strongly(wanted: &IfMatch, tag: &EntityTag) -> bool {
    match wanted {
        IfMatch::Any => true,
        IfMatch::Items(tags) => tags.iter().any(|wanted| wanted.strong_eq(tag)),
    }
}

fn matches_weakly(known: &IfNoneMatch, tag: &EntityTag) -> bool {
    match known {
        IfNoneMatch::Any => true,
        IfNoneMatch::Items(tags) => tags.iter().any(|known| known.weak_eq(tag)),
    }
}

/// A single range of bytes. What is malformed, of another unit, or several at once is passed over, as §14.2 allows.
fn range(text: &str, size: u64) -> Wanted {
    let number = |digits: &str| {
        let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        // A number too large for us is behind the end all the same.
        is_number.then(|| digits.parse().unwrap_or(u64::MAX))
    };
    let Some((unit, spec)) = text.split_once('=') else { return Wanted::Whole };
    let Some((first, last)) = spec.trim().split_once('-').filter(|_| unit.trim().eq_ignore_ascii_case("bytes")) else {
        return Wanted::Whole;
    };
    let range = match (first.is_empty(), number(first), last.is_empty(), number(last)) {
        (true, _, _, Some(suffix)) => size.saturating_sub(suffix)..size,
        (_, Some(first), true, _) => first..size,
        (_, Some(first), _, Some(last)) if first <= last => first..last.saturating_add(1).min(size),
        _ => return Wanted::Whole,
    };
    if range.is_empty() { Wanted::NothingThere } else { Wanted::Part(range) }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn tag() -> EntityTag {
        EntityTag::new_strong("abc".to_owned())
    }

    fn asked(method: Method, headers: &[(&str, &str)]) -> Wanted {
        let mut request = TestRequest::default().method(method);
        for (name, value) in headers {
            request = request.append_header((*name, *value));
        }
        wanted(&request.to_http_request(), &tag(), 100)
    }

    fn get(headers: &[(&str, &str)]) -> Wanted {
        asked(Method::GET, headers)
    }

    #[test]
    fn a_single_range_is_a_part() {
        for (text, part) in [
            ("bytes=0-0", 0..1),
            ("bytes=0-99", 0..100),
            ("bytes=10-", 10..100),
            ("bytes=99-99", 99..100),
            ("bytes=90-1000", 90..100),
            ("bytes=90-99999999999999999999999", 90..100),
            ("bytes=-1", 99..100),
            ("bytes=-100", 0..100),
            ("bytes=-1000", 0..100),
            ("Bytes=5-6", 5..7),
        ] {
            assert_eq!(get(&[("range", text)]), Wanted::Part(part), "{text}");
        }
    }

    #[test]
    fn what_is_no_single_range_is_passed_over() {
        for text in [
            "",
            "bytes",
            "bytes=",
            "bytes=-",
            "bytes=a-b",
            "bytes=5",
            "bytes=5-4",
            "bytes=0-1,5-6",
            "bytes=0-1,",
            "lines=0-1",
            "bytes=+1-2",
            "bytes=1-2-3",
            "bytes=--5",
            "bytes=0x1-2",
            "bytes 0-1",
        ] {
            assert_eq!(get(&[("range", text)]), Wanted::Whole, "{text}");
        }
        assert_eq!(get(&[("range", "bytes=0-1"), ("range", "bytes=2-3")]), Wanted::Whole);
        assert_eq!(asked(Method::HEAD, &[("range", "bytes=0-1")]), Wanted::Whole, "ranges are defined for GET");
    }

    #[test]
    fn a_range_behind_the_end_has_nothing() {
        for text in ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=99999999999999999999999-"] {
            assert_eq!(get(&[("range", text)]), Wanted::NothingThere, "{text}");
        }
    }

    #[test]
    fn who_has_it_is_told_so() {
        for known in ["\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"] {
            for method in [Method::GET, Method::HEAD] {
                assert_eq!(
                    asked(method, &[("if-none-match", known), ("range", "bytes=0-1")]),
                    Wanted::NotModified,
                    "{known}"
                );
            }
        }
        assert_eq!(get(&[("if-none-match", "\"abcd\"")]), Wanted::Whole);
    }

    #[test]
    fn a_part_of_another_content_is_not_given() {
        let part = |known| get(&[("if-range", known), ("range", "bytes=0-1")]);
        assert_eq!(part("\"abc\""), Wanted::Part(0..2));
        for known in ["\"abd\"", "W/\"abc\"", "Sat, 21 Nov 2026 10:00:00 GMT", "nonsense"] {
            assert_eq!(part(known), Wanted::Whole, "{known}");
        }
        for (wanted, expected) in
            [("\"abc\"", Wanted::Whole), ("*", Wanted::Whole), ("W/\"abc\"", Wanted::Other), ("\"abd\"", Wanted::Other)]
        {
            assert_eq!(get(&[("if-match", wanted)]), expected, "{wanted}");
        }
    }

    proptest! {
        #[test]
        fn a_part_always_lies_within(text in "bytes=[0-9]{0,21}-[0-9]{0,21}", size in 0u64..1_000) {
            if let Wanted::Part(part) = range(&text, size) {
                prop_assert!(part.start < part.end && part.end <= size);
            }
        }
    }
}
