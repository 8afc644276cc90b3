//! Transactions that don't end, elsewhere: whoever needs what they hold is refused soon, and everybody else goes on.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{AuditEntry, Caller, Error, Fate, Journal, Record, Result, Timestamp, UnitOfWork};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::{Options, Store};
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::journal::{audit_log, installation};
use crate::testing::TestDatabase;

/// No test waits longer, however many wait for one that hangs.
const LIMIT: Duration = Duration::from_secs(60);

fn entry() -> AuditEntry {
    let record = Record {
        action: None,
        resource_type: "feature_flag",
        resource_id: "1".into(),
        old_values: None,
        new_values: None,
        personal: Vec::new(),
    };
    AuditEntry::of_change(&Caller::system(), "flag.update", &record, Timestamp::from_micros(NOW))
}

fn on_postgres() -> impl Iterator<Item = TestDatabase> {
    TestDatabase::on_each_backend().into_iter().filter(|database| database.url.starts_with("postgres"))
}

fn frozen(database: &TestDatabase) -> Connection {
    let mut connection = database.connect();
    connection.batch_execute("BEGIN").unwrap();
    connection
}

async fn rows(store: &Store) -> i64 {
    store.read(|c| audit_log::table.count().get_result(c).db()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_sealer_stops_no_writer_while_a_transaction_is_frozen() {
    for database in on_postgres() {
        let store = database.store().await;
        let mut frozen = frozen(&database);
        frozen.append(&entry()).unwrap();
        let (sealer, is_over) = (store.clone(), Arc::new(AtomicBool::new(false)));
        let over = Arc::clone(&is_over);
        let sealing = tokio::spawn(async move {
            let mut sealed = Vec::new();
            while !over.load(Ordering::Relaxed) {
                sealed.push(sealer.seal_audit_log(Timestamp::from_micros(NOW)).await.unwrap());
            }
            sealed
        });
        let writes = (0..40).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.write(Fate::Commit, |c| c.append(&entry())).await })
        });
        for write in writes.collect::<Vec<_>>() {
            write.await.unwrap().unwrap();
        }
        is_over.store(true, Ordering::Relaxed);
        let sealed = sealing.await.unwrap();
        assert!(sealed.iter().all(Option::is_none), "{sealed:?}");
        assert_eq!(rows(&store).await, 40);
        frozen.batch_execute("COMMIT").unwrap();
        assert_eq!(store.seal_audit_log(Timestamp::from_micros(NOW)).await.unwrap(), Some(41));
    }
}

fn touch(connection: &mut Connection, name: &str) -> Result<()> {
    let row = installation::table.find(name);
    diesel::update(row).set(installation::value.eq("touched")).execute(connection).db().map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_frozen_row_is_refused_once_and_the_pool_recovers() {
    for database in on_postgres() {
        let options = Options { pool_size: Some(4), ..Options::new(&database.url) };
        let store = Store::open(options, Arc::new(SeededEntropy::default())).await.unwrap();
        let mut setup = database.connect();
        setup.batch_execute("INSERT INTO installation VALUES ('hot', ''), ('cold', '')").unwrap();
        let mut frozen = frozen(&database);
        touch(&mut frozen, "hot").unwrap();
        let writes = (0..12).map(|_| {
            let (store, runs) = (store.clone(), Arc::new(AtomicU32::new(0)));
            tokio::spawn(async move {
                let counted = Arc::clone(&runs);
                let work = move |c: &mut Connection| {
                    counted.fetch_add(1, Ordering::Relaxed);
                    touch(c, "hot")
                };
                (store.write(Fate::Commit, work).await, runs.load(Ordering::Relaxed))
            })
        });
        for write in writes.collect::<Vec<_>>() {
            let (refused, runs) = timeout(LIMIT, write).await.unwrap().unwrap();
            assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
            assert!(runs <= 1, "it was run again, and kept a connection from others: {runs}");
        }
        store.write(Fate::Commit, |c| touch(c, "cold")).await.unwrap();
        frozen.batch_execute("ROLLBACK").unwrap();
        store.write(Fate::Commit, |c| touch(c, "hot")).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_wait_for_another_process_are_refused_together_and_the_writer_recovers() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let mut other = database.connect();
    other.batch_execute("BEGIN IMMEDIATE").unwrap();
    let writes = (0..40).map(|_| {
        let store = store.clone();
        tokio::spawn(async move { store.write(Fate::Commit, |c| c.append(&entry())).await })
    });
    // Together: one after the other they would wait for minutes.
    for write in writes.collect::<Vec<_>>() {
        let refused = timeout(LIMIT, write).await.unwrap().unwrap();
        assert!(matches!(refused, Err(Error::Unavailable { .. })), "{refused:?}");
    }
    other.batch_execute("ROLLBACK").unwrap();
    store.write(Fate::Commit, |c| c.append(&entry())).await.unwrap();
    assert_eq!(rows(&store).await, 1);
    store.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_follows_a_commit_happens_also_when_the_caller_went_away() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        let (sender, followed) = oneshot::channel();
        {
            let commit = store.0.write(Fate::Commit, |c| c.append(&entry()), move |()| sender.send(()).unwrap());
            tokio::pin!(commit);
            tokio::select! {
                biased;
                _ = &mut commit => {}
                () = std::future::ready(()) => {}
            }
        }
        timeout(LIMIT, followed).await.unwrap().unwrap();
        assert_eq!(rows(&store).await, 1);
        store.close().await;
    }
}

#[tokio::test]
async fn nothing_follows_what_was_not_committed() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        let refused: Result<()> =
            store.0.write(Fate::Commit, |_| Err(Error::conflict("no")), |()| panic!("on purpose")).await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
        store.0.write(Fate::Commit, |c| c.append(&entry()), |()| panic!("on purpose")).await.unwrap();
        assert_eq!(rows(&store).await, 1, "a panic after the commit can't end the answer");
        store.close().await;
    }
}
