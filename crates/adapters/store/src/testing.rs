//! Fresh databases for contract tests.

use aedile_kernel::mock::SeededEntropy;
use aedile_kernel::{Fate, Result};
use diesel::Connection as _;
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;

use crate::connection::Connection;
use crate::database_url::{Access, DatabaseUrl};
use crate::migrations::migrate;
use crate::store::{Options, Store};
use crate::transaction;

/// A migrated database that is removed in the end.
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    _folder: Option<tempfile::TempDir>,
    server: Option<(String, String)>,
}

impl TestDatabase {
    /// One fresh, migrated database on each server there is.
    pub(crate) fn on_each_backend() -> Vec<Self> {
        Self::empty_on_each_backend().into_iter().map(Self::migrated).collect()
    }

    /// One database without tables on each server there is.
    pub(crate) fn empty_on_each_backend() -> Vec<Self> {
        let mut databases = vec![Self::empty_sqlite()];
        databases.extend(postgres_server().map(|server| Self::empty_postgres(&server)));
        databases
    }

    /// A fresh, migrated SQLite database.
    pub(crate) fn sqlite() -> Self {
        Self::empty_sqlite().migrated()
    }

    fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}", folder.path().join("test.db").display());
        Self { url, _folder: Some(folder), server: None }
    }

    fn empty_postgres(server: &str) -> Self {
        let name = format!("aedile_store_{}_{:x}", std::process::id(), next_number());
        PgConnection::establish(server).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
        let (front, parameters) = server.split_once('?').map_or((server, String::new()), |(f, p)| (f, format!("?{p}")));
        let (host, _) = front.rsplit_once('/').unwrap();
        let url = format!("{host}/{name}{parameters}");
        Self { url, _folder: None, server: Some((server.to_owned(), name)) }
    }

    fn migrated(self) -> Self {
        migrate(&mut self.connect()).unwrap();
        self
    }

    /// A connection that may write.
    pub(crate) fn connect(&self) -> Connection {
        DatabaseUrl::parse(&self.url).unwrap().connect(Access::Write).unwrap()
    }

    /// The whole store on this database.
    pub(crate) async fn store(&self) -> Store {
        self.store_of(Options::new(&self.url)).await
    }

    /// The same with as many connections as this.
    pub(crate) async fn store_with(&self, connections: u32) -> Store {
        self.store_of(Options { pool_size: Some(connections), ..Options::new(&self.url) }).await
    }

    async fn store_of(&self, options: Options) -> Store {
        Store::open(options, std::sync::Arc::new(SeededEntropy::default())).await.unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server
            && let Ok(mut connection) = PgConnection::establish(server)
        {
            connection.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).ok();
        }
    }
}

/// Runs a contract on a fresh, migrated database of each backend, in one transaction that is committed.
pub(crate) fn for_each_backend(contract: impl Fn(&mut Connection)) {
    for database in TestDatabase::on_each_backend() {
        let mut connection = database.connect();
        in_transaction(&mut connection, |c| {
            contract(c);
            Ok(())
        })
        .unwrap();
    }
}

/// One committed transaction.
pub(crate) fn in_transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> Result<T> {
    transaction::begin(connection, Access::Write).unwrap();
    transaction::finish(connection, Fate::Commit, work)
}

/// Work that must be refused as a conflict, inside of a transaction that goes on.
#[track_caller]
pub(crate) fn in_transaction_refused(connection: &mut Connection, work: impl FnOnce(&mut Connection) -> Result<()>) {
    connection.batch_execute("SAVEPOINT refused").unwrap();
    let refused = work(connection);
    assert!(matches!(refused, Err(aedile_kernel::Error::Conflict(_))), "{refused:?}");
    connection.batch_execute("ROLLBACK TO SAVEPOINT refused").unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the test servers are told to the tests by environment")]
fn postgres_server() -> Option<String> {
    std::env::var("AEDILE_TEST_POSTGRES").ok()
}

fn next_number() -> u64 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    NUMBER.fetch_add(1, Ordering::Relaxed)
}
