//! Accounts about to be deleted, and what is left of those that were.

use aedile_accounts::deletion::{DeletionState, Deletions, PendingDeletion};
use aedile_kernel::{
    AccountStatus, Administrators, Cursor, Page, PageRequest, PermissionSet, Position, Result, Timestamp, UserId,
};
use diesel::prelude::*;

use super::admins;
use super::erasure::forget_person;
use super::marketplace_admins::lock_row;
use super::rows::StandingRow;
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::schema::users::users;
use crate::{page, read};

impl Deletions for Connection {
    fn lock_admins(&mut self) -> Result<Administrators> {
        admins::lock_administrators(self)
    }

    fn lock(&mut self, id: &UserId) -> Result<Option<DeletionState>> {
        lock_row(self, id)?;
        let with_id = users::table.filter(users::id.eq(id.as_str())).select(StandingRow::as_select());
        let row: Option<StandingRow> = with_id.first(self).optional().db()?;
        row.map(|row| row.pending().map(|pending| pending.leaving)).transpose()
    }

    fn permissions_of(&mut self, id: &UserId) -> Result<PermissionSet> {
        admins::permissions_of(self, id)
    }

    fn update(&mut self, leaving: &DeletionState, now: Timestamp) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(leaving.user_id.as_str())))
            .set((
                users::status.eq(leaving.status.as_str()),
                users::deletion_requested_at.eq(leaving.deletion_requested_at.map(Timestamp::as_micros)),
                users::deletion_scheduled_for.eq(leaving.deletion_scheduled_for.map(Timestamp::as_micros)),
                users::updated_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn list(&mut self, page: &PageRequest) -> Result<Page<PendingDeletion>> {
        let pending = users::status.eq(AccountStatus::PendingDeletion.as_str());
        let mut query = users::table.filter(pending).into_boxed();
        if let Position::After(cursor) = &page.position {
            let key = cursor.number()?;
            let later = users::deletion_scheduled_for.gt(key).or(users::number.gt(cursor.id));
            query = query.filter(users::deletion_scheduled_for.ge(key)).filter(later.assume_not_null());
        }
        let rows: Vec<StandingRow> = query
            .order((users::deletion_scheduled_for, users::number))
            .offset(page.offset().into())
            .limit(page::rows_to_read(page))
            .select(StandingRow::as_select())
            .load(self)
            .db()?;
        let total = page::total(self, page, |c| users::table.filter(pending).count().get_result(c))?;
        let items: Vec<PendingDeletion> = rows.into_iter().map(StandingRow::pending).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| {
            Cursor::new(last.leaving.deletion_scheduled_for.map_or(0, Timestamp::as_micros), last.number)
        }))
    }

    fn list_due(&mut self, now: Timestamp, limit: u32) -> Result<Vec<UserId>> {
        let ids: Vec<String> = users::table
            .filter(users::deletion_scheduled_for.le(now.as_micros()))
            .filter(users::status.eq(AccountStatus::PendingDeletion.as_str()))
            .order(users::deletion_scheduled_for)
            .limit(limit.into())
            .select(users::id)
            .load(self)
            .db()?;
        ids.iter().map(|id| read::user_id("users", "id", id)).collect()
    }

    fn erase(&mut self, id: &UserId, now: Timestamp) -> Result<()> {
        forget_person(self, id, now)
    }
}
