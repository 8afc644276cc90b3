//! Driver errors become the kernel's, and never reach a caller's body.

use aedile_kernel::{Error, Result};
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// What the log says when the store fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    /// The database refused or broke off.
    #[error("database driver")]
    Driver(#[from] DieselError),
    /// Somebody else holds what the statement needs; it waited as long as it may.
    #[error("another transaction is in the way")]
    Busy(#[source] DieselError),
    /// A row holds what no code of ours writes.
    #[error("inconsistent row in {table}, column {column}: {problem}")]
    InconsistentRow { table: &'static str, column: &'static str, problem: String },
    /// A statement touched another number of rows than it must.
    #[error("expected {expected} rows to change, got {actual}")]
    RowsAffected { expected: usize, actual: usize },
}

/// The same transaction may pass when it is run again at once: another one got ahead of it, and is done.
#[derive(Debug, thiserror::Error)]
#[error("the transaction must be run again")]
pub(crate) struct Retryable(#[source] DieselError);

/// The name under which callers hear of the database.
pub(crate) const DATABASE: &str = "the database";

/// Turns driver results into the kernel's.
pub(crate) trait DriverResult<T> {
    /// Any driver error becomes `Unavailable` or `Internal`.
    fn db(self) -> Result<T>;

    /// As `db`, and a unique violation becomes a conflict with this sentence.
    fn db_unique(self, taken: &'static str) -> Result<T>;
}

impl<T> DriverResult<T> for Result<T, DieselError> {
    fn db(self) -> Result<T> {
        self.map_err(from_driver)
    }

    fn db_unique(self, taken: &'static str) -> Result<T> {
        self.map_err(|error| match error {
            DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, _) => Error::conflict(taken),
            error => from_driver(error),
        })
    }
}

/// A row that holds what no code of ours writes.
#[expect(clippy::needless_pass_by_value, reason = "a problem is an error or the text itself, whichever is at hand")]
pub(crate) fn inconsistent(table: &'static str, column: &'static str, problem: impl ToString) -> Error {
    Error::internal(StoreError::InconsistentRow { table, column, problem: problem.to_string() })
}

/// Whether running the transaction again may help.
pub(crate) fn is_retryable(error: &Error) -> bool {
    matches!(error, Error::Unavailable { source: Some(source), .. } if source.is::<Retryable>())
}

/// Whether another transaction was in the way for longer than this one may wait. It is not run again: its caller would wait,
/// and keep a connection from others, for several times as long.
pub(crate) fn is_busy(error: &Error) -> bool {
    matches!(store_error(error), Some(StoreError::Busy(_)))
}

/// Whether the connection itself is lost.
pub(crate) fn is_lost(error: &Error) -> bool {
    matches!(store_error(error), Some(StoreError::Driver(_)))
}

fn store_error(error: &Error) -> Option<&StoreError> {
    match error {
        Error::Unavailable { source: Some(source), .. } => source.downcast_ref(),
        _ => None,
    }
}

/// Requires a statement to have changed exactly `expected` rows.
pub(crate) fn exactly(expected: usize, actual: usize) -> Result<()> {
    if expected == actual { Ok(()) } else { Err(Error::internal(StoreError::RowsAffected { expected, actual })) }
}

/// The kernel's word for a driver error.
pub(crate) fn from_driver(error: DieselError) -> Error {
    let lost = [
        "server closed the connection",
        "no connection to the server",
        "terminating connection",
        "could not receive data",
        "could not send data",
        "connection has been closed",
        "disk I/O error",
        "database or disk is full",
        "the database system is",
        "too many clients",
        "remaining connection slots",
        "read-only transaction",
        "Connection refused",
        "could not connect",
        "connection to server",
    ];
    let busy = ["canceling statement", "could not obtain lock", "database is locked", "database table is locked"];
    match &error {
        DieselError::DatabaseError(DatabaseErrorKind::SerializationFailure, _) => retry(error),
        DieselError::DatabaseError(DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand, _)
        | DieselError::BrokenTransactionManager => unavailable(error),
        DieselError::DatabaseError(DatabaseErrorKind::ForeignKeyViolation, _) => {
            Error::conflict("something else refers to it, or it refers to something that is gone")
        }
        DieselError::DatabaseError(_, info) if info.message().contains("deadlock detected") => retry(error),
        DieselError::DatabaseError(_, info) if busy.iter().any(|m| info.message().contains(m)) => {
            Error::unavailable(DATABASE, StoreError::Busy(error))
        }
        DieselError::DatabaseError(_, info) if lost.iter().any(|m| info.message().contains(m)) => unavailable(error),
        _ => Error::internal(StoreError::Driver(error)),
    }
}

fn retry(error: DieselError) -> Error {
    Error::unavailable(DATABASE, Retryable(error))
}

fn unavailable(error: DieselError) -> Error {
    Error::unavailable(DATABASE, StoreError::Driver(error))
}
