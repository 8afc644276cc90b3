//! Campaigns.

use aedile_kernel::{AccountStatus, Cursor, Page, PageRequest, Position, Result, Timestamp, UserId};
use aedile_messaging::campaigns::{Campaign, CampaignId, Campaigns, NewCampaign, Words};
use aedile_messaging::mail::MailId;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::connection::{Backend, Connection, each};
use crate::error::DriverResult;
use crate::page;
use crate::schema::mail::{campaigns, mails};
use crate::schema::users::users;

/// One mail for each who agreed.
const FOR_ALL: &str = "INSERT INTO mails (campaign_id, user_id, due_at, created_at) \
     SELECT $1, id, $2, $2 FROM users WHERE marketing_opt_in AND email IS NOT NULL AND status = $3 ORDER BY number";

impl Campaigns for Connection {
    fn insert(&mut self, new: &NewCampaign) -> Result<CampaignId> {
        let at = new.created_at.as_micros();
        let id: i64 = diesel::insert_into(campaigns::table)
            .values((
                campaigns::subject.eq(&new.words.subject),
                campaigns::html.eq(&new.words.html),
                campaigns::body.eq(&new.words.text),
                campaigns::created_by.eq(&new.created_by),
                campaigns::created_at.eq(at),
            ))
            .returning(campaigns::id)
            .get_result(self)
            .db()?;
        let all = sql_query(FOR_ALL)
            .bind::<BigInt, _>(id)
            .bind::<BigInt, _>(at)
            .bind::<Text, _>(AccountStatus::Active.as_str());
        each!(self, |c| all.execute(c)).db()?;
        Ok(CampaignId(id))
    }

    fn find(&mut self, id: CampaignId) -> Result<Option<Campaign>> {
        let row = campaigns::table.find(id.0).select(CampaignRow::as_select());
        let row = row.first::<CampaignRow>(self).optional().db()?;
        Ok(counted(self, row.into_iter().collect())?.pop())
    }

    fn list(&mut self, page: &PageRequest) -> Result<Page<Campaign>> {
        let query = campaigns::table
            .order(campaigns::id.desc())
            .limit(page::rows_to_read(page))
            .select(CampaignRow::as_select())
            .into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(campaigns::id.lt(cursor.id)),
        };
        let rows: Vec<CampaignRow> = query.load(self).db()?;
        let total = page::total(self, page, |c| campaigns::table.count().get_result(c))?;
        let page = page::of_rows(rows, page, total, |last| Cursor::new(0, last.id));
        Ok(Page { items: counted(self, page.items)?, total: page.total, next: page.next })
    }

    fn find_address(&mut self, user: &UserId) -> Result<Option<String>> {
        let address: Option<Option<String>> = users::table
            .filter(users::id.eq(user.as_str()))
            .filter(users::status.ne(AccountStatus::Deleted.as_str()))
            .select(users::email)
            .first(self)
            .optional()
            .db()?;
        Ok(address.flatten())
    }

    fn insert_test(&mut self, user: &UserId, words: &Words, now: Timestamp) -> Result<MailId> {
        let id = diesel::insert_into(mails::table)
            .values((
                mails::user_id.eq(user.as_str()),
                mails::subject.eq(&words.subject),
                mails::body.eq(&words.text),
                mails::html.eq(Some(&words.html)),
                mails::due_at.eq(now.as_micros()),
                mails::created_at.eq(now.as_micros()),
            ))
            .returning(mails::id)
            .get_result(self)
            .db()?;
        Ok(MailId(id))
    }
}

/// The mails of campaigns by status: those that are there, and those that were removed as old. It is one statement, so that a
/// removal that commits meanwhile changes no figure.
fn counts_of(connection: &mut Connection, ids: &[i64]) -> Result<Vec<(Option<i64>, String, i64)>> {
    let there = mails::table
        .filter(mails::campaign_id.eq_any(ids))
        .group_by((mails::campaign_id, mails::status))
        .select((mails::campaign_id, mails::status, diesel::dsl::count(mails::id)));
    let of_ids = || campaigns::table.filter(campaigns::id.eq_any(ids));
    let sent = of_ids().select((campaigns::id.nullable(), "sent".into_sql::<Text>(), campaigns::removed_sent));
    let suppressed =
        of_ids().select((campaigns::id.nullable(), "suppressed".into_sql::<Text>(), campaigns::removed_suppressed));
    each!(connection, |c| there.union_all(sent).union_all(suppressed).load(c)).db()
}

/// The campaigns with how far they have come, in the same order.
fn counted(connection: &mut Connection, rows: Vec<CampaignRow>) -> Result<Vec<Campaign>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let counts = counts_of(connection, &ids)?;
    let campaign = |row: CampaignRow| {
        let counts = || counts.iter().filter(|(campaign, ..)| *campaign == Some(row.id));
        let of = |status: &str| counts().filter(|(_, name, _)| name == status).map(|(.., count)| count).sum();
        Campaign {
            id: CampaignId(row.id),
            recipients: counts().map(|(.., count)| count).sum(),
            sent: of("sent"),
            failed: of("failed"),
            pending: of("pending"),
            suppressed: of("suppressed"),
            subject: row.subject,
            created_by: row.created_by,
            created_at: Timestamp::from_micros(row.created_at),
        }
    };
    Ok(rows.into_iter().map(campaign).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = campaigns, check_for_backend(Backend))]
struct CampaignRow {
    id: i64,
    subject: String,
    created_by: String,
    created_at: i64,
}
