//! The announcements.

use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use aedile_platform::announcements::{Announcement, AnnouncementId, Announcements, NewAnnouncement, Severity};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, cols};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::page;
use crate::schema::platform::announcements;

impl Announcements for Connection {
    fn list(&mut self, page: &PageRequest) -> Result<Page<Announcement>> {
        let query = announcements::table
            .order((announcements::created_at.desc(), announcements::id.desc()))
            .limit(page::rows_to_read(page))
            .into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => {
                let (key, id) = (cursor.number()?, cursor.id);
                let older = announcements::created_at.lt(key).or(announcements::id.lt(id));
                // The plain bound beside the exact one lets both databases start in the middle of the index.
                query.filter(announcements::created_at.le(key)).filter(older)
            }
        };
        let items = into_announcements(query.select(AnnouncementRow::as_select()).load(self).db()?)?;
        let total = page::total(self, page, |c| announcements::table.count().get_result(c))?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(last.created_at.as_micros(), last.id.0)))
    }

    fn list_current(&mut self, now: Timestamp) -> Result<Vec<Announcement>> {
        let rows = announcements::table
            .filter(announcements::is_active.eq(true))
            .filter(announcements::active_until.is_null().or(announcements::active_until.gt(now.as_micros())))
            .order((announcements::created_at.desc(), announcements::id.desc()))
            .select(AnnouncementRow::as_select())
            .load(self);
        into_announcements(rows.db()?)
    }

    fn find_announcement(&mut self, id: AnnouncementId) -> Result<Option<Announcement>> {
        let row = announcements::table.find(id.0).select(AnnouncementRow::as_select());
        let row: Option<AnnouncementRow> = row.get_result(self).optional().db()?;
        row.map(AnnouncementRow::into_announcement).transpose()
    }

    fn lock_announcement(&mut self, id: AnnouncementId) -> Result<Option<Announcement>> {
        let query = announcements::table.find(id.0).select(cols::<AnnouncementRow>());
        let row: QueryResult<AnnouncementRow> = match self {
            Self::Sqlite(c) => query.get_result(c),
            Self::Postgres(c) => query.for_update().get_result(c),
        };
        row.optional().db()?.map(AnnouncementRow::into_announcement).transpose()
    }

    fn insert(&mut self, announcement: &NewAnnouncement) -> Result<Announcement> {
        let row: AnnouncementRow = diesel::insert_into(announcements::table)
            .values((
                announcements::title.eq(&announcement.title),
                announcements::body.eq(&announcement.body),
                announcements::severity.eq(announcement.severity.as_str()),
                announcements::active_from.eq(announcement.active_from.map(Timestamp::as_micros)),
                announcements::active_until.eq(announcement.active_until.map(Timestamp::as_micros)),
                announcements::is_active.eq(true),
                announcements::created_by.eq(&announcement.created_by),
                announcements::created_at.eq(announcement.created_at.as_micros()),
                announcements::updated_at.eq(announcement.created_at.as_micros()),
            ))
            .returning(cols::<AnnouncementRow>())
            .get_result(self)
            .db()?;
        row.into_announcement()
    }

    fn update(&mut self, announcement: &Announcement) -> Result<()> {
        let changed = diesel::update(announcements::table.find(announcement.id.0))
            .set((
                announcements::title.eq(&announcement.title),
                announcements::body.eq(&announcement.body),
                announcements::severity.eq(announcement.severity.as_str()),
                announcements::active_from.eq(announcement.active_from.map(Timestamp::as_micros)),
                announcements::active_until.eq(announcement.active_until.map(Timestamp::as_micros)),
                announcements::is_active.eq(announcement.is_active),
                announcements::updated_at.eq(announcement.updated_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn delete(&mut self, id: AnnouncementId) -> Result<()> {
        diesel::delete(announcements::table.find(id.0)).execute(self).db().map(drop)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = announcements, check_for_backend(Backend))]
struct AnnouncementRow {
    id: i64,
    title: String,
    body: String,
    severity: String,
    active_from: Option<i64>,
    active_until: Option<i64>,
    is_active: bool,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl AnnouncementRow {
    fn into_announcement(self) -> Result<Announcement> {
        let severity = Severity::ALL
            .into_iter()
            .find(|severity| severity.as_str() == self.severity)
            .ok_or_else(|| inconsistent("announcements", "severity", &self.severity))?;
        Ok(Announcement {
            id: AnnouncementId(self.id),
            title: self.title,
            body: self.body,
            severity,
            active_from: self.active_from.map(Timestamp::from_micros),
            active_until: self.active_until.map(Timestamp::from_micros),
            is_active: self.is_active,
            created_by: self.created_by,
            created_at: Timestamp::from_micros(self.created_at),
            updated_at: Timestamp::from_micros(self.updated_at),
        })
    }
}

fn into_announcements(rows: Vec<AnnouncementRow>) -> Result<Vec<Announcement>> {
    rows.into_iter().map(AnnouncementRow::into_announcement).collect()
}
