//! Appending to the audit log.

use aedile_kernel::digest::hex;
use aedile_kernel::{AuditEntry, Origin, Result, UserId};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::schema::journal::{audit_log, audit_origins};

/// Held shared by every transaction that appends, and exclusively by the sealer for a moment.
pub(super) const LOCK: i64 = 0x4145_4449_5345;

pub(super) fn insert(connection: &mut Connection, entry: &AuditEntry) -> Result<()> {
    // From before the row has its number until the commit: so no number can appear behind a seal.
    on_postgres!(connection, |c| c.batch_execute(&format!("SELECT pg_advisory_xact_lock_shared({LOCK})"))).db()?;
    let id: i64 = diesel::insert_into(audit_log::table)
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
        .returning(audit_log::id)
        .get_result(connection)
        .db()?;
    if entry.origin == Origin::default() { Ok(()) } else { insert_origin(connection, id, entry) }
}

/// What tells where somebody was is kept beside the log, for it must be erased with them.
fn insert_origin(connection: &mut Connection, id: i64, entry: &AuditEntry) -> Result<()> {
    let origin = &entry.origin;
    let inserted = diesel::insert_into(audit_origins::table)
        .values((
            audit_origins::audit_id.eq(id),
            audit_origins::user_id.eq(origin.user_id.as_ref().map(UserId::as_str)),
            audit_origins::ip_address.eq(&origin.ip_address),
            audit_origins::user_agent.eq(&origin.user_agent),
            audit_origins::created_at.eq(entry.created_at.as_micros()),
        ))
        .execute(connection)
        .db()?;
    exactly(1, inserted)
}
