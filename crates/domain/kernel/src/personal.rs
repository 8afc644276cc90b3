//! Personal data: what tells who somebody is, or what they wrote.
//!
//! The audit log can't be changed, so personal data must not get into it. A field is marked where it is declared:
//! `#[serde(serialize_with = "aedile_kernel::personal::serialize")]`. A marked field is serialized like any other, except into
//! the audit log, which says only that it was there.

use std::cell::Cell;

use serde::ser::{Error as _, SerializeMap};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// What stands in the audit log for personal data.
pub const WITHHELD: &str = "(personal)";
/// The key that marks a value while it is on its way from a field to a record.
const MARK: &str = "\u{0}personal";

thread_local! {
    static MARKING: Cell<bool> = const { Cell::new(false) };
}

/// Serializes a personal field: as it is, or marked where [`to_value`] asks.
///
/// # Errors
/// If the value can't be serialized.
pub fn serialize<T: Serialize, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    if !MARKING.get() {
        return value.serialize(serializer);
    }
    match serde_json::to_value(value).map_err(S::Error::custom)? {
        Value::Null => serializer.serialize_none(),
        value => {
            let mut map = serializer.serialize_map(Some(1))?;
            map.serialize_entry(MARK, &value)?;
            map.end()
        }
    }
}

/// The value as JSON, with the JSON pointers (RFC 6901) of its personal fields.
///
/// # Errors
/// If the value can't be written as JSON, such as a map whose keys are no text.
pub(crate) fn to_value(value: &impl Serialize) -> serde_json::Result<(Value, Vec<String>)> {
    MARKING.set(true);
    let json = serde_json::to_value(value);
    MARKING.set(false);
    let (mut json, mut fields) = (json?, Vec::new());
    unmark(&mut json, "", &mut fields);
    Ok((json, fields))
}

/// Takes the marks off, and notes where they were.
fn unmark(value: &mut Value, pointer: &str, fields: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            if let Some(inner) = marked(map) {
                *value = inner;
                fields.push(pointer.to_owned());
                return;
            }
            for (key, inner) in map {
                unmark(inner, &format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1")), fields);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter_mut().enumerate() {
                unmark(inner, &format!("{pointer}/{index}"), fields);
            }
        }
        _ => {}
    }
}

fn marked(map: &mut Map<String, Value>) -> Option<Value> {
    if map.len() == 1 { map.remove(MARK) } else { None }
}

/// The value as the audit log may keep it: without personal fields, and without e-mail addresses and phone
/// numbers in any text.
pub(crate) fn withheld(value: &Value, fields: &[String]) -> Value {
    let mut value = value.clone();
    for field in fields {
        if let Some(found) = value.pointer_mut(field).filter(|found| !found.is_null()) {
            *found = WITHHELD.into();
        }
    }
    mask_texts(&mut value);
    value
}

fn mask_texts(value: &mut Value) {
    match value {
        Value::String(text) => *text = masked(text),
        Value::Array(items) => items.iter_mut().for_each(mask_texts),
        Value::Object(map) => map.values_mut().for_each(mask_texts),
        _ => {}
    }
}

/// The text without the e-mail addresses and phone numbers in it.
#[must_use]
pub fn masked(text: &str) -> String {
    let ends = |c: char| c.is_whitespace() || "<>()[]{}\"'`,;:=|/?&".contains(c);
    text.split_inclusive(ends)
        .map(|part| {
            let word = part.trim_end_matches(ends);
            let bare = word.trim_end_matches(['.', '!', '?']);
            if is_email(bare) || is_phone(bare) { part.replacen(bare, WITHHELD, 1) } else { part.to_owned() }
        })
        .collect()
}

/// Perhaps percent-encoded, and perhaps mistyped.
fn is_email(word: &str) -> bool {
    word.split_once('@').or_else(|| word.split_once("%40")).is_some_and(|(local, _)| !local.is_empty())
}

/// As in E.164, perhaps with dashes or dots.
fn is_phone(word: &str) -> bool {
    let Some(rest) = word.strip_prefix('+') else { return false };
    let digits = rest.bytes().filter(u8::is_ascii_digit).count();
    (7..=15).contains(&digits) && rest.chars().all(|c| c.is_ascii_digit() || c == '-' || c == '.')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[derive(Serialize)]
    struct Person {
        id: u8,
        #[serde(serialize_with = "serialize")]
        email: Option<String>,
        #[serde(serialize_with = "serialize")]
        name: Option<String>,
    }

    #[derive(Serialize)]
    struct Account {
        #[serde(flatten)]
        person: Person,
        others: Vec<Person>,
    }

    fn ada() -> Person {
        Person { id: 1, email: Some("ada@example.com".into()), name: None }
    }

    #[test]
    fn a_personal_field_is_shown_everywhere_but_in_the_audit_log() {
        let account = Account { person: ada(), others: vec![ada()] };
        let shown = json!({
            "id": 1, "email": "ada@example.com", "name": null,
            "others": [{ "id": 1, "email": "ada@example.com", "name": null }],
        });
        assert_eq!(serde_json::to_value(&account).unwrap(), shown);
        let (value, fields) = to_value(&account).unwrap();
        assert_eq!(
            (&value, fields.as_slice()),
            (&shown, ["/email".to_owned(), "/others/0/email".to_owned()].as_slice())
        );
        let kept = json!({
            "id": 1, "email": WITHHELD, "name": null,
            "others": [{ "id": 1, "email": WITHHELD, "name": null }],
        });
        assert_eq!(withheld(&value, &fields), kept);
    }

    #[test]
    fn addresses_and_phone_numbers_are_masked_wherever_they_stand() {
        for (text, expected) in [
            ("asked by ada@example.com.", "asked by (personal)."),
            ("<ada@example.com>: no such user", "<(personal)>: no such user"),
            ("call +49-30-1234567, please", "call (personal), please"),
            ("+15551234567", "(personal)"),
            ("mailto:ada@example.com", "mailto:(personal)"),
            ("/v1/admin/users/ada%40example.com/story", "/v1/admin/users/(personal)/story"),
            ("typed ada@", "typed (personal)"),
        ] {
            assert_eq!(masked(text), expected);
        }
        for text in ["", "@scope/package", "1 + 1", "+5 credits", "at @ noon", "v1.2.3", "  two\nlines "] {
            assert_eq!(masked(text), text);
        }
    }
}
