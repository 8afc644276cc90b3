//! Appending to the audit log.

use aedile_kernel::digest::hex;
use aedile_kernel::{AuditEntry, Result};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::connection::{Connection, on_postgres};
use crate::error::DriverResult;
use crate::schema::journal::audit_log;

/// Held shared by every transaction that appends, and exclusively by the sealer for a moment.
pub(super) const LOCK: i64 = 0x4145_4449_5345;

pub(super) fn insert(connection: &mut Connection, entry: &AuditEntry) -> Result<()> {
    // From before the row has its number until the commit: so no number can appear behind a seal.
    on_postgres!(connection, |c| c.batch_execute(&format!("SELECT pg_advisory_xact_lock_shared({LOCK})"))).db()?;
    diesel::insert_into(audit_log::table)
        .values((
            audit_log::actor_id.eq(&entry.actor_id),
            audit_log::actor_email.eq(&entry.actor_email),
            audit_log::action.eq(&entry.action),
            audit_log::resource_type.eq(&entry.resource_type),
            audit_log::resource_id.eq(&entry.resource_id),
            audit_log::old_values.eq(&entry.old_values),
            audit_log::new_values.eq(&entry.new_values),
            audit_log::ip_address.eq(&entry.ip_address),
            audit_log::user_agent.eq(&entry.user_agent),
            audit_log::status.eq(entry.status.as_str()),
            audit_log::metadata.eq(&entry.metadata),
            audit_log::created_at.eq(entry.created_at.as_micros()),
            audit_log::digest.eq(hex(&entry.digest())),
        ))
        .execute(connection)
        .db()?;
    Ok(())
}
