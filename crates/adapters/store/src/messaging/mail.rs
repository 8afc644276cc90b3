//! Mail on its way out.

use aedile_kernel::{AccountStatus, Page, PageRequest, Result, Timestamp, UserId};
use aedile_messaging::mail::{Mail, MailId, MailStatus, Mails, PurchaseLine, Settlement, WaitingMail};
use aedile_rbac::roles::SUPER_ADMIN;
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::mail_list;
use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::catalog::skills;
use crate::schema::mail::{campaigns, mails};
use crate::schema::payments::purchases;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::users::users;

impl Mails for Connection {
    fn insert(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        insert_for(self, (Some(user.as_str()), None), subject, text, now)
    }

    fn insert_for_address(&mut self, address: &str, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        insert_for(self, (None, Some(address)), subject, text, now)
    }

    fn list_super_admins(&mut self, now: Timestamp) -> Result<Vec<UserId>> {
        let lasting = role_assignments::expires_at.is_null().or(role_assignments::expires_at.gt(now.as_micros()));
        let ids: Vec<String> = users::table
            .inner_join(role_assignments::table.on(role_assignments::user_id.eq(users::id)))
            .inner_join(roles::table.on(roles::id.eq(role_assignments::role_id)))
            .filter(roles::role_name.eq(SUPER_ADMIN).and(lasting))
            .filter(users::status.eq(AccountStatus::Active.as_str()).and(users::api_disabled.eq(false)))
            .order(users::id)
            .select(users::id)
            .load(self)
            .db()?;
        ids.iter().map(|id| read::user_id("users", "id", id)).collect()
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

    fn is_due(&mut self, now: Timestamp) -> Result<bool> {
        let found: Option<i64> = due(now).select(mails::id).first(self).optional().db()?;
        Ok(found.is_some())
    }

    fn lease(&mut self, owner: &str, now: Timestamp, until: Timestamp) -> Result<Option<WaitingMail>> {
        let first = due(now).order((mails::due_at, mails::id)).select(mails::id).limit(1);
        let id: Option<i64> = match self {
            Self::Sqlite(c) => first.first(c),
            Self::Postgres(c) => first.for_update().skip_locked().first(c),
        }
        .optional()
        .db()?;
        let Some(id) = id else { return Ok(None) };
        let leased = diesel::update(mails::table.find(id))
            .set((mails::lease_owner.eq(owner), mails::due_at.eq(until.as_micros())))
            .execute(self)
            .db()?;
        exactly(1, leased)?;
        find_waiting(self, id)
    }

    fn renew(&mut self, id: MailId, owner: &str, until: Timestamp) -> Result<bool> {
        let renewed =
            diesel::update(leased_to(id, owner)).set(mails::due_at.eq(until.as_micros())).execute(self).db()?;
        Ok(renewed == 1)
    }

    fn settle(&mut self, id: MailId, owner: &str, settlement: &Settlement) -> Result<bool> {
        let counted = i64::from(settlement.troubled_since.is_none());
        // What is never sent again need not be kept: a text may hold a link that still opens something.
        let is_over = matches!(settlement.status, MailStatus::Sent | MailStatus::Suppressed);
        let forgotten = is_over.then(|| (mails::body.eq(""), mails::html.eq(None::<String>)));
        let settled = diesel::update(leased_to(id, owner))
            .set((
                mails::status.eq(settlement.status.as_str()),
                mails::attempts.eq(mails::attempts + counted),
                mails::last_error.eq(settlement.error.as_deref()),
                mails::due_at.eq(settlement.due_at.as_micros()),
                mails::troubled_since.eq(settlement.troubled_since.map(Timestamp::as_micros)),
                mails::lease_owner.eq(None::<String>),
                forgotten,
            ))
            .execute(self)
            .db()?;
        Ok(settled == 1)
    }

    fn list(&mut self, status: Option<MailStatus>, page: &PageRequest) -> Result<Page<Mail>> {
        mail_list::list(self, status, page)
    }

    fn lock(&mut self, id: MailId) -> Result<Option<Mail>> {
        let row = mails::table.find(id.0).select(mails::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        mail_list::find(self, id)
    }

    fn requeue(&mut self, id: MailId, due_at: Timestamp) -> Result<()> {
        let anew = (
            mails::status.eq(MailStatus::Pending.as_str()),
            mails::attempts.eq(0),
            mails::troubled_since.eq(None::<i64>),
            mails::due_at.eq(due_at.as_micros()),
        );
        exactly(1, diesel::update(mails::table.find(id.0)).set(anew).execute(self).db()?)
    }

    fn find_user_of(&mut self, id: MailId) -> Result<Option<UserId>> {
        let row: Option<Option<String>> = mails::table.find(id.0).select(mails::user_id).first(self).optional().db()?;
        row.flatten().map(|id| read::user_id("mails", "user_id", &id)).transpose()
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

/// Adds a mail for a user or for an address, of which one is there.
fn insert_for(
    connection: &mut Connection,
    (user, address): (Option<&str>, Option<&str>),
    subject: &str,
    text: &str,
    now: Timestamp,
) -> Result<()> {
    let inserted = diesel::insert_into(mails::table)
        .values((
            mails::user_id.eq(user),
            mails::address.eq(address),
            mails::subject.eq(subject),
            mails::body.eq(text),
            mails::due_at.eq(now.as_micros()),
            mails::created_at.eq(now.as_micros()),
        ))
        .execute(connection)
        .db()?;
    exactly(1, inserted)
}

/// What waits and is due: never leased, or leased by a worker that seems to be gone.
#[auto_type(no_type_alias)]
fn due(now: Timestamp) -> _ {
    let pending: &'static str = MailStatus::Pending.as_str();
    let now: i64 = now.as_micros();
    mails::table.filter(mails::status.eq(pending)).filter(mails::due_at.le(now))
}

#[auto_type(no_type_alias)]
fn leased_to<'a>(id: MailId, owner: &'a str) -> _ {
    let pending: &'static str = MailStatus::Pending.as_str();
    let id: i64 = id.0;
    mails::table.filter(mails::id.eq(id)).filter(mails::lease_owner.eq(owner)).filter(mails::status.eq(pending))
}

/// The mail with its recipient as they are now.
fn find_waiting(connection: &mut Connection, id: i64) -> Result<Option<WaitingMail>> {
    let row: Option<(MailRow, Option<RecipientRow>, CampaignWords)> = mails::table
        .left_join(users::table.on(users::id.nullable().eq(mails::user_id)))
        .left_join(campaigns::table.on(campaigns::id.nullable().eq(mails::campaign_id)))
        .filter(mails::id.eq(id))
        .select((
            MailRow::as_select(),
            Option::<RecipientRow>::as_select(),
            (campaigns::subject.nullable(), campaigns::body.nullable(), campaigns::html.nullable()),
        ))
        .first(connection)
        .optional()
        .db()?;
    row.map(|(mail, recipient, (subject, text, html))| {
        let wants_marketing = recipient.as_ref().is_some_and(RecipientRow::wants_marketing);
        Ok(WaitingMail {
            id: MailId(mail.id),
            user_id: mail.user_id.map(|id| read::user_id("mails", "user_id", &id)).transpose()?,
            address: recipient.map_or(mail.address, RecipientRow::address),
            is_marketing: mail.campaign_id.is_some(),
            wants_marketing,
            attempts: mail.attempts,
            troubled_since: mail.troubled_since.map(Timestamp::from_micros),
            subject: subject.unwrap_or(mail.subject),
            text: text.unwrap_or(mail.body),
            html: html.or(mail.html),
            created_at: Timestamp::from_micros(mail.created_at),
        })
    })
    .transpose()
}

/// A campaign's subject, text and HTML.
type CampaignWords = (Option<String>, Option<String>, Option<String>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = mails, check_for_backend(Backend))]
struct MailRow {
    id: i64,
    campaign_id: Option<i64>,
    user_id: Option<String>,
    address: Option<String>,
    subject: String,
    body: String,
    attempts: i64,
    troubled_since: Option<i64>,
    html: Option<String>,
    created_at: i64,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
struct RecipientRow {
    email: Option<String>,
    status: String,
    marketing_opt_in: bool,
}

impl RecipientRow {
    fn wants_marketing(&self) -> bool {
        self.marketing_opt_in && self.status == AccountStatus::Active.as_str()
    }

    fn address(self) -> Option<String> {
        self.email.filter(|_| self.status != AccountStatus::Deleted.as_str())
    }
}
