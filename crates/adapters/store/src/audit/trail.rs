//! Pages of the audit trail, and how many rows there are.

use std::collections::BTreeSet;

use aedile_audit::trail::{AuditFilter, AuditId, AuditRow, AuditTrail};
use aedile_kernel::{AccountStatus, Cursor, Page, PageRequest, Position, Result};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, each};
use crate::error::DriverResult;
use crate::journal::AuditRow as StoredRow;
use crate::page;
use crate::schema::journal::{audit_log, audit_origins, audit_seals};
use crate::schema::users::users;

impl AuditTrail for Connection {
    fn list(&mut self, filter: &AuditFilter, page: &PageRequest) -> Result<Page<AuditRow>> {
        let query = passing(filter).order(audit_log::id.desc()).limit(page::rows_to_read(page));
        let query = match &page.position {
            Position::Offset(offset) => query.offset(i64::from(*offset)),
            Position::After(cursor) => query.filter(audit_log::id.lt(cursor.id)),
        };
        let rows: Vec<StoredRow> = query.select(StoredRow::as_select()).load(self).db()?;
        let mut items: Vec<AuditRow> = rows.into_iter().map(read).collect::<Result<_>>()?;
        add_origins(self, &mut items)?;
        add_actors(self, &mut items)?;
        let total = match page.position {
            Position::Offset(_) => Some(count(self, filter)?),
            Position::After(_) => None,
        };
        Ok(page::of_rows(items, page, total, |row| Cursor::new(0, row.id.0)))
    }
}

/// Adds where the attempts came from, as long as it is known.
fn add_origins(connection: &mut Connection, items: &mut [AuditRow]) -> Result<()> {
    let ids: Vec<i64> = items.iter().map(|row| row.id.0).collect();
    let known = audit_origins::table.filter(audit_origins::audit_id.eq_any(ids)).select((
        audit_origins::audit_id,
        audit_origins::ip_address,
        audit_origins::user_agent,
    ));
    let known: Vec<(i64, Option<String>, Option<String>)> = each!(connection, |c| known.load(c)).db()?;
    for (id, ip_address, user_agent) in known {
        if let Some(row) = items.iter_mut().find(|row| row.id.0 == id) {
            (row.ip_address, row.user_agent) = (ip_address, user_agent);
        }
    }
    Ok(())
}

/// Adds the e-mail addresses that the actors have now. Of who was deleted none is shown, though an old row has it.
fn add_actors(connection: &mut Connection, items: &mut [AuditRow]) -> Result<()> {
    let ids: BTreeSet<String> = items.iter().map(|row| row.actor_id.clone()).collect();
    let actors = users::table.filter(users::id.eq_any(ids)).select((users::id, users::email, users::status));
    let actors: Vec<(String, Option<String>, String)> = each!(connection, |c| actors.load(c)).db()?;
    for (id, email, status) in actors {
        for row in items.iter_mut().filter(|row| row.actor_id == id) {
            let is_deleted = status == AccountStatus::Deleted.as_str();
            row.actor_email = if is_deleted { None } else { email.clone().or(row.actor_email.take()) };
        }
    }
    Ok(())
}

fn passing(filter: &AuditFilter) -> audit_log::BoxedQuery<'_, Backend> {
    let mut query = audit_log::table.into_boxed();
    if let Some(actor_id) = &filter.actor_id {
        query = query.filter(audit_log::actor_id.eq(actor_id));
    }
    if let Some(action) = &filter.action {
        query = query.filter(audit_log::action.eq(action));
    }
    if let Some(resource_type) = &filter.resource_type {
        query = query.filter(audit_log::resource_type.eq(resource_type));
    }
    if let Some(resource_id) = &filter.resource_id {
        query = query.filter(audit_log::resource_id.eq(resource_id));
    }
    if let Some(status) = filter.status {
        query = query.filter(audit_log::status.eq(status.as_str()));
    }
    if let Some(since) = filter.since {
        query = query.filter(audit_log::created_at.ge(since.as_micros()));
    }
    if let Some(until) = filter.until {
        query = query.filter(audit_log::created_at.lt(until.as_micros()));
    }
    query
}

/// With a filter the rows are counted over its index. All rows are never counted: the newest seal knows how many it and
/// those before it cover.
fn count(connection: &mut Connection, filter: &AuditFilter) -> Result<u64> {
    if *filter != AuditFilter::default() {
        let count: i64 = passing(filter).count().get_result(connection).db()?;
        return Ok(count.unsigned_abs());
    }
    let newest: Option<(i64, i64)> = audit_seals::table
        .order(audit_seals::id.desc())
        .select((audit_seals::rows_total, audit_seals::last_audit_id))
        .first(connection)
        .optional()
        .db()?;
    let (sealed, last) = newest.unwrap_or_default();
    let open: i64 = audit_log::table.filter(audit_log::id.gt(last)).count().get_result(connection).db()?;
    Ok(sealed.saturating_add(open).unsigned_abs())
}

fn read(row: StoredRow) -> Result<AuditRow> {
    let row = row.into_chained()?;
    let (id, entry) = (AuditId(row.id), row.entry);
    Ok(AuditRow {
        id,
        actor_id: entry.actor_id,
        actor_email: entry.actor_email,
        action: entry.action,
        resource_type: entry.resource_type,
        resource_id: entry.resource_id,
        old_values: entry.old_values,
        new_values: entry.new_values,
        ip_address: entry.ip_address,
        user_agent: entry.user_agent,
        status: entry.status,
        metadata: entry.metadata,
        created_at: entry.created_at,
    })
}
