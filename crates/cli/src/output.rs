//! Answers for people and for scripts.

use std::io::{IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde_json::{Map, Value};

use crate::failure::Failure;

/// What stands first in a table, where there is such a column.
const FIRST: [&str; 10] =
    ["id", "number", "user_id", "slug", "name", "role_name", "tier_name", "flag_name", "email", "status"];
/// The most characters of a cell.
const WIDEST: usize = 60;

/// Prints JSON.
pub(crate) fn json(answer: &Value) -> Result<(), Failure> {
    line(&format!("{answer:#}"))
}

/// Prints a list as a table, one thing field by field.
pub(crate) fn table(answer: &Value) -> Result<(), Failure> {
    match answer {
        Value::Null => line("Done"),
        Value::Array(items) => rows(items),
        Value::Object(fields) => match fields.get("items").and_then(Value::as_array) {
            Some(items) => {
                rows(items)?;
                counted(items.len(), fields);
                Ok(())
            }
            None => one(fields),
        },
        scalar => line(&cell(scalar)),
    }
}

/// Prints what a command would change.
pub(crate) fn preview(previewed: &Value) -> Result<(), Failure> {
    let records = previewed.get("records").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if records.is_empty() {
        return line("Nothing would change");
    }
    for record in records {
        let text = |name: &str| record.get(name).and_then(Value::as_str).unwrap_or_default();
        line(&format!("{} {} would change:", text("resource_type"), text("resource_id")))?;
        let side = |name: &str| record.get(name).and_then(Value::as_object).cloned().unwrap_or_default();
        let (old, new) = (side("old_values"), side("new_values"));
        for name in old.keys().chain(new.keys().filter(|name| !old.contains_key(*name))) {
            let shown = |side: &Map<String, Value>| side.get(name).map_or_else(|| "-".to_owned(), cell);
            if old.get(name) != new.get(name) {
                line(&format!("  {name}: {} → {}", shown(&old), shown(&new)))?;
            }
        }
    }
    Ok(())
}

/// Tells how far a long list is, where somebody looks on.
pub(crate) fn progress(done: usize, total: Option<u64>) {
    if std::io::stderr().is_terminal() {
        let of = total.map(|total| format!(" of {total}")).unwrap_or_default();
        write!(std::io::stderr(), "\r{done}{of} rows").ok();
    }
}

pub(crate) fn progress_done() {
    if std::io::stderr().is_terminal() {
        write!(std::io::stderr(), "\r\x1b[K").ok();
    }
}

/// Writes a line to standard output. A pipe that was closed is no failure: whoever closes it has seen enough.
///
/// # Errors
/// When standard output can't be written otherwise, such as on a full disk.
pub fn print(line: &dyn std::fmt::Display) -> Result<(), Failure> {
    let mut output = std::io::stdout().lock();
    match writeln!(output, "{line}").and_then(|()| output.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::usage(format!("the answer can't be written to standard output: {error}")))
        }
        _ => Ok(()),
    }
}

pub(crate) fn line(text: &str) -> Result<(), Failure> {
    print(&text)
}

fn rows(items: &[Value]) -> Result<(), Failure> {
    let Some(first) = items.first() else { return line("There are none") };
    let Some(first) = first.as_object() else {
        return items.iter().try_for_each(|item| line(&cell(item)));
    };
    let columns = in_order(first);
    let mut table = empty();
    table.set_header(columns.iter().map(|column| column.to_uppercase().replace('_', " ")));
    for item in items {
        table.add_row(columns.iter().map(|column| item.get(column).map(cell).unwrap_or_default()));
    }
    line(&trimmed(&table))
}

fn one(fields: &Map<String, Value>) -> Result<(), Failure> {
    let fields = flat(fields);
    let mut table = empty();
    for name in in_order(&fields) {
        table.add_row([name.clone(), fields.get(&name).map(whole).unwrap_or_default()]);
    }
    line(&trimmed(&table))
}

/// The fields, with those of objects among them in their place.
fn flat(fields: &Map<String, Value>) -> Map<String, Value> {
    let mut all = Map::new();
    for (name, value) in fields {
        match value {
            Value::Object(inner) => {
                for (inner_name, value) in inner {
                    let is_free = !fields.contains_key(inner_name) && !all.contains_key(inner_name);
                    let name = if is_free { inner_name.clone() } else { format!("{name}.{inner_name}") };
                    all.insert(name, value.clone());
                }
            }
            value => {
                all.insert(name.clone(), value.clone());
            }
        }
    }
    all
}

fn empty() -> Table {
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table
}

fn trimmed(table: &Table) -> String {
    table.lines().map(|line| line.trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}

fn in_order(fields: &Map<String, Value>) -> Vec<String> {
    let mut names: Vec<String> = fields.keys().cloned().collect();
    names.sort_by_key(|name| FIRST.iter().position(|first| first == name).unwrap_or(FIRST.len()));
    names
}

fn counted(shown: usize, fields: &Map<String, Value>) {
    let total = fields.get("total").and_then(Value::as_u64);
    if let Some(total) = total.filter(|total| usize::try_from(*total).is_ok_and(|total| total > shown)) {
        writeln!(std::io::stderr(), "{shown} of {total}; --all shows them all").ok();
    }
}

/// A value on one line, and not too long a one.
fn cell(value: &Value) -> String {
    let text = whole(value).replace(['\n', '\r', '\t'], " ");
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A value as it is; what could move the terminal's cursor is left out.
fn whole(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect(),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            items.iter().map(whole).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cell_is_one_short_line_without_terminal_codes() {
        assert_eq!(cell(&json!("a\nb\u{1b}[31mc")), "a b[31mc");
        assert_eq!(cell(&json!("x".repeat(100))).chars().count(), WIDEST + 1);
        assert_eq!(cell(&json!(["a", "b"])), "a, b");
        assert_eq!(cell(&json!(null)), "-");
        assert_eq!(cell(&json!({ "a": 1 })), r#"{"a":1}"#);
    }

    #[test]
    fn what_is_nested_is_shown_field_by_field() {
        let fields = json!({ "entry": { "id": 1, "tier": "free" }, "tier": "pro", "plan": { "id": 2 } });
        let flat = Value::Object(flat(fields.as_object().unwrap()));
        assert_eq!(flat, json!({ "id": 1, "entry.tier": "free", "tier": "pro", "plan.id": 2 }));
    }

    #[test]
    fn names_stand_first() {
        let fields = json!({ "created_at": 1, "email": 2, "api": 3, "id": 4 });
        assert_eq!(in_order(fields.as_object().unwrap()), ["id", "email", "api", "created_at"]);
    }
}
