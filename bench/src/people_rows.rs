//! Many users. One by one they would take minutes, so they are written past the store, as operations leave them.

use crate::Result;
use crate::database::{Direct, Scratch};

/// When the first of them came, in microseconds; each other a minute after the one before.
const FIRST_AT: i64 = 1_500_000_000_000_000;
const APART: i64 = 60_000_000;

/// The id of a user, counted from 0.
pub(crate) fn id(number: u32) -> String {
    format!("user_{number}")
}

/// When a user came, in microseconds.
pub(crate) fn created_at(number: u32) -> i64 {
    FIRST_AT + i64::from(number) * APART
}

/// Adds so many users. One in fifty sells, one in a thousand is on hold.
pub(crate) fn fill(database: &Scratch, users: u32) -> Result<()> {
    let mut connection = database.connect()?;
    let last = users.saturating_sub(1);
    connection.execute(&format!(
        "INSERT INTO users (id, email, email_verified, display_name, search_text, sort_email, status, seller_slug, \
         seller_name, tos_accepted_at, created_at, updated_at) \
         WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {last}) \
         SELECT 'user_' || i, 'person' || i || '@bench.example', TRUE, 'Person ' || i, \
         'person' || i || '@bench.example person ' || i, 'person' || i || '@bench.example', \
         CASE WHEN i % 1000 = 7 THEN 'held' ELSE 'active' END, \
         CASE WHEN i % 50 = 3 THEN 'seller-' || i END, CASE WHEN i % 50 = 3 THEN 'Seller ' || i END, \
         CASE WHEN i % 50 = 3 THEN {FIRST_AT} END, \
         {FIRST_AT} + CAST(i AS BIGINT) * {APART}, {FIRST_AT} + CAST(i AS BIGINT) * {APART} FROM n"
    ))?;
    connection.execute(match connection {
        Direct::Sqlite(_) => "ANALYZE users; PRAGMA wal_checkpoint(TRUNCATE)",
        Direct::Postgres(_) => "VACUUM (ANALYZE) users",
    })
}
