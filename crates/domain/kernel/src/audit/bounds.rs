//! Bounds on what an audit entry keeps of values that a caller chooses. A longer value is cut, and says so.

use serde_json::{Value, json};

/// The most characters of a resource's ID, a user agent or an actor's ID.
pub(super) const NAME: usize = 256;
/// The most characters of a request's ID.
pub(super) const REQUEST_ID: usize = 128;
/// The most characters of a client's address.
pub(super) const ADDRESS: usize = 64;
/// The most characters of the reason of a refusal.
pub(super) const REASON: usize = 512;
/// The most characters of a text among old and new values.
const TEXT: usize = 2_000;
/// The most bytes of the JSON of old or new values.
const VALUES: usize = 64 * 1024;
/// Stands at the end of a text that was cut.
const MARK: &str = " … (truncated)";

/// A text of at most `most` characters, without NUL, which PostgreSQL can't keep.
pub(super) fn text(value: &str, most: usize) -> String {
    let value = value.replace('\0', "\u{fffd}");
    match value.char_indices().nth(most) {
        None => value,
        Some(_) => value.chars().take(most.saturating_sub(MARK.chars().count())).chain(MARK.chars()).collect(),
    }
}

/// The JSON of old or new values. Texts in it are cut one by one; values that are still too large are left out as a whole.
pub(super) fn values(value: &Value) -> String {
    let mut kept = value.clone();
    cut_texts(&mut kept);
    let json = kept.to_string();
    if json.len() <= VALUES { json } else { json!({ "truncated": true, "bytes": json.len() }).to_string() }
}

fn cut_texts(value: &mut Value) {
    match value {
        Value::String(long) if long.len() > TEXT => *long = text(long, TEXT),
        Value::Object(fields) => fields.values_mut().for_each(cut_texts),
        Value::Array(items) => items.iter_mut().for_each(cut_texts),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_at_whole_characters_and_says_so() {
        assert_eq!(text(&"ä".repeat(256), NAME), "ä".repeat(256));
        let cut = text(&"ä".repeat(257), NAME);
        assert!(cut.starts_with("ää") && cut.ends_with(MARK), "{cut}");
        assert_eq!(cut.chars().count(), NAME);
        assert_eq!(text("a\0b", NAME), "a\u{fffd}b");
    }

    #[test]
    fn long_texts_among_values_are_cut_and_the_rest_is_kept() {
        let kept: Value = serde_json::from_str(&values(&json!({ "a": 1, "b": ["x".repeat(2_001)] }))).unwrap();
        assert_eq!(kept["a"], 1);
        let cut = kept["b"][0].as_str().unwrap();
        assert_eq!((cut.len(), cut.ends_with(MARK)), (TEXT + MARK.len() - MARK.chars().count(), true));
        let short = json!({ "a": "x".repeat(2_000) });
        assert_eq!(values(&short), short.to_string());
    }

    #[test]
    fn values_that_are_too_large_are_replaced_by_their_size() {
        let many: Vec<String> = (0..8_000).map(|n| format!("user_{n}")).collect();
        let whole = json!({ "users": many });
        assert_eq!(values(&whole), json!({ "truncated": true, "bytes": whole.to_string().len() }).to_string());
    }
}
