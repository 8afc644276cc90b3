//! Transactions with the isolation each kind of work needs.

use std::panic::{AssertUnwindSafe, catch_unwind};

use aedile_kernel::{Error, Fate, Result};
use diesel::connection::{AnsiTransactionManager, TransactionManager, TransactionManagerStatus};
use diesel::pg::PgConnection;
use diesel::result::Error as DieselError;

use crate::connection::Connection;
use crate::database_url::Access;
use crate::error::from_driver;

type Manager = <Connection as diesel::Connection>::TransactionManager;

/// Begins the outermost transaction. Writes on SQLite take the lock at once: a deferred transaction that turns to
/// writing later fails with "database is locked" whatever the timeout.
pub(crate) fn begin(connection: &mut Connection, access: Access) -> Result<(), DieselError> {
    match (connection, access) {
        (Connection::Sqlite(c), Access::Write) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        (Connection::Sqlite(c), Access::Read) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        (Connection::Postgres(c), Access::Write) => begin_postgres(c, "READ COMMITTED"),
        (Connection::Postgres(c), Access::Read) => begin_postgres(c, "REPEATABLE READ READ ONLY"),
    }
}

/// The limits go with the transaction, in the same message: a pooler may hand the connection to others after it. A transaction
/// waits less for another one's locks than a caller waits for a connection: while some wait for a transaction that hangs, the
/// others still get their turn.
fn begin_postgres(connection: &mut PgConnection, isolation: &str) -> Result<(), DieselError> {
    let begin = format!(
        "BEGIN ISOLATION LEVEL {isolation}; SET LOCAL statement_timeout = '10s'; SET LOCAL lock_timeout = '4s'; \
         SET LOCAL idle_in_transaction_session_timeout = '30s'"
    );
    AnsiTransactionManager::begin_transaction_sql(connection, &begin)
}

/// Opens a savepoint inside a transaction.
pub(crate) fn savepoint(connection: &mut Connection) -> Result<(), DieselError> {
    Manager::begin_transaction(connection)
}

/// Commits the transaction, or releases the innermost savepoint.
pub(crate) fn commit(connection: &mut Connection) -> Result<(), DieselError> {
    Manager::commit_transaction(connection)
}

/// Takes everything back until only `depth` transactions are open.
pub(crate) fn unwind_to(connection: &mut Connection, depth: u32) -> Result<(), DieselError> {
    while open_transactions(connection)? > depth {
        Manager::rollback_transaction(connection)?;
    }
    Ok(())
}

fn open_transactions(connection: &mut Connection) -> Result<u32, DieselError> {
    match Manager::transaction_manager_status_mut(connection) {
        TransactionManagerStatus::Valid(status) => Ok(status.transaction_depth().map_or(0, u32::from)),
        TransactionManagerStatus::InError => Err(DieselError::BrokenTransactionManager),
    }
}

/// Runs work and turns a panic into an error, so that it can't take the connection or the writer with it.
pub(crate) fn guarded<T>(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(|| work(connection)))
        .unwrap_or_else(|_| Err(Error::internal("a panic inside a transaction")))
}

/// Calls `committed` with what was committed. Nothing that happens there can end the caller's answer.
pub(crate) fn after_commit<T>(result: &Result<T>, committed: impl FnOnce(&T)) {
    if let Ok(done) = result
        && catch_unwind(AssertUnwindSafe(|| committed(done))).is_err()
    {
        tracing::error!("a panic after a commit");
    }
}

/// Runs work in the open transaction, and ends it as the work's result and `fate` say.
pub(crate) fn finish<T>(
    connection: &mut Connection,
    fate: Fate,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    let result = guarded(connection, work);
    let ended = match (&result, fate) {
        (Ok(_), Fate::Commit) => commit(connection),
        _ => unwind_to(connection, 0),
    };
    match ended {
        Ok(()) => result,
        Err(error) => {
            // Whatever state it is in, nothing of it may stay.
            unwind_to(connection, 0).ok();
            result.and(Err(from_driver(error)))
        }
    }
}
