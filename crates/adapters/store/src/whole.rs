//! Work of many operations of which all is kept or nothing: one transaction on one connection, each operation in a savepoint.

use std::sync::{Arc, Mutex, PoisonError};

use aedile_kernel::{Error, Fate, Result};
use diesel::connection::SimpleConnection;
use tokio::task::spawn_blocking;

use crate::connection::{Connection, on_postgres};
use crate::database_url::Access;
use crate::error::{DATABASE, DriverResult, from_driver};
use crate::transaction::{begin, commit, guarded, savepoint, unwind_to};

/// The advisory lock under which one process at a time does such work; on SQLite the write lock does that.
const LOCK: i64 = 0x4145_4449_5748;

/// Waits for a turn longer than for other locks, and lets the transaction stand idle while something else is asked.
fn turn() -> String {
    format!(
        "SET LOCAL idle_in_transaction_session_timeout = '300s'; \
         SET LOCAL lock_timeout = '120s'; SET LOCAL statement_timeout = '120s'; \
         SELECT pg_advisory_xact_lock({LOCK}); \
         SET LOCAL lock_timeout = '5s'; SET LOCAL statement_timeout = '10s';"
    )
}

/// A connection with a transaction that is open until all is done. Dropping it takes everything back, and so does the
/// database when the process is killed.
#[derive(Clone)]
pub(crate) struct Whole(Arc<Mutex<Option<Connection>>>);

impl Whole {
    /// Begins, and waits for another process that is at it.
    pub(crate) fn begin(mut connection: Connection) -> Result<Self> {
        begin(&mut connection, Access::Write).map_err(from_driver)?;
        on_postgres!(&mut connection, |c| c.batch_execute(&turn())).db()?;
        Ok(Self(Arc::new(Mutex::new(Some(connection)))))
    }

    /// Runs one operation.
    pub(crate) async fn run<T, W>(&self, fate: Fate, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
    {
        let connection = Arc::clone(&self.0);
        let run = move || {
            let mut open = connection.lock().unwrap_or_else(PoisonError::into_inner);
            in_savepoint(open.as_mut().ok_or_else(over)?, fate, work)
        };
        spawn_blocking(run).await.map_err(Error::internal)?
    }

    /// Keeps all that was done; durable when this returns. Nothing can be done afterwards.
    pub(crate) async fn commit(&self) -> Result<()> {
        let connection = Arc::clone(&self.0);
        let end = move || {
            let open = connection.lock().unwrap_or_else(PoisonError::into_inner).take();
            commit(&mut open.ok_or_else(over)?).map_err(from_driver)
        };
        spawn_blocking(end).await.map_err(Error::internal)?
    }
}

/// One operation, of which an error takes everything back and nothing else.
fn in_savepoint<T>(
    connection: &mut Connection,
    fate: Fate,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    savepoint(connection).map_err(from_driver)?;
    let result = guarded(connection, work);
    let ended = match (&result, fate) {
        (Ok(_), Fate::Commit) => commit(connection),
        _ => unwind_to(connection, 1),
    };
    ended.map_err(from_driver)?;
    result
}

fn over() -> Error {
    Error::unavailable(DATABASE, "the transaction is over")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use aedile_kernel::mock::SeededEntropy;
    use aedile_kernel::{Fate, Journaled as _, Message, Result, Timestamp, UnitOfWork};
    use diesel::prelude::*;

    use crate::connection::Connection;
    use crate::schema::journal::outbox;
    use crate::store::{Options, Store};
    use crate::testing::TestDatabase;

    async fn whole(database: &TestDatabase) -> Store {
        Store::open_whole(Options::new(&database.url), Arc::new(SeededEntropy::default())).await.unwrap()
    }

    fn leave_a_message(connection: &mut Connection) -> Result<()> {
        let message = Message { topic: "test".to_owned(), payload: serde_json::Value::Null };
        connection.journal().enqueue(&message, Timestamp::from_micros(0))
    }

    /// How many messages anybody else sees.
    fn waiting(database: &TestDatabase) -> i64 {
        outbox::table.count().get_result(&mut database.connect()).unwrap()
    }

    #[tokio::test]
    async fn all_is_kept_at_the_end_and_nothing_before() {
        for database in TestDatabase::on_each_backend() {
            let store = whole(&database).await;
            store.write(Fate::Commit, leave_a_message).await.unwrap();
            store.write(Fate::Rollback, leave_a_message).await.unwrap();
            let refused = store.write(Fate::Commit, |c| leave_a_message(c).and(Err::<(), _>(super::over()))).await;
            assert!(refused.is_err());
            store.write(Fate::Commit, leave_a_message).await.unwrap();
            assert_eq!(waiting(&database), 0, "nobody sees it yet");
            store.commit_whole().await.unwrap();
            assert_eq!(waiting(&database), 2);
            assert!(store.write(Fate::Commit, leave_a_message).await.is_err(), "it is over");
        }
    }

    #[tokio::test]
    async fn who_lets_go_before_the_end_leaves_nothing() {
        for database in TestDatabase::on_each_backend() {
            let store = whole(&database).await;
            store.write(Fate::Commit, leave_a_message).await.unwrap();
            drop(store);
            assert_eq!(waiting(&database), 0);
            let again = whole(&database).await;
            again.write(Fate::Commit, leave_a_message).await.unwrap();
            again.commit_whole().await.unwrap();
            assert_eq!(waiting(&database), 1);
        }
    }
}
