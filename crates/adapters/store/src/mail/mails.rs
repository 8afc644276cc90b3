//! Mail on its way out.

use aedile_accounts::mail::{Mail, MailId, MailStatus, Mails, PurchaseLine, WaitingMail};
use aedile_kernel::{AccountStatus, Page, PageRequest, Result, Timestamp, UserId};
use diesel::prelude::*;

use super::shown;
use crate::connection::{Backend, Connection, each, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::catalog::skills;
use crate::schema::mail::{campaigns, mails};
use crate::schema::payments::purchases;
use crate::schema::users::users;

/// While a worker has a mail, no other takes it; if the worker dies, the next one does after this long.
const LEASE_SECONDS: i64 = 60;

impl Mails for Connection {
    fn insert(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        let inserted = diesel::insert_into(mails::table)
            .values((
                mails::user_id.eq(user.as_str()),
                mails::subject.eq(subject),
                mails::body.eq(text),
                mails::due_at.eq(now.as_micros()),
                mails::created_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, inserted)
    }

    fn find_purchase(&mut self, purchase: i64) -> Result<Option<PurchaseLine>> {
        let row: Option<(String, i64, i64)> = purchases::table
            .inner_join(skills::table.on(skills::id.eq(purchases::skill_id)))
            .filter(purchases::id.eq(purchase))
            .select((skills::name, purchases::amount_cents, purchases::refunded_cents))
            .first(self)
            .optional()
            .db()?;
        Ok(row.map(|(name, amount_cents, refunded_cents)| PurchaseLine { name, amount_cents, refunded_cents }))
    }

    fn lease(&mut self, now: Timestamp, limit: u32) -> Result<Vec<WaitingMail>> {
        let due = mails::table
            .filter(mails::status.eq(MailStatus::Pending.as_str()))
            .filter(mails::due_at.le(now.as_micros()))
            .order((mails::due_at, mails::id))
            .limit(limit.into())
            .select(mails::id);
        let ids: Vec<i64> = match self {
            Self::Sqlite(c) => due.load(c),
            Self::Postgres(c) => due.for_update().skip_locked().load(c),
        }
        .db()?;
        let until = now.plus_seconds(LEASE_SECONDS).as_micros();
        each!(self, |c| diesel::update(mails::table.filter(mails::id.eq_any(&ids)))
            .set(mails::due_at.eq(until))
            .execute(c))
        .db()?;
        let rows: Vec<(MailRow, RecipientRow, CampaignWords)> = mails::table
            .inner_join(users::table.on(users::id.eq(mails::user_id)))
            .left_join(campaigns::table.on(campaigns::id.nullable().eq(mails::campaign_id)))
            .filter(mails::id.eq_any(&ids))
            .order(mails::id)
            .select((
                MailRow::as_select(),
                RecipientRow::as_select(),
                (campaigns::subject.nullable(), campaigns::body.nullable(), campaigns::html.nullable()),
            ))
            .load(self)
            .db()?;
        rows.into_iter()
            .map(|(mail, recipient, (subject, text, html))| {
                let is_there = recipient.status != AccountStatus::Deleted.as_str();
                Ok(WaitingMail {
                    id: MailId(mail.id),
                    user_id: read::user_id("mails", "user_id", &mail.user_id)?,
                    address: recipient.email.filter(|_| is_there),
                    is_marketing: mail.campaign_id.is_some(),
                    wants_marketing: recipient.marketing_opt_in && recipient.status == AccountStatus::Active.as_str(),
                    attempts: mail.attempts,
                    subject: subject.unwrap_or(mail.subject),
                    text: text.unwrap_or(mail.body),
                    html: html.or(mail.html),
                })
            })
            .collect()
    }

    fn settle(&mut self, id: MailId, status: MailStatus, error: Option<String>, due_at: Timestamp) -> Result<()> {
        let settled = diesel::update(mails::table.find(id.0))
            .set((
                mails::status.eq(status.as_str()),
                mails::attempts.eq(mails::attempts + 1),
                mails::last_error.eq(error),
                mails::due_at.eq(due_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, settled)
    }

    fn list(&mut self, status: Option<MailStatus>, page: &PageRequest) -> Result<Page<Mail>> {
        shown::list(self, status, page)
    }

    fn lock(&mut self, id: MailId) -> Result<Option<Mail>> {
        let row = mails::table.find(id.0).select(mails::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        shown::find(self, id)
    }

    fn requeue(&mut self, id: MailId, due_at: Timestamp) -> Result<()> {
        let anew = (
            mails::status.eq(MailStatus::Pending.as_str()),
            mails::attempts.eq(0),
            mails::due_at.eq(due_at.as_micros()),
        );
        exactly(1, diesel::update(mails::table.find(id.0)).set(anew).execute(self).db()?)
    }

    fn count_waiting(&mut self) -> Result<u64> {
        let waiting = mails::table.filter(mails::status.eq(MailStatus::Pending.as_str()));
        let count: i64 = waiting.count().get_result(self).db()?;
        Ok(count.unsigned_abs())
    }

    fn find_user_of(&mut self, id: MailId) -> Result<Option<UserId>> {
        let row: Option<String> = mails::table.find(id.0).select(mails::user_id).first(self).optional().db()?;
        row.map(|id| read::user_id("mails", "user_id", &id)).transpose()
    }

    fn withdraw_consent(&mut self, user: &UserId, now: Timestamp) -> Result<bool> {
        let consenting = users::table.filter(users::id.eq(user.as_str())).filter(users::marketing_opt_in.eq(true));
        let withdrawn = diesel::update(consenting)
            .set((users::marketing_opt_in.eq(false), users::updated_at.eq(now.as_micros())))
            .execute(self)
            .db()?;
        Ok(withdrawn == 1)
    }
}

/// A campaign's subject, text and HTML.
type CampaignWords = (Option<String>, Option<String>, Option<String>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails, check_for_backend(Backend))]
struct MailRow {
    id: i64,
    campaign_id: Option<i64>,
    user_id: String,
    subject: String,
    body: String,
    attempts: i64,
    html: Option<String>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
struct RecipientRow {
    email: Option<String>,
    status: String,
    marketing_opt_in: bool,
}
