//! One row of the audit log.

use aedile_audit::trail::{AuditRow, ListAudit};
use aedile_kernel::{Cursor, Error, PageRequest, Position, Result, UserId};
use serde_json::{Map, Value};

use super::super::require;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::record::{difference, link, thing, value_cell};
use crate::view::{Cell, Facts, Link, Page, Section, address, sentence, words};

/// Those who act and are no user.
const NO_USERS: [&str; 4] = ["admin-key", "anonymous", "console", "system"];

pub(crate) async fn one(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListAudit>(backend)?;
    let row = find(backend, &asked.name).await?.ok_or_else(|| Error::not_found("Audit row"))?;
    let what = thing(&row.resource_type, row.resource_id.as_deref().unwrap_or_default());
    Ok(Page::new(format!("Row {}: {}", row.id, row.action))
        .action(link(&row.resource_type, row.resource_id.as_deref().unwrap_or_default()))
        .section(story(&row, &what))
        .section(changed(&row, &what))
        .section(circumstances(&row)))
}

/// The rows come newest first, so the one of a number is the first behind the next number.
async fn find(backend: &dyn DashboardBackend, number: &str) -> Result<Option<AuditRow>> {
    let Some(number) = number.parse::<i64>().ok().filter(|number| *number < i64::MAX) else { return Ok(None) };
    let page = PageRequest { limit: 1, position: Position::After(Cursor::new(0, number + 1)) };
    let found = backend.read(ListAudit { page, ..ListAudit::default() }).await?;
    Ok(found.items.into_iter().find(|row| row.id.0 == number))
}

fn story(row: &AuditRow, what: &str) -> Section {
    let name = row.actor_email.as_deref().unwrap_or(&row.actor_id);
    let who = match UserId::parse(&row.actor_id) {
        Ok(id) if !NO_USERS.contains(&row.actor_id.as_str()) => Cell::user(&id, Some(name)),
        _ => Cell::from(name),
    };
    let more = |label: &str, query: &[(&str, &str)]| Link::new(label, address(&["dashboard", "audit"], query));
    let of_thing = [
        ("resource_type", row.resource_type.as_str()),
        ("resource_id", row.resource_id.as_deref().unwrap_or_default()),
    ];
    let facts = Facts::default()
        .fact("Result", Cell::state(row.status.as_str()))
        .fact("When", row.created_at)
        .fact("Who", who)
        .fact("Their id", Cell::Code(row.actor_id.clone()))
        .fact("Target", what)
        .fact("Address", row.ip_address.clone().map(Cell::Code))
        .fact("Client", row.user_agent.clone());
    Section::new("What happened")
        .action(more("Actor's activity", &[("actor_id", &row.actor_id)]))
        .action(more("Object history", &of_thing))
        .block(facts)
}

fn changed(row: &AuditRow, what: &str) -> Section {
    let (old, new) = (object(row.old_values.as_deref()), object(row.new_values.as_deref()));
    let section = Section::new("What changed");
    match (&old, &new) {
        (None, None) => section.text("No values: the action was refused, or changed nothing."),
        (old, new) => section.block(difference(what, old.as_ref(), new.as_ref())),
    }
}

fn circumstances(row: &AuditRow) -> Option<Section> {
    let metadata = object(row.metadata.as_deref()).filter(|metadata| !metadata.is_empty())?;
    let facts = metadata
        .iter()
        .fold(Facts::default(), |facts, (name, value)| facts.fact(sentence(&words(name)), value_cell(value)));
    Some(Section::new("Request").block(facts))
}

fn object(text: Option<&str>) -> Option<Map<String, Value>> {
    match serde_json::from_str(text?).ok()? {
        Value::Object(object) => Some(object),
        _ => None,
    }
}
