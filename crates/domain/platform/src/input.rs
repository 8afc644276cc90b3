//! Small checks that several operations share.

use aedile_kernel::{Error, PageRequest, Result};
use serde::{Deserialize, Deserializer};

/// Tells a field given as `null` (`Some(None)`) from an absent one (`None`); goes with `#[serde(default)]`.
pub(crate) fn nullable<'de, T, D>(deserializer: D) -> std::result::Result<Option<Option<T>>, D::Error>
where
    T: Deserialize<'de>,
    D: Deserializer<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// A page whose size is within bounds, whichever entry point it came through.
pub(crate) fn bounded(page: &PageRequest) -> Result<&PageRequest> {
    if (1..=PageRequest::MAX_LIMIT).contains(&page.limit) {
        Ok(page)
    } else {
        Err(Error::invalid("limit", "must be between 1 and 100"))
    }
}

/// Text that may be left out; empty text is as good as none.
pub(crate) fn optional_paragraphs(field: &'static str, text: Option<&str>, max: usize) -> Result<Option<String>> {
    text.filter(|text| !text.trim().is_empty())
        .map(|text| aedile_kernel::text::paragraphs(field, text, max))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Patch {
        #[serde(default, deserialize_with = "nullable")]
        note: Option<Option<String>>,
    }

    #[test]
    fn null_is_not_absence() {
        let read = |json| serde_json::from_str::<Patch>(json).unwrap().note;
        assert_eq!(read("{}"), None);
        assert_eq!(read(r#"{"note": null}"#), Some(None));
        assert_eq!(read(r#"{"note": "x"}"#), Some(Some("x".into())));
    }

    #[test]
    fn a_page_has_a_size() {
        for limit in [0, 101, u32::MAX] {
            assert!(bounded(&PageRequest { limit, ..PageRequest::first() }).is_err(), "{limit}");
        }
        assert!(bounded(&PageRequest { limit: 100, ..PageRequest::first() }).is_ok());
    }

    #[test]
    fn empty_text_is_none() {
        assert_eq!(optional_paragraphs("d", Some("  "), 9).unwrap(), None);
        assert_eq!(optional_paragraphs("d", Some(" a "), 9).unwrap(), Some("a".into()));
        assert!(optional_paragraphs("d", Some("a\0"), 9).is_err());
    }
}
