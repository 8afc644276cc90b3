//! Everything that is wrong with a value, told by the schema of what was asked for. Only a refusal costs this much.

use std::borrow::Cow;

use jsonschema::error::TypeKind;
use jsonschema::paths::{Location, LocationSegment};
use jsonschema::{ValidationError, error::ValidationErrorKind as Wrong};
use schemars::JsonSchema;
use serde_json::Value;

use super::complaint::{Complaint, cut};
use super::schema;
use crate::error::{Error, FieldError};
use crate::time::Timestamp;

/// More than this many are not told at once.
const MOST: usize = 20;
/// What is said of a value whose schema knows no better.
const VAGUE: &str = "does not have the accepted form";
const TIME: &str = "must be an ISO 8601 date and time, such as 2026-01-15T10:30:00Z";

/// Why `value` is no `T`: what the schema knows, and what the reader stumbled over where it knows better.
pub(super) fn refusal<T: JsonSchema>(place: &'static str, value: &Value, complaint: Option<Complaint>) -> Error {
    let mut fields = Vec::new();
    let validator = jsonschema::options()
        .should_validate_formats(true)
        .with_format("date-time", |text: &str| Timestamp::parse("time", text).is_ok())
        .build(&schema::<T>());
    if let Ok(validator) = validator {
        for error in validator.iter_errors(value) {
            tell(place, &error, &mut fields);
        }
    }
    if let Some(complaint) = complaint {
        add_first(complaint.is_ours(), complaint.into_field(place), &mut fields);
    }
    if fields.is_empty() {
        fields.push(FieldError { field: place.into(), message: "is not what is accepted here".into() });
    }
    fields.truncate(MOST);
    Error::Invalid(fields)
}

/// Adds what the reader stumbled over, unless the schema says so already, about the same field or one around or within it.
fn add_first(is_ours: bool, first: FieldError, fields: &mut Vec<FieldError>) {
    if let Some(known) = fields.iter_mut().find(|field| field.field == first.field) {
        if is_ours && known.message == VAGUE {
            *known = first;
        }
    } else if !is_about_the_same(&first, fields) {
        fields.insert(0, first);
    }
}

fn is_about_the_same(one: &FieldError, others: &[FieldError]) -> bool {
    others.iter().any(|other| other.field.starts_with(&*one.field) || one.field.starts_with(&*other.field))
}

/// Adds what an error of the schema says, once for each field.
fn tell(place: &'static str, error: &ValidationError<'_>, fields: &mut Vec<FieldError>) {
    let at = |name: Option<&str>| field(place, error.instance_path(), name);
    let mut add = |field: String, message: Cow<'static, str>| {
        if fields.len() < MOST && !fields.iter().any(|known| known.field == field) {
            fields.push(FieldError { field: field.into(), message });
        }
    };
    match error.kind() {
        Wrong::AdditionalProperties { unexpected } | Wrong::UnevaluatedProperties { unexpected } => {
            for name in unexpected {
                add(at(Some(name)), "is not a known field".into());
            }
        }
        Wrong::Required { property } => add(at(property.as_str()), "is required".into()),
        Wrong::AnyOf { context } | Wrong::OneOfNotValid { context } => match choices(context) {
            Some(choices) => add(at(None), one_of(&choices).into()),
            None => {
                // Of several ways to write it, the one that was come closest to; never null, which nobody means to send.
                let closest =
                    context.iter().filter(|errors| !is_null_wanted(errors)).max_by_key(|errors| depth(errors));
                for error in closest.into_iter().flatten() {
                    tell(place, error, fields);
                }
            }
        },
        kind => add(at(None), words(kind)),
    }
}

/// Where the fault is, as a caller would write it: `page.limit`, `scopes[0]`.
fn field(place: &'static str, path: &Location, name: Option<&str>) -> String {
    let mut text = String::new();
    for segment in path.segments() {
        match segment {
            LocationSegment::Index(index) => text.push_str(&format!("[{index}]")),
            LocationSegment::Property(name) if text.is_empty() => text.push_str(&name),
            LocationSegment::Property(name) => text.push_str(&format!(".{name}")),
        }
    }
    match name {
        Some(name) if text.is_empty() => cut(name),
        Some(name) => cut(&format!("{text}.{name}")),
        None if text.is_empty() => place.to_owned(),
        None => cut(&text),
    }
}

/// The only values there are, if that is what all the ways to write it come down to.
fn choices(context: &[Vec<ValidationError<'static>>]) -> Option<Vec<Value>> {
    let mut all = Vec::new();
    for errors in context.iter().filter(|errors| !is_null_wanted(errors)) {
        match errors.as_slice() {
            [one] => match one.kind() {
                Wrong::Constant { expected_value } => all.push(Value::clone(expected_value)),
                Wrong::Enum { options } => all.extend(options.as_array()?.iter().cloned()),
                Wrong::OneOfNotValid { context } | Wrong::AnyOf { context } => all.extend(choices(context)?),
                _ => return None,
            },
            _ => return None,
        }
    }
    (!all.is_empty()).then_some(all)
}

fn is_null_wanted(errors: &[ValidationError<'static>]) -> bool {
    matches!(errors, [one] if matches!(one.kind(), Wrong::Type { kind: TypeKind::Single(wanted) } if wanted.as_str() == "null"))
}

fn depth(errors: &[ValidationError<'static>]) -> usize {
    errors.iter().map(|error| error.instance_path().segments().count()).max().unwrap_or(0)
}

/// What a value must be, in the words of whoever sends it.
fn words(kind: &Wrong) -> Cow<'static, str> {
    match kind {
        Wrong::Type { kind: TypeKind::Single(wanted) } => format!("must be {}", named(wanted.as_str())).into(),
        Wrong::Type { kind: TypeKind::Multiple(wanted) } => {
            let wanted = wanted.iter().filter(|wanted| wanted.as_str() != "null").map(|wanted| named(wanted.as_str()));
            format!("must be {}", wanted.collect::<Vec<_>>().join(" or ")).into()
        }
        Wrong::Enum { options } => one_of(options.as_array().map_or(&[], Vec::as_slice)).into(),
        Wrong::Constant { expected_value } => format!("must be {}", shown(expected_value)).into(),
        Wrong::Minimum { limit } => format!("must be at least {limit}").into(),
        Wrong::Maximum { limit } => format!("must be at most {limit}").into(),
        Wrong::ExclusiveMinimum { limit } => format!("must be more than {limit}").into(),
        Wrong::ExclusiveMaximum { limit } => format!("must be less than {limit}").into(),
        Wrong::MinLength { limit } => format!("must have at least {}", so_many(*limit, "character")).into(),
        Wrong::MaxLength { limit } => format!("must have at most {}", so_many(*limit, "character")).into(),
        Wrong::MinItems { limit } => format!("must have at least {}", so_many(*limit, "item")).into(),
        Wrong::MaxItems { limit } => format!("must have at most {}", so_many(*limit, "item")).into(),
        Wrong::MinProperties { limit } => format!("must have at least {}", so_many(*limit, "field")).into(),
        Wrong::MaxProperties { limit } => format!("must have at most {}", so_many(*limit, "field")).into(),
        Wrong::UniqueItems => "must not hold the same item twice".into(),
        Wrong::Format { format } if format == "date-time" => TIME.into(),
        _ => VAGUE.into(),
    }
}

fn named(json_type: &str) -> &'static str {
    match json_type {
        "array" => "a list",
        "boolean" => "true or false",
        "integer" => "an integer",
        "null" => "null",
        "number" => "a number",
        "object" => "an object",
        _ => "a string",
    }
}

fn so_many(count: u64, thing: &str) -> String {
    if count == 1 { format!("1 {thing}") } else { format!("{count} {thing}s") }
}

fn one_of(choices: &[Value]) -> String {
    let choices: Vec<String> = choices.iter().filter(|choice| !choice.is_null()).map(shown).collect();
    match choices.as_slice() {
        [one] => format!("must be {one}"),
        all => format!("must be one of {}", all.join(", ")),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
