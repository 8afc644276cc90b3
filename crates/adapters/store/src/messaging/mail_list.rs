//! Mail as admins see it.

use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use aedile_messaging::mail::{Mail, MailId, MailStatus};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, inconsistent};
use crate::schema::mail::{campaigns, mails};
use crate::schema::users::users;
use crate::{page, read};

pub(super) fn list(connection: &mut Connection, status: Option<MailStatus>, page: &PageRequest) -> Result<Page<Mail>> {
    let mut query = with_words().order(mails::id.desc()).limit(page::rows_to_read(page)).into_boxed();
    let mut all = mails::table.into_boxed();
    if let Some(status) = status {
        query = query.filter(mails::status.eq(status.as_str()));
        all = all.filter(mails::status.eq(status.as_str()));
    }
    query = match &page.position {
        Position::Offset(offset) => query.offset((*offset).into()),
        Position::After(cursor) => query.filter(mails::id.lt(cursor.id)),
    };
    let rows: Vec<Row> = query.select(row!()).load(connection).db()?;
    let total = page::total(connection, page, |c| all.count().get_result(c))?;
    let items: Vec<Mail> = rows.into_iter().map(into_mail).collect::<Result<_>>()?;
    Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
}

pub(super) fn find(connection: &mut Connection, id: MailId) -> Result<Option<Mail>> {
    let found = with_words().filter(mails::id.eq(id.0)).select(row!()).first::<Row>(connection);
    found.optional().db()?.map(into_mail).transpose()
}

/// Mail with whom it is for, and its campaign's subject.
#[auto_type(no_type_alias)]
fn with_words() -> _ {
    let campaign: diesel::dsl::Eq<diesel::dsl::Nullable<campaigns::id>, mails::campaign_id> =
        campaigns::id.nullable().eq(mails::campaign_id);
    let user: diesel::dsl::Eq<diesel::dsl::Nullable<users::id>, mails::user_id> =
        users::id.nullable().eq(mails::user_id);
    mails::table.left_join(users::table.on(user)).left_join(campaigns::table.on(campaign))
}

macro_rules! row {
    () => {
        (MailRow::as_select(), users::email.nullable(), campaigns::subject.nullable())
    };
}
use row;

/// A mail, its recipient's address, and its campaign's subject.
type Row = (MailRow, Option<String>, Option<String>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails, check_for_backend(Backend))]
struct MailRow {
    id: i64,
    campaign_id: Option<i64>,
    user_id: Option<String>,
    address: Option<String>,
    subject: String,
    status: String,
    attempts: i64,
    due_at: i64,
    last_error: Option<String>,
    created_at: i64,
}

fn into_mail((row, email, campaign_subject): Row) -> Result<Mail> {
    let status = MailStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
    Ok(Mail {
        id: MailId(row.id),
        campaign_id: row.campaign_id,
        user_id: row.user_id.map(|id| read::user_id("mails", "user_id", &id)).transpose()?,
        email: email.or(row.address),
        subject: campaign_subject.unwrap_or(row.subject),
        status: status.ok_or_else(|| inconsistent("mails", "status", &row.status))?,
        attempts: row.attempts,
        due_at: Timestamp::from_micros(row.due_at),
        last_error: row.last_error,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
