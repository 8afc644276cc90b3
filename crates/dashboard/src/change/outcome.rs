//! What became of an operation.

use aedile_audit::trail::{AuditRow, ListAudit};
use aedile_kernel::{PageRequest, Position, Result};
use serde_json::Value;

use super::Change;
use super::form::Problems;
use super::preview::{link, records, table};
use super::typed::Typed;
use crate::record::{thing, value_cell};
use crate::view::{Block, Cell, Facts, Link, Page, Section, Table, Tone, past_of, sentence, title_of, words};

/// What is shown this once, by the field of the answer that holds it.
const SECRETS: [&str; 3] = ["codes", "secret", "link"];

/// How many rows are looked through: a request may change several things, and the same person do something else meanwhile.
const NEWEST: u32 = 20;

impl Change<'_> {
    /// What was done: the answer where it holds a secret, the records, and the row in the audit log.
    pub(super) async fn outcome(&self, typed: &Typed, shown: &Value, done: &Value) -> Result<Page> {
        let mut section =
            Section::bare().block(Block::Notice(Tone::Good, format!("{}.", past_of(self.operation.name))));
        for secret in SECRETS.iter().filter_map(|name| done.get(*name)).filter(|secret| !secret.is_null()) {
            section = section.text("Copy this now. It is shown only once.").block(Block::Verbatim(verbatim(secret)));
        }
        section = records(shown).iter().fold(section, |section, record| section.block(table(record)));
        let page = Page::new(title_of(self.operation.name)).section(section).section(self.after_test(typed));
        let page = page.section(self.audit_rows(shown).await?);
        let page = page.action(records(shown).iter().find_map(link));
        Ok(page.action(Link::new("Back", self.back)))
    }

    /// What a query answered.
    pub(super) fn answer(&self, typed: &Typed, answer: &Value) -> Page {
        let page = self.form(typed, &Problems::default());
        let section = Section::new("Answer");
        let items = answer.get("items").unwrap_or(answer);
        page.section(match (items, answer) {
            (Value::Array(items), _) => section.block(rows(items)),
            (_, Value::Object(fields)) => {
                section.block(fields.iter().fold(Facts::default(), |facts, (name, value)| {
                    facts.fact(sentence(&words(name)), value_cell(value))
                }))
            }
            (_, other) => section.text(other.to_string()),
        })
    }

    /// The rows that this very request left; a sentence, when they may not read the log.
    async fn audit_rows(&self, shown: &Value) -> Result<Section> {
        let section = Section::new("In the audit log");
        if records(shown).is_empty() {
            return Ok(section.text("No audit row: nothing was changed."));
        }
        if !self.backend.may::<ListAudit>() {
            return Ok(section.text("An audit row records who did this, when and from where."));
        }
        let caller = self.backend.caller(self.operation.name);
        let page = PageRequest { limit: NEWEST, position: Position::Offset(0) };
        let newest = ListAudit { actor_id: Some(caller.actor_id), page, ..ListAudit::default() };
        let newest = self.backend.read(newest).await?.items.into_iter();
        let rows = newest.filter(|row| is_of(caller.request.id.as_deref(), row)).map(|row| {
            [
                Cell::numbered(row.id.0, &["audit"]),
                Cell::Time(row.created_at),
                Cell::from(row.actor_email.unwrap_or(row.actor_id)),
                Cell::Code(row.action),
                Cell::from(thing(&row.resource_type, row.resource_id.as_deref().unwrap_or_default())),
                Cell::state(row.status.as_str()),
            ]
        });
        let titles = ["Number", "When", "Actor", "Action", "Target", "Result"];
        let table = Table::new("Audit rows", &titles, "The rows are further down in the audit log.");
        Ok(section.block(table.rows(rows)))
    }
}

/// Whether a row was left by the request of this id.
fn is_of(request: Option<&str>, row: &AuditRow) -> bool {
    let metadata = row.metadata.as_deref().and_then(|text| text.parse::<Value>().ok()).unwrap_or_default();
    request.is_some() && metadata.get("request_id").and_then(Value::as_str) == request
}

fn verbatim(secret: &Value) -> String {
    match secret {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n"),
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn rows(items: &[Value]) -> Table {
    let names: Vec<&String> =
        items.first().and_then(Value::as_object).into_iter().flat_map(|item| item.keys()).collect();
    let titles: Vec<String> = names.iter().map(|name| sentence(&words(name))).collect();
    let columns: Vec<&str> = titles.iter().map(String::as_str).collect();
    let mut table = Table::new("The answer", &columns, "No results.");
    for item in items {
        table.row(names.iter().map(|name| value_cell(item.get(*name).unwrap_or(&Value::Null))));
    }
    table
}
