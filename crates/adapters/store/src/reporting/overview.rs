//! Figures over everything that is kept.

use std::collections::BTreeMap;

use aedile_kernel::{Day, Result, Timestamp};
use aedile_reporting::overview::{Counts, DayFigures, Figures, MailTrouble};
use diesel::sql_types::{BigInt, Text};
use diesel::{OptionalExtension, QueryableByName, RunQueryDsl, sql_query};

use crate::connection::{Connection, each};
use crate::error::DriverResult;

const COUNTS: &str = "SELECT (SELECT COUNT(*) FROM users WHERE status <> 'deleted') AS users, \
     (SELECT COUNT(*) FROM users WHERE tos_accepted_at IS NOT NULL AND status <> 'deleted') AS sellers, \
     (SELECT COUNT(*) FROM skills WHERE is_active) AS skills, \
     (SELECT COUNT(*) FROM abuse_flags WHERE status = 'open') AS open_abuse_flags, \
     (SELECT COUNT(*) FROM claims WHERE status = 'sandbox') AS open_claims, \
     (SELECT COUNT(*) FROM mails WHERE status = 'failed') AS failed_mail";

const MAIL_TROUBLE: &str = "SELECT troubled_since AS since, last_error AS error, \
     (SELECT COUNT(*) FROM mails WHERE status = 'pending' AND troubled_since IS NOT NULL) AS waiting FROM mails \
     WHERE status = 'pending' AND troubled_since IS NOT NULL AND last_error IS NOT NULL ORDER BY troubled_since, id LIMIT 1";

// Number of rows and sum of an amount by day, counted from 1970-01-01. SQLite numbers parameters as they come.
const NEW_USERS: &str = "SELECT created_at / $1 AS day, COUNT(*) AS number, CAST(0 AS BIGINT) AS amount \
     FROM users WHERE created_at >= $2 GROUP BY 1";
const SALES: &str = "SELECT completed_at / $1 AS day, COUNT(*) AS number, CAST(SUM(amount_cents) AS BIGINT) AS amount \
     FROM purchases WHERE completed_at >= $2 AND status <> 'pending' GROUP BY 1";
const CREDITED: &str = "SELECT created_at / $1 AS day, COUNT(*) AS number, CAST(SUM(ledger_lines.amount) AS BIGINT) AS amount \
     FROM ledger_postings JOIN ledger_lines ON ledger_lines.posting_id = ledger_postings.id \
     JOIN ledger_accounts ON ledger_accounts.id = ledger_lines.account_id \
     WHERE created_at >= $2 AND ledger_lines.amount > 0 AND kind = 'user' AND unit = 'micro_usd' GROUP BY 1";
const ABUSE_FLAGS: &str = "SELECT created_at / $1 AS day, COUNT(*) AS number, CAST(0 AS BIGINT) AS amount \
     FROM abuse_flags WHERE created_at >= $2 GROUP BY 1";

#[derive(QueryableByName)]
struct CountsRow {
    #[diesel(sql_type = BigInt)]
    users: i64,
    #[diesel(sql_type = BigInt)]
    sellers: i64,
    #[diesel(sql_type = BigInt)]
    skills: i64,
    #[diesel(sql_type = BigInt)]
    open_abuse_flags: i64,
    #[diesel(sql_type = BigInt)]
    open_claims: i64,
    #[diesel(sql_type = BigInt)]
    failed_mail: i64,
}

#[derive(QueryableByName)]
struct MailTroubleRow {
    #[diesel(sql_type = BigInt)]
    waiting: i64,
    #[diesel(sql_type = BigInt)]
    since: i64,
    #[diesel(sql_type = Text)]
    error: String,
}

#[derive(QueryableByName)]
struct DayRow {
    #[diesel(sql_type = BigInt)]
    day: i64,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

impl Figures for Connection {
    fn counts(&mut self) -> Result<Counts> {
        let row: CountsRow = each!(self, |c| sql_query(COUNTS).get_result(c)).db()?;
        let CountsRow { users, sellers, skills, open_abuse_flags, open_claims, failed_mail } = row;
        Ok(Counts { users, sellers, skills, open_abuse_flags, open_claims, failed_mail })
    }

    fn mail_trouble(&mut self) -> Result<Option<MailTrouble>> {
        let row: Option<MailTroubleRow> = each!(self, |c| sql_query(MAIL_TROUBLE).get_result(c).optional()).db()?;
        let trouble = |row: MailTroubleRow| MailTrouble {
            waiting: row.waiting,
            since: Timestamp::from_micros(row.since),
            error: row.error,
        };
        Ok(row.map(trouble))
    }

    fn by_day(&mut self, since: Day) -> Result<Vec<DayFigures>> {
        let mut days: BTreeMap<Day, DayFigures> = BTreeMap::new();
        let mut add = |rows: Vec<DayRow>, put: fn(&mut DayFigures, DayRow)| {
            for row in rows {
                let date = Day::since_epoch(row.day);
                put(days.entry(date).or_insert(DayFigures::nothing_on(date)), row);
            }
        };
        add(grouped(self, NEW_USERS, since)?, |day, row| day.new_users = row.number);
        add(grouped(self, SALES, since)?, |day, row| (day.sales, day.sold_cents) = (row.number, row.amount));
        add(grouped(self, CREDITED, since)?, |day, row| day.credited_micro_usd = row.amount);
        add(grouped(self, ABUSE_FLAGS, since)?, |day, row| day.abuse_flags = row.number);
        Ok(days.into_values().collect())
    }
}

fn grouped(connection: &mut Connection, sql: &str, since: Day) -> Result<Vec<DayRow>> {
    let begin = since.begins_at();
    let query = sql_query(sql).bind::<BigInt, _>(Day::MICROS).bind::<BigInt, _>(begin.as_micros());
    each!(connection, |c| query.load(c)).db()
}
