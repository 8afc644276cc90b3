//! What all lists by page have in common.

use aedile_kernel::{Cursor, Page, PageRequest, Position, Result};
use diesel::QueryResult;

use crate::connection::Connection;
use crate::error::DriverResult;

/// How many rows to read: one more than the page holds, to see whether there are more.
pub(crate) fn rows_to_read(page: &PageRequest) -> i64 {
    i64::from(page.limit) + 1
}

/// The number of all rows, counted only where the page is not reached by a cursor.
pub(crate) fn total(
    connection: &mut Connection,
    page: &PageRequest,
    count: impl FnOnce(&mut Connection) -> QueryResult<i64>,
) -> Result<Option<u64>> {
    match page.position {
        Position::Offset(_) => Ok(Some(count(connection).db()?.unsigned_abs())),
        Position::After(_) => Ok(None),
    }
}

/// The page of the rows that were read.
pub(crate) fn of_rows<T>(
    mut items: Vec<T>,
    page: &PageRequest,
    total: Option<u64>,
    cursor: impl FnOnce(&T) -> Cursor,
) -> Page<T> {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let has_more = items.len() > limit;
    items.truncate(limit);
    let next = if has_more { items.last().map(cursor) } else { None };
    Page { items, total, next }
}
