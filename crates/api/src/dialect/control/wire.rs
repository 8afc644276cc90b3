//! Shapes of this family that JSON alone does not give: bits for booleans, JSON inside strings, times without a zone.

use aedile_kernel::{Error, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};

/// `true` as 1 and `false` as 0; input takes either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bit(pub(crate) bool);

impl Serialize for Bit {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.0.into())
    }
}

impl<'de> Deserialize<'de> for Bit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Wire {
            Boolean(bool),
            Number(u8),
        }
        match Wire::deserialize(deserializer) {
            Ok(Wire::Boolean(value)) => Ok(Self(value)),
            Ok(Wire::Number(value @ (0 | 1))) => Ok(Self(value == 1)),
            _ => Err(serde::de::Error::custom("expected true, false, 0 or 1")),
        }
    }
}

/// A value as JSON inside a string.
pub(crate) fn json_text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "null".to_owned())
}

/// A time of the input: RFC 3339, or without a zone and then UTC.
pub(crate) fn time(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    text.map(|text| Timestamp::parse(field, text)).transpose()
}

/// Tells a field that is `null` from one that is absent: the field's type is `Option<Option<T>>`, with
/// `#[serde(default, deserialize_with = "wire::present")]`.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}
