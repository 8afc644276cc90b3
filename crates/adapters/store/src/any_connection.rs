//! The enum alone: what the derive makes beside it looks for diesel's own `Connection` in this module.

use diesel::pg::PgConnection;
use diesel::sqlite::SqliteConnection;

/// A connection to either database; every port of the domains is implemented on it.
#[derive(diesel::MultiConnection)]
pub enum AnyConnection {
    /// A connection to an SQLite file.
    Sqlite(SqliteConnection),
    /// A connection to a PostgreSQL server.
    Postgres(PgConnection),
}

/// The backend of [`AnyConnection`].
pub(crate) type Backend = MultiBackend;
