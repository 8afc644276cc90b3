//! Messages for the world outside, delivered at least once by a worker.

use std::future::Future;

use aedile_kernel::{Fate, Message, Result, Timestamp, UnitOfWork};
use diesel::prelude::*;

use crate::connection::{Connection, each};
use crate::error::{DriverResult, inconsistent};
use crate::schema::journal::outbox;
use crate::store::Store;

/// While a worker has a message, no other takes it; if the worker dies, the next one does after this long.
const LEASE_SECONDS: i64 = 30;
/// The longest pause between two attempts.
const MAX_PAUSE_SECONDS: i64 = 300;

/// A message that waits for delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Its number.
    pub id: i64,
    /// What is to be delivered, and to whom.
    pub message: Message,
    /// How often it was tried before.
    pub attempts: i64,
}

/// A worker's view of the outbox.
pub trait Outbox {
    /// Takes up to `limit` due messages, oldest first, for 30 s.
    fn lease(&self, limit: i64, now: Timestamp) -> impl Future<Output = Result<Vec<OutboxRow>>> + Send;

    /// Removes a delivered message.
    fn delivered(&self, id: i64) -> impl Future<Output = Result<()>> + Send;

    /// Puts a message back after a failed attempt: due again after 1 s, 2 s, 4 s, … at most 300 s.
    fn failed(&self, row: &OutboxRow, now: Timestamp) -> impl Future<Output = Result<()>> + Send;

    /// How many messages wait.
    fn waiting(&self) -> impl Future<Output = Result<i64>> + Send;
}

pub(super) fn insert(connection: &mut Connection, message: &Message, now: Timestamp) -> Result<()> {
    diesel::insert_into(outbox::table)
        .values((
            outbox::topic.eq(&message.topic),
            outbox::payload.eq(message.payload.to_string()),
            outbox::due_at.eq(now.as_micros()),
            outbox::created_at.eq(now.as_micros()),
        ))
        .execute(connection)
        .db()?;
    Ok(())
}

impl Outbox for Store {
    async fn lease(&self, limit: i64, now: Timestamp) -> Result<Vec<OutboxRow>> {
        self.write(Fate::Commit, move |connection| lease(connection, limit, now)).await
    }

    async fn delivered(&self, id: i64) -> Result<()> {
        self.write(Fate::Commit, move |connection| {
            diesel::delete(outbox::table.find(id)).execute(connection).db().map(drop)
        })
        .await
    }

    async fn failed(&self, row: &OutboxRow, now: Timestamp) -> Result<()> {
        let (id, attempts) = (row.id, row.attempts + 1);
        let pause = u32::try_from(row.attempts).ok().and_then(|n| 1_i64.checked_shl(n)).unwrap_or(MAX_PAUSE_SECONDS);
        let due = now.plus_seconds(pause.clamp(1, MAX_PAUSE_SECONDS)).as_micros();
        self.write(Fate::Commit, move |connection| {
            diesel::update(outbox::table.find(id))
                .set((outbox::attempts.eq(attempts), outbox::due_at.eq(due)))
                .execute(connection)
                .db()
                .map(drop)
        })
        .await
    }

    async fn waiting(&self) -> Result<i64> {
        self.read(|connection| outbox::table.count().get_result(connection).db()).await
    }
}

fn lease(connection: &mut Connection, limit: i64, now: Timestamp) -> Result<Vec<OutboxRow>> {
    let due = outbox::table
        .filter(outbox::due_at.le(now.as_micros()))
        .order((outbox::due_at, outbox::id))
        .limit(limit)
        .select((outbox::id, outbox::topic, outbox::payload, outbox::attempts));
    let rows: Vec<(i64, String, String, i64)> = match connection {
        Connection::Sqlite(c) => due.load(c),
        Connection::Postgres(c) => due.for_update().skip_locked().load(c),
    }
    .db()?;
    let ids: Vec<i64> = rows.iter().map(|row| row.0).collect();
    let until = now.plus_seconds(LEASE_SECONDS).as_micros();
    each!(connection, |c| diesel::update(outbox::table.filter(outbox::id.eq_any(&ids)))
        .set(outbox::due_at.eq(until))
        .execute(c))
    .db()?;
    rows.into_iter()
        .map(|(id, topic, payload, attempts)| {
            let payload = serde_json::from_str(&payload).map_err(|error| inconsistent("outbox", "payload", error))?;
            Ok(OutboxRow { id, message: Message { topic, payload }, attempts })
        })
        .collect()
}
