//! Lists, a page at a time.

use serde_json::{Value, json};

use crate::request::{Params, Reply};

/// A page of objects that are in the order they were made; it shows the latest first.
pub(super) fn page(params: &Params, objects: Vec<Value>) -> Reply {
    let since = params.number("created[gte]").unwrap_or(i64::MIN);
    let is_wanted = |object: &Value| object["created"].as_i64().is_none_or(|created| created >= since);
    let mut wanted: Vec<Value> = objects.into_iter().rev().filter(is_wanted).collect();
    if let Some(after) = params.text("starting_after") {
        let Some(position) = wanted.iter().position(|object| object["id"] == after) else {
            return Reply::refusal("resource_missing", &format!("No such object: '{after}'"));
        };
        wanted.drain(..=position);
    }
    let limit = params.number("limit").and_then(|limit| usize::try_from(limit).ok()).unwrap_or(10).clamp(1, 100);
    let has_more = wanted.len() > limit;
    wanted.truncate(limit);
    Reply::ok(json!({ "object": "list", "url": "/v1", "data": wanted, "has_more": has_more }))
}
