//! Removing what is old, a little at a time.

use aedile_kernel::{Day, Fate, Result, Timestamp, UnitOfWork};
use diesel::prelude::*;
use diesel::sql_query;

use crate::connection::{Connection, each};
use crate::error::DriverResult;
use crate::store::Store;

/// Records that are removed once they are old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prunable {
    /// Stored answers to requests with an `Idempotency-Key`, by when they were given.
    Replies,
    /// Events of the identity provider and of the payment provider that were taken, by when they came.
    Events,
    /// Mail of no campaign that was sent, or was not wanted, by when that was. A campaign's mail is what its figures count.
    SentMail,
    /// Codes of the command line, by when they ended.
    CliCodes,
    /// Tokens of the command line, by when they ended or were revoked.
    CliTokens,
    /// Tokens of local sign-ins that were signed out, by when they ended.
    RevokedTokens,
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
    pub const ALL: [Self; 9] = [
        Self::Replies,
        Self::Events,
        Self::SentMail,
        Self::CliCodes,
        Self::CliTokens,
        Self::RevokedTokens,
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
            Self::CliCodes => "cli_codes",
            Self::CliTokens => "cli_tokens",
            Self::RevokedTokens => "revoked_tokens",
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
            Self::CliCodes => vec![old("cli_sign_ins", "code_hash", format!("expires_at < {at} OR used_at < {at}"))],
            Self::CliTokens => vec![old("cli_tokens", "id", format!("expires_at < {at} OR revoked_at < {at}"))],
            Self::RevokedTokens => vec![old("revoked_tokens", "token_id", format!("expires_at < {at}"))],
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
        self.write(Fate::Commit, move |connection| what.before(time).iter().map(|old| remove(connection, old)).sum())
            .await
    }
}

fn remove(connection: &mut Connection, Old { table, key, condition }: &Old) -> Result<usize> {
    // What another instance is removing at the moment is left to it.
    let lock = if matches!(connection, Connection::Postgres(_)) { "FOR UPDATE SKIP LOCKED" } else { "" };
    let limit = Prunable::AT_ONCE;
    let some = format!("SELECT {} FROM {table} WHERE {condition} LIMIT {limit} {lock}", key.trim_matches(['(', ')']));
    let delete = format!("DELETE FROM {table} WHERE {key} IN ({some})");
    each!(connection, |c| sql_query(&delete).execute(c)).db()
}

#[cfg(test)]
#[path = "pruning_tests.rs"]
mod tests;
