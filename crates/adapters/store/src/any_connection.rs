//! The enum alone: what the derive makes beside it looks for diesel's own `Connection` in this module.

use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

/// A connection to either database; every port of the domains is implemented on it.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// SQLite.
    Sqlite(SqliteConnection),
    /// PostgreSQL.
    Postgres(PgConnection),
}

/// The backend of [`AnyConnection`].
pub(crate) type Backend = MultiBackend;
