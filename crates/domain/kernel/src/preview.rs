//! What was shown before it is done: whether a later preview shows the same.

use serde_json::Value;

use crate::digest::{Digest, FieldDigest};
use crate::time::Timestamp;

/// Fields that number what is added.
const NUMBERS: [&str; 3] = ["id", "last_id", "ledger_entry"];
/// Fields that name what is added in the record of something else.
const LINKS: [&str; 1] = ["replaced_by"];

/// The digest of what an operation would change, by its preview on an input, without what no two previews have in common.
/// Whoever was shown a preview and agreed to it agreed to nothing with another digest.
#[must_use]
pub fn digest(operation: &str, input: &Value, shown: &Value) -> Digest {
    let mut records = shown.get("records").cloned().unwrap_or_default();
    forget_times(&mut records);
    records.as_array_mut().into_iter().flatten().for_each(forget_numbers);
    let digest = FieldDigest::default().field(operation.as_bytes()).field(input.to_string().as_bytes());
    digest.field(records.to_string().as_bytes()).finish()
}

/// A preview a minute later has other times in it, and does the same. Times that somebody chose stand in the input.
fn forget_times(value: &mut Value) {
    match value {
        Value::String(text) if is_time(text) => *value = Value::Null,
        Value::Object(fields) => fields.values_mut().for_each(forget_times),
        Value::Array(items) => items.iter_mut().for_each(forget_times),
        _ => {}
    }
}

fn is_time(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit()) && Timestamp::parse("time", text).is_ok()
}

/// What would be added gets another number at each preview: PostgreSQL's sequences don't go back. What it would be added to
/// stands in the input.
fn forget_numbers(record: &mut Value) {
    let Some(fields) = record.as_object_mut() else { return };
    if let Some(changed) = fields.get_mut("new_values").and_then(Value::as_object_mut) {
        changed.retain(|name, _| !LINKS.contains(&name.as_str()));
    }
    if fields.get("old_values").is_none_or(Value::is_null) {
        fields.remove("resource_id");
        let added = fields.get_mut("new_values").and_then(Value::as_object_mut);
        added.into_iter().for_each(|added| added.retain(|name, _| !NUMBERS.contains(&name.as_str())));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_left_out_wherever_they_stand() {
        let shown = |reset: &str, note: &str| json!({ "records": [{ "old_values": {}, "new_values": { "plan": { "reset_date": reset }, "note": note } }] });
        let of = |shown: &Value| digest("plan.set", &json!({}), shown);
        let (now, later) = ("2026-01-15T10:30:00.000001Z", "2026-01-15T10:31:00Z");
        assert_eq!(of(&shown(now, "2026")), of(&shown(later, "2026")));
        assert_ne!(of(&shown(now, "2026")), of(&shown(now, "2027")));
    }

    #[test]
    fn what_would_be_added_may_have_another_number() {
        let added = |resource: &str, id: i64, cents: i64| json!({ "records": [{ "resource_id": resource, "new_values": { "id": id, "amount_cents": cents } }] });
        let input = json!({ "purchase": 1 });
        let of = |shown: &Value| digest("refund.issue", &input, shown);
        assert_eq!(of(&added("1", 7, 999)), of(&added("1", 8, 999)));
        assert_eq!(of(&added("7", 7, 999)), of(&added("8", 8, 999)));
        assert_eq!(of(&added("7", 7, 999)), of(&added("7", 8, 999)), "by chance the number of what it is added to");
        assert_ne!(of(&added("1", 7, 999)), of(&added("1", 7, 333)));
        assert_ne!(of(&added("1", 7, 999)), digest("refund.issue", &json!({ "purchase": 2 }), &added("1", 7, 999)));
        let linked = |by: i64| json!({ "records": [{ "old_values": { "replaced_by": null }, "new_values": { "replaced_by": by } }] });
        assert_eq!(of(&linked(7)), of(&linked(8)), "the number of what would be added beside");
        let changed = |id: i64| json!({ "records": [{ "old_values": { "id": 1 }, "new_values": { "id": id } }] });
        assert_ne!(of(&changed(1)), of(&changed(2)), "what is there already keeps its number");
    }
}
