//! Sealing the audit log, and showing it to whoever verifies it.

use aedile_audit::chain::{AuditChain, ChainedRow, GENESIS, Seal, Sealer};
use aedile_kernel::digest::hex;
use aedile_kernel::{AuditEntry, Fate, Origin, Result, Status, Timestamp, UnitOfWork};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use super::audit::LOCK;
use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, inconsistent, is_busy};
use crate::schema::journal::{audit_log, audit_seals};
use crate::store::Store;

/// How long the sealer, and whoever comes to write after it, waits for those who write already.
const PATIENCE_MS: u32 = 100;
/// The most rows under one seal, so that sealing never takes long.
const MOST_ROWS: i64 = 10_000;

impl Store {
    /// Seals the audit rows that came since the last seal. Several instances may try at once: one does it.
    /// Returns the number of rows sealed; `None` when a transaction that writes to the log does not end, which the sealer
    /// does not wait for.
    ///
    /// # Errors
    /// `Unavailable` when the database can't be reached or does not answer in time.
    pub async fn seal_audit_log(&self, now: Timestamp) -> Result<Option<u64>> {
        match self.write(Fate::Commit, move |connection| seal(connection, now)).await {
            Err(error) if is_busy(&error) => Ok(None),
            sealed => sealed.map(Some),
        }
    }
}

pub(super) fn seal(connection: &mut Connection, now: Timestamp) -> Result<u64> {
    // Waits until every transaction that holds a number has ended; new ones wait for us, so we give up soon, and read by
    // the index only.
    let lock = format!("SET LOCAL lock_timeout = '{PATIENCE_MS}ms'; SELECT pg_advisory_xact_lock({LOCK})");
    on_postgres!(connection, |c| c.batch_execute(&lock)).db()?;
    let newest = connection.newest_seal()?;
    let (previous, after, total) =
        newest.map_or((GENESIS.to_owned(), 0, 0), |seal| (seal.seal, seal.last_audit_id, seal.rows_total));
    let rows: Vec<(i64, String)> = audit_log::table
        .filter(audit_log::id.gt(after))
        .order(audit_log::id)
        .limit(MOST_ROWS)
        .select((audit_log::id, audit_log::digest))
        .load(connection)
        .db()?;
    let Some((last, _)) = rows.last() else { return Ok(0) };
    let sealer = rows.iter().fold(Sealer::after(&previous), |sealer, (id, digest)| sealer.row(*id, digest));
    let count = i64::try_from(rows.len()).unwrap_or(MOST_ROWS);
    diesel::insert_into(audit_seals::table)
        .values((
            audit_seals::last_audit_id.eq(last),
            audit_seals::rows_sealed.eq(count),
            audit_seals::rows_total.eq(total + count),
            audit_seals::seal.eq(hex(&sealer.finish())),
            audit_seals::created_at.eq(now.as_micros()),
        ))
        .execute(connection)
        .db()?;
    Ok(count.unsigned_abs())
}

impl AuditChain for Connection {
    fn rows_after(&mut self, after: i64, limit: i64) -> Result<Vec<ChainedRow>> {
        let rows: Vec<AuditRow> = audit_log::table
            .filter(audit_log::id.gt(after))
            .order(audit_log::id)
            .limit(limit)
            .select(AuditRow::as_select())
            .load(self)
            .db()?;
        rows.into_iter().map(AuditRow::into_chained).collect()
    }

    fn seals_after(&mut self, after: i64, limit: i64) -> Result<Vec<Seal>> {
        let rows: Vec<SealRow> = audit_seals::table
            .filter(audit_seals::id.gt(after))
            .order(audit_seals::id)
            .limit(limit)
            .select(SealRow::as_select())
            .load(self)
            .db()?;
        Ok(rows.into_iter().map(SealRow::into_seal).collect())
    }

    fn newest_seal(&mut self) -> Result<Option<Seal>> {
        let row = audit_seals::table.order(audit_seals::id.desc()).select(SealRow::as_select()).first(self).optional();
        Ok(row.db()?.map(SealRow::into_seal))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_seals, check_for_backend(Backend))]
struct SealRow {
    id: i64,
    last_audit_id: i64,
    rows_sealed: i64,
    rows_total: i64,
    seal: String,
    created_at: i64,
}

impl SealRow {
    fn into_seal(self) -> Seal {
        Seal {
            id: self.id,
            last_audit_id: self.last_audit_id,
            rows_sealed: self.rows_sealed,
            rows_total: self.rows_total,
            seal: self.seal,
            created_at: Timestamp::from_micros(self.created_at),
        }
    }
}

/// A row of the audit log.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_log, check_for_backend(Backend))]
pub(crate) struct AuditRow {
    pub(crate) id: i64,
    actor_id: String,
    actor_email: Option<String>,
    action: String,
    resource_type: String,
    resource_id: Option<String>,
    old_values: Option<String>,
    new_values: Option<String>,
    ip_address: Option<String>,
    user_agent: Option<String>,
    status: String,
    metadata: Option<String>,
    created_at: i64,
    digest: String,
}

impl AuditRow {
    pub(crate) fn into_chained(self) -> Result<ChainedRow> {
        let status = [Status::Success, Status::Failure, Status::Denied]
            .into_iter()
            .find(|status| status.as_str() == self.status)
            .ok_or_else(|| inconsistent("audit_log", "status", &self.status))?;
        let entry = AuditEntry {
            actor_id: self.actor_id,
            actor_email: self.actor_email,
            action: self.action,
            resource_type: self.resource_type,
            resource_id: self.resource_id,
            old_values: self.old_values,
            new_values: self.new_values,
            ip_address: self.ip_address,
            user_agent: self.user_agent,
            origin: Origin::default(),
            status,
            metadata: self.metadata,
            created_at: Timestamp::from_micros(self.created_at),
        };
        Ok(ChainedRow { id: self.id, entry, digest: self.digest })
    }
}
