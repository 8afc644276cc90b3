//! Tells a field that is null from one that is absent.

use serde::{Deserialize, Deserializer};

/// For `#[serde(default, deserialize_with)]`: absent is `None`, null is `Some(None)`.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
