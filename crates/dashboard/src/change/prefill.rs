//! What is there now of what a form changes, so that nobody has to type it again.

use aedile_kernel::fields::fields;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::{Error, Prefill, Result};
use serde_json::{Map, Value, json};

use crate::backend::DashboardBackend;
use crate::page::value;

/// The most a page of a list holds.
const MOST: u32 = 100;

/// The present values of what the form is about; none when it adds something.
pub(super) async fn current(
    backend: &dyn DashboardBackend,
    operation: &Description,
    pairs: &[(String, String)],
) -> Result<Map<String, Value>> {
    let Some(Prefill { query, key }) = operation.prefill.filter(|prefill| backend.offers(prefill.query)) else {
        return Ok(Map::new());
    };
    let Some(key) = key else { return shown(backend, query, json!({})).await };
    let Some(wanted) = value(pairs, key) else { return Ok(Map::new()) };
    let known = backend.description(query).map(|query| fields(query.input.as_value())).unwrap_or_default();
    match known.iter().find(|field| field.name == key).map(|field| field.read(wanted)) {
        Some(Ok(value)) => shown(backend, query, json!({ key: value })).await,
        Some(Err(_)) => Ok(Map::new()),
        None => listed(backend, query, key, wanted).await,
    }
}

/// The one of a list that has this key; nothing when it is not there.
async fn listed(backend: &dyn DashboardBackend, query: &str, key: &str, wanted: &str) -> Result<Map<String, Value>> {
    let mut page = json!({});
    loop {
        let listed = backend.run(query, page, Mode::Commit, None).await?.output;
        let items = listed.get("items").unwrap_or(&listed).as_array().map(Vec::as_slice).unwrap_or_default();
        let is_wanted = |item: &&Value| item.get(key).is_some_and(|found| is_text(found, wanted));
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
async fn shown(backend: &dyn DashboardBackend, query: &str, input: Value) -> Result<Map<String, Value>> {
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
