//! What was typed into an operation's form.

use aedile_kernel::fields::{Field, Kind, fields};
use aedile_kernel::registry::Description;
use serde_json::{Map, Value, json};

use super::SETTLED;
use super::form::Problems;
use crate::page::value;

/// The fields of a form with what stands in them.
pub(super) struct Typed {
    pub(super) fields: Vec<(Field, Option<Vec<String>>)>,
}

impl Typed {
    /// What pairs say of an operation's fields; pages of lists are no field.
    pub(super) fn of(operation: &Description, pairs: &[(String, String)]) -> Self {
        let mut fields = fields(operation.input.as_value());
        fields.retain(|field| field.kind != Kind::Page);
        // What must be given comes first as it is, and of the rest what a thing is called.
        fields.sort_by_key(|field| !field.is_required && field.name != "title" && !field.name.ends_with("name"));
        let values = |name: &str| -> Option<Vec<String>> {
            let found = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| lines(value)).collect::<Vec<_>>();
            (!found.is_empty()).then_some(found)
        };
        let with_values = |field: Field| (values(&field.name), field);
        Self { fields: fields.into_iter().map(with_values).map(|(typed, field)| (field, typed)).collect() }
    }

    /// The fields that say what the form is about, if the link filled them in; a form that is sent names them itself.
    pub(super) fn settled(&self, pairs: &[(String, String)], is_sent: bool) -> Vec<String> {
        let is_named = |name: &str| match is_sent {
            true => pairs.iter().any(|(key, value)| key == SETTLED && value == name),
            false => value(pairs, name).is_some(),
        };
        let keys = self.fields.iter().filter(|(field, _)| is_key(field) && is_named(&field.name));
        keys.map(|(field, _)| field.name.clone()).collect()
    }

    /// The operation's input. What stands as it stood is left out, as is what was not sent; what was emptied becomes null.
    pub(super) fn input(&self, current: &Map<String, Value>) -> Result<Value, Problems> {
        let (mut input, mut problems) = (Map::new(), Problems::default());
        for (field, typed) in &self.fields {
            let typed = match typed {
                Some(typed) => typed.as_slice(),
                None if field.is_required => &[],
                None => continue,
            };
            let was = current.get(&field.name);
            if !field.is_required && was.is_some_and(|was| is_same(field, was, typed)) {
                continue;
            }
            match read(field, typed, was.is_some_and(|was| !was.is_null())) {
                Ok(None) => {}
                Ok(Some(value)) => drop(input.insert(field.name.clone(), value)),
                Err(problem) => problems.add(&field.name, problem),
            }
        }
        if problems.is_empty() { Ok(Value::Object(input)) } else { Err(problems) }
    }
}

/// Whether a field says what is changed, and not what it becomes.
fn is_key(field: &Field) -> bool {
    let name = field.name.as_str();
    let is_name = name.ends_with("_name") && name != "display_name";
    field.is_required && (matches!(name, "id" | "slug" | "email" | "purchase") || name.ends_with("_id") || is_name)
}

/// Browsers end lines as networks do.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

fn read(field: &Field, typed: &[String], has_value: bool) -> Result<Option<Value>, String> {
    if field.kind == Kind::List {
        let items = list(typed);
        return match items.is_empty() && !has_value {
            true if field.is_required => Err("must be given".to_owned()),
            true => Ok(None),
            false => Ok(Some(json!(items))),
        };
    }
    let text = typed.first().map(String::as_str).unwrap_or_default();
    let text = if matches!(field.kind, Kind::Text) { text } else { text.trim() };
    match text {
        "" if field.is_required => Err("must be given".to_owned()),
        "" if has_value => Ok(Some(if field.kind == Kind::Boolean { json!(false) } else { Value::Null })),
        "" => Ok(None),
        text => field.read(text).map(Some).map_err(|what| format!("must be {what}")),
    }
}

/// The items of a list: one by one, or with commas between.
fn list(typed: &[String]) -> Vec<&str> {
    typed.iter().flat_map(|text| text.split([',', '\n'])).map(str::trim).filter(|item| !item.is_empty()).collect()
}

fn is_same(field: &Field, was: &Value, typed: &[String]) -> bool {
    match field.kind {
        Kind::List => {
            let was = was.as_array().map(Vec::as_slice).unwrap_or_default();
            was.iter().filter_map(Value::as_str).eq(list(typed))
        }
        _ => text(field, was) == typed.first().map(String::as_str).unwrap_or_default(),
    }
}

/// A value as it stands in a form.
pub(super) fn text(field: &Field, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) if field.kind == Kind::Time => {
            // As HTML's `datetime-local` writes it, in UTC.
            text.split(['.', 'Z', '+']).next().unwrap_or_default().to_owned()
        }
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(name: &str, kind: Kind, is_required: bool) -> Field {
        Field {
            name: name.to_owned(),
            kind,
            is_required,
            help: String::new(),
            choices: Vec::new(),
            is_multiline: false,
            format: None,
        }
    }

    fn typed(fields: &[(Field, &[&str])]) -> Typed {
        let one = |(field, texts): &(Field, &[&str])| {
            (field.clone(), Some(texts.iter().map(|text| (*text).to_owned()).collect()))
        };
        Typed { fields: fields.iter().map(one).collect() }
    }

    #[test]
    fn only_what_was_changed_is_sent() {
        let current = json!({ "title": "Old", "body": "Same", "until": "2026-01-01T00:00:00Z", "tags": ["a", "b"], "on": true, "n": 5 });
        let typed = typed(&[
            (field("id", Kind::Integer, true), &["7"]),
            (field("title", Kind::Text, false), &["New"]),
            (field("body", Kind::Text, false), &["Same"]),
            (field("until", Kind::Time, false), &[""]),
            (field("tags", Kind::List, false), &["a", "b"]),
            (field("on", Kind::Boolean, false), &["true"]),
            (field("n", Kind::Number, false), &["5"]),
            (field("other", Kind::Text, false), &[""]),
        ]);
        let input = typed.input(current.as_object().unwrap()).ok().unwrap();
        assert_eq!(input, json!({ "id": 7, "title": "New", "until": null }));
    }

    #[test]
    fn what_a_form_is_about_comes_with_the_link() {
        let typed = typed(&[
            (field("user_id", Kind::Text, true), &["user_a"]),
            (field("display_name", Kind::Text, true), &["A"]),
            (field("tier_name", Kind::Text, true), &[]),
            (field("other_id", Kind::Text, false), &["b"]),
        ]);
        let pairs = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        let link = pairs(&[("user_id", "user_a"), ("display_name", "A"), ("tier_name", ""), ("other_id", "b")]);
        assert_eq!(typed.settled(&link, false), ["user_id"]);
        assert!(typed.settled(&link, true).is_empty(), "it was typed by hand");
        assert_eq!(typed.settled(&pairs(&[(SETTLED, "user_id"), (SETTLED, "display_name")]), true), ["user_id"]);
    }

    #[test]
    fn lists_are_typed_with_commas_or_ticked() {
        for (texts, expected) in [
            (&["a, b ,,c"][..], json!({ "tags": ["a", "b", "c"] })),
            (&["a", "b"], json!({ "tags": ["a", "b"] })),
            (&[""], json!({})),
        ] {
            assert_eq!(typed(&[(field("tags", Kind::List, false), texts)]).input(&Map::new()).ok().unwrap(), expected);
        }
        let emptied = typed(&[(field("tags", Kind::List, false), &[""])]);
        let current = json!({ "tags": ["a"] });
        assert_eq!(emptied.input(current.as_object().unwrap()).ok().unwrap(), json!({ "tags": [] }));
        let not_sent = Typed { fields: vec![(field("tags", Kind::List, false), None)] };
        assert_eq!(not_sent.input(current.as_object().unwrap()).ok().unwrap(), json!({}));
    }

    #[test]
    fn what_is_missing_or_unreadable_is_said_at_its_field() {
        let typed = typed(&[
            (field("id", Kind::Integer, true), &["x"]),
            (field("name", Kind::Text, true), &[""]),
            (field("ok", Kind::Text, true), &["y"]),
        ]);
        let problems = typed.input(&Map::new()).err().unwrap();
        assert_eq!(problems.of_field("id"), Some("Must be a whole number".to_owned()));
        assert_eq!(problems.of_field("name"), Some("Must be given".to_owned()));
        assert_eq!(problems.of_field("ok"), None);
    }
}
