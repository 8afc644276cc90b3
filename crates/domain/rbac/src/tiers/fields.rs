//! Checks of the fields that tiers and scopes have.

use aedile_kernel::{Error, Result, text};
use serde_json::{Map, Value};

/// The highest limit a minute that can be set; more is better said as 0, unlimited.
const MAX_RATE: u32 = 1_000_000;
/// The highest rank.
const MAX_RANK: u32 = 1_000;
const MAX_DISPLAY_NAME: usize = 100;
const MAX_DESCRIPTION: usize = 1_000;
/// The most bytes of features, as JSON text.
const MAX_FEATURES: usize = 16 * 1024;
/// How deep features may nest, as JSON in general may; the object itself is the first level.
const MAX_DEPTH: usize = 32;

pub(crate) fn rate_limit(value: u32) -> Result<u32> {
    if value <= MAX_RATE { Ok(value) } else { Err(Error::invalid("rate_limit", "must be between 0 and 1000000")) }
}

pub(crate) fn order_rank(value: u32) -> Result<u32> {
    if value <= MAX_RANK { Ok(value) } else { Err(Error::invalid("order_rank", "must be between 0 and 1000")) }
}

pub(crate) fn display_name(value: &str) -> Result<String> {
    text::line("display_name", value, MAX_DISPLAY_NAME)
}

/// A description may be empty.
pub(crate) fn description(value: &str) -> Result<String> {
    if value.trim().is_empty() { Ok(String::new()) } else { text::paragraphs("description", value, MAX_DESCRIPTION) }
}

pub(crate) fn features(value: &Map<String, Value>) -> Result<Map<String, Value>> {
    if !value.values().all(|inner| fits(inner, MAX_DEPTH - 1)) {
        return Err(Error::invalid("features", "must not nest deeper than 32 levels"));
    }
    if serde_json::to_string(value).map_err(Error::internal)?.len() > MAX_FEATURES {
        return Err(Error::invalid("features", "must have at most 16 KiB of JSON"));
    }
    Ok(value.clone())
}

fn fits(value: &Value, levels: usize) -> bool {
    match value {
        Value::Array(items) => levels > 0 && items.iter().all(|item| fits(item, levels - 1)),
        Value::Object(fields) => levels > 0 && fields.values().all(|field| fits(field, levels - 1)),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn object(value: Value) -> Map<String, Value> {
        let Value::Object(map) = value else { panic!("an object") };
        map
    }

    fn nested(levels: usize) -> Map<String, Value> {
        object((1..levels).fold(json!({}), |inner, _| json!({ "inner": inner })))
    }

    #[test]
    fn numbers_have_bounds() {
        assert_eq!(rate_limit(0).unwrap(), 0);
        assert_eq!(rate_limit(1_000_000).unwrap(), 1_000_000);
        assert!(rate_limit(1_000_001).is_err());
        assert_eq!(order_rank(1_000).unwrap(), 1_000);
        assert!(order_rank(1_001).is_err());
    }

    #[test]
    fn c_53_features_have_a_size_and_a_depth() {
        assert!(features(&nested(32)).is_ok());
        assert!(features(&nested(33)).is_err());
        let list = |levels: usize| object(json!({ "list": (0..levels).fold(json!(1), |inner, _| json!([inner])) }));
        assert!(features(&list(31)).is_ok() && features(&list(32)).is_err());
        assert!(features(&object(json!({ "text": "x".repeat(16 * 1024 - 11) }))).is_ok());
        assert!(features(&object(json!({ "text": "x".repeat(16 * 1024 - 10) }))).is_err());
    }

    #[test]
    fn texts_are_clean() {
        assert_eq!(display_name(" Pro ").unwrap(), "Pro");
        assert!(display_name("").is_err() && display_name("a\nb").is_err());
        assert_eq!(description("  ").unwrap(), "");
        assert_eq!(description("one\ntwo").unwrap(), "one\ntwo");
        assert!(description("a\0b").is_err() && description(&"x".repeat(1_001)).is_err());
    }
}
