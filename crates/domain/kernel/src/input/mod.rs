//! Reading input: JSON that must fit a type, or else what is wrong with it, field by field, in the caller's words.

mod complaint;
mod objects;
mod problems;

use std::borrow::Cow;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::{Deserialize, DeserializeOwned, Deserializer};
use serde_json::{Map, Value};

use self::complaint::Complaint;
use self::objects::Objects;
use crate::error::{Error, Result};
use crate::fields::fields;

/// Reads JSON text that stands in `place`, such as `body`. A struct is read from an object, never from an array.
///
/// # Errors
/// `Invalid` about `place` for text that is no JSON, and about each field that does not fit otherwise.
pub fn from_slice<T: DeserializeOwned + JsonSchema>(place: &'static str, json: &[u8]) -> Result<T> {
    let mut reader = serde_json::Deserializer::from_slice(json);
    let read = T::deserialize(Objects(&mut reader));
    if let Ok(value) = read
        && reader.end().is_ok()
    {
        return Ok(value);
    }
    let value: Value = match serde_json::from_slice(json) {
        Ok(value) => value,
        Err(error) => return Err(Error::invalid(place, format!("is not valid JSON: {error}"))),
    };
    let complaint = complaint::<T, _>(&mut serde_json::Deserializer::from_slice(json));
    Err(problems::refusal::<T>(place, &value, complaint))
}

/// Reads JSON that stands in `place`, as [`from_slice`] does.
///
/// # Errors
/// `Invalid` about each field that does not fit.
pub fn from_value<T: DeserializeOwned + JsonSchema>(place: &'static str, json: &Value) -> Result<T> {
    T::deserialize(Objects(json)).map_err(|_| problems::refusal::<T>(place, json, complaint::<T, _>(json)))
}

/// Reads the pairs of a query or a form, which stands in `place`.
///
/// # Errors
/// `Invalid` about each field that does not fit.
pub fn from_pairs<T: DeserializeOwned + JsonSchema>(place: &'static str, text: &[u8]) -> Result<T> {
    serde_urlencoded::from_bytes(text).map_err(|_| refused_pairs::<T>(place, text))
}

/// What is wrong with pairs. They hold text alone, which is judged as what its field is typed as.
fn refused_pairs<T: DeserializeOwned + JsonSchema>(place: &'static str, text: &[u8]) -> Error {
    let known = fields(&schema::<T>());
    let read = |(name, text): (Cow<'_, str>, Cow<'_, str>)| {
        let field = known.iter().find(|field| field.name == name);
        let value = field.filter(|_| text != "null").and_then(|field| field.read(&text).ok());
        (name.into_owned(), value.unwrap_or_else(|| Value::String(text.into_owned())))
    };
    let object: Map<String, Value> = form_urlencoded::parse(text).map(read).collect();
    let reader = serde_urlencoded::Deserializer::new(form_urlencoded::parse(text));
    let error = serde_path_to_error::deserialize::<_, T>(reader).err();
    let complaint = error.map(|error| Complaint::of(error.path().to_string(), &error.inner().to_string()));
    problems::refusal::<T>(place, &Value::Object(object), complaint)
}

/// What the reader stumbles over first, and where.
fn complaint<'de, T, D>(reader: D) -> Option<Complaint>
where
    T: Deserialize<'de>,
    D: Deserializer<'de, Error = serde_json::Error>,
{
    let error = serde_path_to_error::deserialize::<_, T>(Objects(reader)).err()?;
    Some(Complaint::of(error.path().to_string(), &complaint::without_position(error.inner())))
}

/// The JSON Schema of what is read as a `T`.
fn schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
}

#[cfg(test)]
mod tests;
