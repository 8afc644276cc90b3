//! Abuse flags.

use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use aedile_moderation::flags::{AbuseFlag, AbuseFlagId, AbuseFlags, FlagFilter, FlagStatus, FlagType};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::page;
use crate::schema::moderation::abuse_flags;

impl AbuseFlags for Connection {
    fn list(&mut self, filter: &FlagFilter, page: &PageRequest) -> Result<Page<AbuseFlag>> {
        let query = passing(*filter).order(abuse_flags::id.desc()).limit(page::rows_to_read(page));
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(abuse_flags::id.lt(cursor.id)),
        };
        let rows: Vec<FlagRow> = query.select(FlagRow::as_select()).load(self).db()?;
        let total = page::total(self, page, |c| passing(*filter).count().get_result(c))?;
        let items: Vec<AbuseFlag> = rows.into_iter().map(AbuseFlag::try_from).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }

    fn find(&mut self, id: AbuseFlagId) -> Result<Option<AbuseFlag>> {
        let row = abuse_flags::table.find(id.0).select(FlagRow::as_select());
        let row: Option<FlagRow> = row.first(self).optional().db()?;
        row.map(AbuseFlag::try_from).transpose()
    }

    fn lock(&mut self, id: AbuseFlagId) -> Result<Option<AbuseFlag>> {
        let row = abuse_flags::table.find(id.0).select(abuse_flags::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        AbuseFlags::find(self, id)
    }

    fn update(&mut self, flag: &AbuseFlag) -> Result<()> {
        let changed = diesel::update(abuse_flags::table.find(flag.id.0))
            .set((
                abuse_flags::status.eq(flag.status.as_str()),
                abuse_flags::resolved_by.eq(&flag.resolved_by),
                abuse_flags::resolved_at.eq(flag.resolved_at.map(Timestamp::as_micros)),
                abuse_flags::resolution_notes.eq(&flag.resolution_notes),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }
}

fn passing(filter: FlagFilter) -> abuse_flags::BoxedQuery<'static, Backend> {
    let mut query = abuse_flags::table.into_boxed();
    if let Some(status) = filter.status {
        query = query.filter(abuse_flags::status.eq(status.as_str()));
    }
    if let Some(flag_type) = filter.flag_type {
        query = query.filter(abuse_flags::flag_type.eq(flag_type.as_str()));
    }
    query
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = abuse_flags, check_for_backend(Backend))]
pub(super) struct FlagRow {
    id: i64,
    flag_type: String,
    reference_id: String,
    reference_type: String,
    details: String,
    status: String,
    resolved_by: Option<String>,
    resolved_at: Option<i64>,
    resolution_notes: Option<String>,
    created_at: i64,
}

impl TryFrom<FlagRow> for AbuseFlag {
    type Error = aedile_kernel::Error;

    fn try_from(row: FlagRow) -> Result<Self> {
        let flag_type = FlagType::ALL.into_iter().find(|flag_type| flag_type.as_str() == row.flag_type);
        let status = FlagStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
        Ok(Self {
            id: AbuseFlagId(row.id),
            flag_type: flag_type.ok_or_else(|| inconsistent("abuse_flags", "flag_type", &row.flag_type))?,
            reference_id: row.reference_id,
            reference_type: row.reference_type,
            details: serde_json::from_str(&row.details)
                .map_err(|error| inconsistent("abuse_flags", "details", error))?,
            status: status.ok_or_else(|| inconsistent("abuse_flags", "status", &row.status))?,
            resolved_by: row.resolved_by,
            resolved_at: row.resolved_at.map(Timestamp::from_micros),
            resolution_notes: row.resolution_notes,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}
