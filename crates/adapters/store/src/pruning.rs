//! Removing what is old, a little at a time.

use std::collections::BTreeMap;

use aedile_kernel::{Day, Fate, Result, Timestamp, UnitOfWork};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};

use crate::connection::{Connection, each};
use crate::error::DriverResult;
use crate::schema::mail::campaigns;
use crate::store::Store;

/// Records that are removed once they are old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prunable {
    /// Stored answers to requests with an `Idempotency-Key`, by when they were given.
    Replies,
    /// Events of the identity provider and of the payment provider that were taken, by when they came.
    Events,
    /// Mail of no campaign that was sent, or was not wanted, by when that was.
    SentMail,
    /// The same of campaigns. Their figures stay.
    CampaignMail,
    /// Codes of the command line, by when they ended.
    CliCodes,
    /// Tokens of the command line, by when they ended or were revoked.
    CliTokens,
    /// Sessions of local users, by when their tokens ended, and links to new passwords.
    Sessions,
    /// Impersonations, by when they ended at the latest.
    Impersonations,
    /// Invitations, by when their links ended.
    Invitations,
    /// Messages of the outbox that nobody could deliver, by when they were left.
    Outbox,
    /// Days of usage. Totals stay.
    Usage,
    /// Addresses and user agents of audited attempts, by when those were made. The audit rows stay.
    AuditOrigins,
}

/// Rows of one table.
struct Old {
    table: &'static str,
    key: &'static str,
    condition: String,
}

impl Prunable {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Replies,
        Self::Events,
        Self::SentMail,
        Self::CampaignMail,
        Self::CliCodes,
        Self::CliTokens,
        Self::Sessions,
        Self::Impersonations,
        Self::Invitations,
        Self::Outbox,
        Self::Usage,
        Self::AuditOrigins,
    ];

    /// The most rows that are removed from a table in one transaction, so that no writer waits long.
    pub const AT_ONCE: usize = 500;

    /// The name in logs and metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Replies => "replies",
            Self::Events => "events",
            Self::SentMail => "sent_mail",
            Self::CampaignMail => "campaign_mail",
            Self::CliCodes => "cli_codes",
            Self::CliTokens => "cli_tokens",
            Self::Sessions => "sessions",
            Self::Impersonations => "impersonations",
            Self::Invitations => "invitations",
            Self::Outbox => "outbox",
            Self::Usage => "usage",
            Self::AuditOrigins => "audit_origins",
        }
    }

    fn before(self, time: Timestamp) -> Vec<Old> {
        let at = time.as_micros();
        let old = |table, key, condition| Old { table, key, condition };
        match self {
            Self::Replies => {
                vec![old("idempotency_replies", "(actor_id, operation, key)", format!("created_at < {at}"))]
            }
            Self::Events => vec![
                old("provider_events", "id", format!("received_at < {at}")),
                old("payment_events", "id", format!("received_at < {at}")),
            ],
            Self::SentMail => {
                let is_over = "status IN ('sent', 'suppressed') AND campaign_id IS NULL";
                vec![old("mails", "id", format!("{is_over} AND due_at < {at}"))]
            }
            Self::CampaignMail => {
                let is_over = "status IN ('sent', 'suppressed') AND campaign_id IS NOT NULL";
                vec![old("mails", "id", format!("{is_over} AND due_at < {at}"))]
            }
            Self::CliCodes => vec![old("cli_sign_ins", "code_hash", format!("expires_at < {at} OR used_at < {at}"))],
            Self::CliTokens => vec![old("cli_tokens", "id", format!("expires_at < {at} OR revoked_at < {at}"))],
            Self::Sessions => vec![
                old("sessions", "number", format!("expires_at < {at}")),
                old("password_links", "token_hash", format!("expires_at < {at}")),
            ],
            Self::Impersonations => vec![old("impersonations", "id", format!("expires_at < {at}"))],
            Self::Invitations => vec![old("invitations", "id", format!("expires_at < {at}"))],
            Self::Outbox => vec![old("outbox", "id", format!("created_at < {at}"))],
            Self::Usage => vec![old("usage_days", "(user_id, day, route)", format!("day < '{}'", Day::of(time)))],
            Self::AuditOrigins => vec![old("audit_origins", "audit_id", format!("created_at < {at}"))],
        }
    }
}

impl Store {
    /// Removes some of what is older than `time`: at most [`Prunable::AT_ONCE`] rows of each table. Returns how many rows
    /// that were; once it is none, nothing is left to remove. Safe to run on several instances at once.
    ///
    /// # Errors
    /// `Unavailable` when the database can't be reached or does not answer in time.
    pub async fn prune(&self, what: Prunable, time: Timestamp) -> Result<usize> {
        let remove = match what {
            Prunable::CampaignMail => remove_counted,
            _ => remove,
        };
        self.write(Fate::Commit, move |connection| what.before(time).iter().map(|old| remove(connection, old)).sum())
            .await
    }
}

fn remove(connection: &mut Connection, old: &Old) -> Result<usize> {
    let delete = deletion(connection, old);
    each!(connection, |c| sql_query(&delete).execute(c)).db()
}

/// Removes mails of campaigns, and adds them to the campaigns' figures.
fn remove_counted(connection: &mut Connection, old: &Old) -> Result<usize> {
    #[derive(QueryableByName)]
    struct Removed {
        #[diesel(sql_type = BigInt)]
        campaign_id: i64,
        #[diesel(sql_type = Text)]
        status: String,
    }
    let delete = format!("{} RETURNING campaign_id, status", deletion(connection, old));
    let removed: Vec<Removed> = each!(connection, |c| sql_query(&delete).load(c)).db()?;
    let mut counts: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
    for mail in &removed {
        let (sent, suppressed) = counts.entry(mail.campaign_id).or_default();
        *if mail.status == "sent" { sent } else { suppressed } += 1;
    }
    for (id, (sent, suppressed)) in counts {
        diesel::update(campaigns::table.find(id))
            .set((
                campaigns::removed_sent.eq(campaigns::removed_sent + sent),
                campaigns::removed_suppressed.eq(campaigns::removed_suppressed + suppressed),
            ))
            .execute(connection)
            .db()?;
    }
    Ok(removed.len())
}

fn deletion(connection: &Connection, Old { table, key, condition }: &Old) -> String {
    // What another instance is removing at the moment is left to it.
    let lock = if matches!(connection, Connection::Postgres(_)) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let limit = Prunable::AT_ONCE;
    let some = format!("SELECT {} FROM {table} WHERE {condition} LIMIT {limit} {lock}", key.trim_matches(['(', ')']));
    format!("DELETE FROM {table} WHERE {key} IN ({some})")
}

#[cfg(test)]
#[path = "pruning_tests.rs"]
mod tests;
