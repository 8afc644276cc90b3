//! What is there now of what a form changes, so that nobody has to type it again.

use aedile_kernel::fields::fields;
use aedile_kernel::registry::Mode;
use aedile_kernel::{Error, Result};
use serde_json::{Map, Value, json};

use crate::backend::DashboardBackend;
use crate::page::value;

/// The operation that changes something, the one that lists or shows it, and the field by which both know it; one's own profile
/// needs none.
const SOURCES: [(&str, &str, &str); 9] = [
    ("announcement.update", "announcement.get", "id"),
    ("category.update", "category.list", "slug"),
    ("endpoint.update", "endpoint.list", "id"),
    ("flag.update", "flag.get", "id"),
    ("local_user.update", "local_user.get", "id"),
    ("profile.update", "profile.get", ""),
    ("role.update", "role.list", "id"),
    ("scope.update", "scope.list", "scope_name"),
    ("tier.update", "tier.list", "tier_name"),
];
/// The most a page of a list holds.
const MOST: u32 = 100;

/// The present values of what the form is about; none when it adds something.
pub(super) async fn current(
    backend: &dyn DashboardBackend,
    operation: &str,
    pairs: &[(String, String)],
) -> Result<Map<String, Value>> {
    let source = SOURCES.iter().find(|(change, source, _)| *change == operation && backend.offers(source));
    let Some((_, source, key)) = source else { return Ok(Map::new()) };
    let wanted = if key.is_empty() { Some("") } else { value(pairs, key) };
    let Some(wanted) = wanted else { return Ok(Map::new()) };
    if source.ends_with(".get") {
        return shown(backend, source, key, wanted).await;
    }
    let mut page = json!({});
    loop {
        let listed = backend.run(source, page, Mode::Commit, None).await?.output;
        let items = listed.get("items").unwrap_or(&listed).as_array().map(Vec::as_slice).unwrap_or_default();
        let is_wanted = |item: &&Value| item.get(*key).is_some_and(|found| is_text(found, wanted));
        if let Some(found) = items.iter().find(is_wanted).and_then(Value::as_object) {
            return Ok(found.clone());
        }
        match listed.get("next").filter(|next| !next.is_null()) {
            Some(next) => page = json!({ "page": { "limit": MOST, "after": next } }),
            None => return Ok(Map::new()),
        }
    }
}

/// What a query shows of one thing; nothing when it is not there.
async fn shown(backend: &dyn DashboardBackend, query: &str, key: &str, wanted: &str) -> Result<Map<String, Value>> {
    let input = match backend.description(query).map(|query| fields(query.input.as_value())) {
        Some(fields) => fields.iter().find(|field| field.name == key).map(|field| field.read(wanted)),
        None => None,
    };
    let input = match input {
        Some(Ok(value)) => json!({ key: value }),
        Some(Err(_)) => return Ok(Map::new()),
        None => json!({}),
    };
    match backend.run(query, input, Mode::Commit, None).await {
        Ok(shown) => Ok(shown.output.as_object().cloned().unwrap_or_default()),
        Err(Error::NotFound(_)) => Ok(Map::new()),
        Err(error) => Err(error),
    }
}

fn is_text(value: &Value, text: &str) -> bool {
    match value {
        Value::String(value) => value == text,
        Value::Number(number) => number.to_string() == text,
        _ => false,
    }
}
