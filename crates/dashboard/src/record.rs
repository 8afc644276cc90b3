//! What became of a thing: its fields before and after, for previews, outcomes and the audit log.

use serde_json::{Map, Value};

use crate::view::{Block, Cell, Link, Table, address, sentence, words};

/// What a thing is called by people, such as `Feature flag 3`.
pub(crate) fn thing(resource_type: &str, resource_id: &str) -> String {
    let kind = match resource_type {
        "api_key" => "API key".to_owned(),
        "audit_log" => "Audit log".to_owned(),
        "endpoint_auth_override" => "Endpoint override".to_owned(),
        kind => sentence(&words(kind)),
    };
    if resource_id.is_empty() { kind } else { format!("{kind} {resource_id}") }
}

/// What changes of a thing, what is added, or what is taken away.
pub(crate) fn difference(what: &str, old: Option<&Map<String, Value>>, new: Option<&Map<String, Value>>) -> Block {
    match (old, new) {
        (Some(old), Some(new)) => changed(what, old, new),
        (None, Some(new)) => values(what, "Added", new),
        (Some(old), None) => values(what, "Taken away", old),
        (None, None) => Block::Text(what.to_owned()),
    }
}

fn changed(what: &str, old: &Map<String, Value>, new: &Map<String, Value>) -> Block {
    let mut table = Table::new(what, &[what, "Before → after"], "No stored field changed.");
    let names = old.keys().chain(new.keys().filter(|name| !old.contains_key(*name)));
    for name in names.filter(|name| old.get(*name) != new.get(*name)) {
        table.row([Cell::Text(sentence(&words(name))), Cell::Change(text(old.get(name)), text(new.get(name)))]);
    }
    Block::Table(table)
}

fn values(what: &str, how: &str, values: &Map<String, Value>) -> Block {
    let rows = values.iter().map(|(name, value)| [Cell::Text(sentence(&words(name))), value_cell(value)]);
    Block::Table(Table::new(what, &[what, how], "No fields are stored.").rows(rows))
}

/// Any value of JSON for people.
pub(crate) fn value_cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Nothing,
        value => Cell::from(text(Some(value))),
    }
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => "nothing".to_owned(),
        Some(Value::Bool(is_so)) => if *is_so { "yes" } else { "no" }.to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(items)) if items.is_empty() => "nothing".to_owned(),
        Some(Value::Array(items)) if items.iter().all(Value::is_string) => {
            items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
        }
        Some(other) => other.to_string(),
    }
}

/// Where a thing's own page is, if it has one.
pub(crate) fn link(resource_type: &str, resource_id: &str) -> Option<Link> {
    let (label, area): (_, &[&str]) = match resource_type {
        "user" | "local_user" => ("To the user", &["users"]),
        "announcement" => ("To the announcement", &["announcements"]),
        "skill" => ("To the skill", &["catalog"]),
        "abuse_flag" => ("To the flag", &["moderation", "flags"]),
        "claim" => ("To the claim", &["moderation", "claims"]),
        _ => return None,
    };
    let place = [&["dashboard"], area, &[resource_id]].concat();
    (!resource_id.is_empty()).then(|| Link::new(label, address(&place, &[])))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rows(block: Block) -> Vec<String> {
        let Block::Table(table) = block else { panic!("a table") };
        table.rows.iter().map(|row| format!("{row:?}")).collect()
    }

    #[test]
    fn only_what_differs_is_shown() {
        let (old, new) = (json!({ "a": 1, "b": [], "c": true }), json!({ "a": 1, "b": ["x", "y"], "d": null }));
        let shown = rows(difference("Tier 1", old.as_object(), new.as_object()));
        assert_eq!(
            shown,
            [
                r#"[Text("B"), Change("nothing", "x, y")]"#,
                r#"[Text("C"), Change("yes", "nothing")]"#,
                r#"[Text("D"), Change("nothing", "nothing")]"#,
            ]
        );
        assert_eq!(rows(difference("Tier 1", None, new.as_object())).len(), 3);
    }

    #[test]
    fn things_are_called_as_people_call_them() {
        assert_eq!(thing("feature_flag", "3"), "Feature flag 3");
        assert_eq!(thing("endpoint_auth_override", ""), "Endpoint override");
        assert_eq!(thing("api_key", "key_1"), "API key key_1");
    }
}
