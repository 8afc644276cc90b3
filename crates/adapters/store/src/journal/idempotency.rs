//! Stored replies to requests with an `Idempotency-Key`.

use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::digest::hex;
use aedile_kernel::{Error, Result, Timestamp};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::connection::{Connection, on_postgres};
use crate::error::DriverResult;
use crate::schema::journal::idempotency_replies as replies;

pub(super) fn find(
    connection: &mut Connection,
    actor_id: &str,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<Option<String>> {
    if let Some(reply) = stored(connection, actor_id, operation, key)? {
        return Ok(Some(reply));
    }
    if !hold(connection, actor_id, operation, key)? {
        return Err(Error::conflict("the first request with this Idempotency-Key is still running"));
    }
    // It may have ended between the look and the hold.
    stored(connection, actor_id, operation, key)
}

fn stored(
    connection: &mut Connection,
    actor_id: &str,
    operation: &str,
    key: &IdempotencyKey,
) -> Result<Option<String>> {
    let stored: Option<(String, String)> = replies::table
        .find((actor_id, operation, key.key()))
        .select((replies::fingerprint, replies::reply))
        .first(connection)
        .optional()
        .db()?;
    match stored {
        Some((fingerprint, _)) if fingerprint != hex(key.fingerprint()) => Err(Error::IdempotencyKeyReused),
        stored => Ok(stored.map(|(_, reply)| reply)),
    }
}

/// Takes the key until the transaction ends. SQLite's writers follow one another anyway.
fn hold(connection: &mut Connection, actor_id: &str, operation: &str, key: &IdempotencyKey) -> Result<bool> {
    let name = format!("{actor_id}\u{1f}{operation}\u{1f}{}", key.key());
    let held: QueryResult<Option<Held>> = on_postgres!(connection, |c| {
        diesel::sql_query("SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS held")
            .bind::<Text, _>(&name)
            .get_result(c)
            .map(Some)
    });
    Ok(held.db()?.is_none_or(|row| row.held))
}

#[derive(QueryableByName)]
struct Held {
    #[diesel(sql_type = Bool)]
    held: bool,
}

pub(super) fn insert(
    connection: &mut Connection,
    actor_id: &str,
    operation: &str,
    key: &IdempotencyKey,
    reply: &str,
    now: Timestamp,
) -> Result<()> {
    diesel::insert_into(replies::table)
        .values((
            replies::actor_id.eq(actor_id),
            replies::operation.eq(operation),
            replies::key.eq(key.key()),
            replies::fingerprint.eq(hex(key.fingerprint())),
            replies::reply.eq(reply),
            replies::created_at.eq(now.as_micros()),
        ))
        .execute(connection)
        .db()?;
    Ok(())
}
