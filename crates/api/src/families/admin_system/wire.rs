//! Shapes of this family that JSON alone does not give: bits for booleans, JSON inside strings, times without a zone.

use std::borrow::Cow;

use actix_web::{HttpResponse, HttpResponseBuilder};
use aedile_accounts::Password;
use aedile_kernel::{Error, Timestamp};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

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

impl JsonSchema for Bit {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Bit".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        match generator.contract().is_serialize() {
            true => json_schema!({ "type": "integer", "enum": [1, 0] }),
            false => json_schema!({ "enum": [true, false, 1, 0] }),
        }
    }
}

/// A value as JSON inside a string.
pub(crate) fn json_text(value: impl Into<Value>) -> String {
    value.into().to_string()
}

/// A time of the input: RFC 3339, or without a zone and then UTC.
pub(crate) fn time(field: &'static str, text: Option<&str>) -> Result<Option<Timestamp>, Error> {
    text.map(|text| Timestamp::parse(field, text)).transpose()
}

/// The status of a PUT.
pub(crate) fn saved(created: bool) -> HttpResponseBuilder {
    if created { HttpResponse::Created() } else { HttpResponse::Ok() }
}

/// `{"success": true}` with the fields of a body beside it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Succeeded<T> {
    success: bool,
    #[serde(flatten)]
    body: T,
}

impl<T> Succeeded<T> {
    pub(crate) const fn with(body: T) -> Self {
        Self { success: true, body }
    }
}

/// A password. What came in its place is not repeated in the error, as it would be for other fields: it may be the
/// password all the same.
pub(crate) fn password<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(Password::new(text)),
        _ => Err(serde::de::Error::custom("password: must be a string")),
    }
}

/// Tells a field that is `null` from one that is absent: the field's type is `Option<Option<T>>`, with
/// `#[serde(default, deserialize_with = "wire::present")]`.
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[cfg(test)]
pub(super) mod tests {
    use serde_json::json;

    use super::*;

    pub(in crate::families::admin_system) fn at(text: &str) -> Timestamp {
        Timestamp::parse("t", text).unwrap()
    }

    #[test]
    fn a_bit_is_a_number_in_answers_and_either_in_input() {
        assert_eq!(serde_json::to_value([Bit(true), Bit(false)]).unwrap(), json!([1, 0]));
        let read = |json| serde_json::from_value::<Bit>(json).map(|bit| bit.0);
        assert!(read(json!(true)).unwrap() && read(json!(1)).unwrap());
        assert!(!read(json!(false)).unwrap() && !read(json!(0)).unwrap());
        for bad in [json!(2), json!(-1), json!(1.0), json!("1"), json!("true"), json!(null), json!([]), json!(256)] {
            assert!(read(bad.clone()).is_err(), "{bad}");
        }
    }

    #[test]
    fn c_12_an_error_does_not_repeat_a_password() {
        let read = |json: Value| password(json).map(|password| password.expose().to_owned());
        assert_eq!(read(json!("12345678")).unwrap(), b"12345678");
        for wrong in [json!(12_345_678), json!(["12345678"]), json!({"a": "12345678"})] {
            assert!(!read(wrong).unwrap_err().to_string().contains("12345678"));
        }
    }

    #[test]
    fn null_is_not_absence() {
        #[derive(Deserialize)]
        struct Patch {
            #[serde(default, deserialize_with = "present")]
            note: Option<Option<String>>,
        }
        let read = |json| serde_json::from_value::<Patch>(json).map(|patch| patch.note);
        assert_eq!(read(json!({})).unwrap(), None);
        assert_eq!(read(json!({"note": null})).unwrap(), Some(None));
        assert_eq!(read(json!({"note": "x"})).unwrap(), Some(Some("x".to_owned())));
        assert!(read(json!({"note": 1})).is_err());
    }

    #[test]
    fn a_time_names_its_field_when_it_is_none() {
        assert_eq!(time("since", None).unwrap(), None);
        assert_eq!(time("since", Some("2025-01-01T00:00:00")).unwrap(), Some(at("2025-01-01T00:00:00Z")));
        assert!(time("since", Some("yesterday")).unwrap_err().to_string().starts_with("since: "));
    }
}
