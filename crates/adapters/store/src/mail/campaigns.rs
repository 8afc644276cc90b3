//! Campaigns.

use aedile_accounts::campaigns::{Campaign, CampaignId, Campaigns, NewCampaign};
use aedile_kernel::{AccountStatus, Result, Timestamp};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::connection::{Backend, Connection, each};
use crate::error::DriverResult;
use crate::schema::mail::{campaigns, mails};

/// One mail for each who agreed.
const FOR_ALL: &str = "INSERT INTO mails (campaign_id, user_id, due_at, created_at) \
     SELECT $1, id, $2, $2 FROM users WHERE marketing_opt_in AND email IS NOT NULL AND status = $3 ORDER BY number";

impl Campaigns for Connection {
    fn insert(&mut self, new: &NewCampaign) -> Result<CampaignId> {
        let at = new.created_at.as_micros();
        let id: i64 = diesel::insert_into(campaigns::table)
            .values((
                campaigns::subject.eq(&new.subject),
                campaigns::html.eq(&new.html),
                campaigns::body.eq(&new.text),
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
        let Some(row) = row.first::<CampaignRow>(self).optional().db()? else { return Ok(None) };
        let counts: Vec<(String, i64)> = mails::table
            .filter(mails::campaign_id.eq(id.0))
            .group_by(mails::status)
            .select((mails::status, diesel::dsl::count(mails::id)))
            .load(self)
            .db()?;
        let of = |status: &str| counts.iter().find(|(name, _)| name == status).map_or(0, |(_, count)| *count);
        Ok(Some(Campaign {
            id,
            subject: row.subject,
            recipients: counts.iter().map(|(_, count)| count).sum(),
            sent: of("sent"),
            failed: of("failed"),
            pending: of("pending"),
            suppressed: of("suppressed"),
            created_by: row.created_by,
            created_at: Timestamp::from_micros(row.created_at),
        }))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = campaigns, check_for_backend(Backend))]
struct CampaignRow {
    subject: String,
    created_by: String,
    created_at: i64,
}
