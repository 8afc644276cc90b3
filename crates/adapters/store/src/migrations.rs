//! The tables, brought up to date at each start.

use aedile_kernel::{Error, Fate, Result};
use diesel::connection::SimpleConnection;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use crate::connection::Connection;
use crate::database_url::Access;
use crate::error::{DATABASE, DriverResult, from_driver};
use crate::transaction::{begin, finish};

const SQLITE: EmbeddedMigrations = embed_migrations!("../../../migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("../../../migrations/postgres");

/// The advisory lock under which one instance at a time migrates.
const LOCK: i64 = 0x4145_4449_4c45;

/// Runs the steps that are missing, all or none. Instances that start together wait for each other: SQLite's write lock
/// or PostgreSQL's advisory lock is held throughout.
pub(crate) fn migrate(connection: &mut Connection) -> Result<()> {
    begin(connection, Access::Write).map_err(from_driver)?;
    finish(connection, Fate::Commit, |connection| match connection {
        Connection::Sqlite(c) => run(c, SQLITE),
        Connection::Postgres(c) => {
            // A new index of many rows takes as long as it takes.
            let limits = "SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0; \
                          SET LOCAL client_min_messages = 'warning'";
            c.batch_execute(&format!("{limits}; SELECT pg_advisory_xact_lock({LOCK})")).db()?;
            run(c, POSTGRES)
        }
    })
}

fn run<B: diesel::backend::Backend>(
    connection: &mut impl MigrationHarness<B>,
    steps: EmbeddedMigrations,
) -> Result<()> {
    let done = connection.run_pending_migrations(steps).map_err(|error| Error::unavailable(DATABASE, error))?;
    if !done.is_empty() {
        tracing::info!(steps = done.len(), "the database was brought up to date");
    }
    Ok(())
}
