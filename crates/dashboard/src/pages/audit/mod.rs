//! Who did what: the audit log, one row of it, and whether it is as it was written.

mod row;
mod seals;

use aedile_audit::trail::{AuditRow, ListAudit};
use aedile_kernel::{Error, PageRequest, Result, Status, Timestamp};

pub(crate) use row::one;
pub(crate) use seals::verify;

use super::{next, require};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::record::thing;
use crate::view::{Cell, Control, Form, FormField, Link, Page, Section, Table, address};

const HERE: &str = "/dashboard/audit";
/// Rows of a page.
const ROWS: u32 = 50;
/// What the list is filtered by.
const FILTERS: [&str; 7] = ["actor_id", "action", "resource_type", "resource_id", "status", "since", "until"];

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<ListAudit>(backend)?;
    let mut section = Section::new("Rows");
    match wanted(asked, backend.page(ROWS, asked.query("cursor"))?) {
        Ok(wanted) => section = section.block(filter(asked, None)).block(rows(backend, asked, wanted).await?),
        Err(error) => section = section.block(filter(asked, Some(&error))),
    }
    Ok(Page::new("Audit")
        .intro("Every change and every refusal: who, what, when and from where. Rows can't be changed or deleted.")
        .section(seals::newest(backend).await?)
        .section(section))
}

fn wanted(asked: &Asked, page: PageRequest) -> Result<ListAudit> {
    let text = |name: &str| asked.query(name).map(str::to_owned);
    let time = |name: &'static str| asked.query(name).map(|text| Timestamp::parse(name, text)).transpose();
    let statuses = [Status::Success, Status::Failure, Status::Denied];
    Ok(ListAudit {
        actor_id: text("actor_id"),
        action: text("action"),
        resource_type: text("resource_type"),
        resource_id: text("resource_id"),
        status: asked.query("status").and_then(|name| statuses.into_iter().find(|status| status.as_str() == name)),
        since: time("since")?,
        until: time("until")?,
        page,
    })
}

fn filter(asked: &Asked, error: Option<&Error>) -> Form {
    let field = |name: &str, label: &str, kind: &'static str| {
        FormField::new(name, label, Control::Line(kind), asked.query(name).unwrap_or_default())
    };
    Form {
        action: HERE.to_owned(),
        is_query: true,
        fields: vec![
            field("actor_id", "Actor", "search"),
            field("action", "Action, such as tier.update", "search"),
            field("resource_type", "Resource type", "search"),
            field("resource_id", "Resource ID", "search"),
            FormField::choice("status", "Result", &["success", "failure", "denied"], asked.query("status")),
            field("since", "From (UTC)", "datetime-local"),
            field("until", "Before (UTC)", "datetime-local"),
        ],
        button: "Find".to_owned(),
        cancel: FILTERS.iter().any(|name| asked.query(name).is_some()).then(|| Link::new("Show all", HERE)),
        ..Form::default()
    }
    .marked(error)
}

async fn rows(backend: &dyn DashboardBackend, asked: &Asked, wanted: ListAudit) -> Result<Table> {
    let found = backend.read(wanted).await?;
    let kept = FILTERS.map(|name| (name, asked.query(name).unwrap_or_default()));
    let next = next(backend, found.next.as_ref(), &["dashboard", "audit"], "cursor", &kept);
    let titles = ["Row", "When", "Actor", "Action", "Target", "Result"];
    Ok(Table::new("Audit log", &titles, "No rows match. Try fewer filters.")
        .rows(found.items.iter().map(line))
        .total(found.total)
        .next(next))
}

fn line(row: &AuditRow) -> [Cell; 6] {
    let id = row.id.to_string();
    [
        Cell::Link(Link::new(id.as_str(), address(&["dashboard", "audit", &id], &[]))),
        Cell::Time(row.created_at),
        Cell::from(row.actor_email.as_deref().unwrap_or(&row.actor_id)),
        Cell::Code(row.action.clone()),
        Cell::from(thing(&row.resource_type, row.resource_id.as_deref().unwrap_or_default())),
        Cell::state(row.status.as_str()),
    ]
}
