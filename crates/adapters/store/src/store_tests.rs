//! The unit of work on both databases: what is answered is kept, what fails leaves nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use aedile_kernel::mock::{NOW, SeededEntropy};
use aedile_kernel::{Error, Fate, Journal, Message, ReadCost, Result, Timestamp, UnitOfWork};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde_json::json;

use super::{Options, Store};
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::journal::outbox;
use crate::testing::TestDatabase;

fn leave(connection: &mut Connection, topic: &str) -> Result<()> {
    let message = Message { topic: topic.into(), payload: json!(null) };
    connection.enqueue(&message, Timestamp::from_micros(NOW))
}

async fn topics(store: &Store) -> Vec<String> {
    store.read(|c| outbox::table.order(outbox::id).select(outbox::topic).load(c).db()).await.unwrap()
}

#[tokio::test]
async fn success_is_kept_and_everything_else_leaves_nothing() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        store.write(Fate::Commit, |c| leave(c, "kept")).await.unwrap();
        store.write(Fate::Rollback, |c| leave(c, "previewed")).await.unwrap();
        let refused: Result<()> = store
            .write(Fate::Commit, |c| {
                leave(c, "refused")?;
                Err(Error::conflict("no"))
            })
            .await;
        assert!(matches!(refused, Err(Error::Conflict(_))));
        let panicked: Result<()> = store
            .write(Fate::Commit, |c| {
                leave(c, "panicked")?;
                panic!("on purpose")
            })
            .await;
        assert!(matches!(panicked, Err(Error::Internal(_))));
        store.write(Fate::Commit, |c| leave(c, "after")).await.unwrap();
        assert_eq!(topics(&store).await, ["kept", "after"]);
        store.close().await;
    }
}

/// Large reads that are held up leave connections for small ones, also when whoever asked for them went away.
#[tokio::test]
async fn large_reads_take_turns_and_never_every_connection() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store_with(4).await;
        let (release, held_up) = std::sync::mpsc::channel::<()>();
        let held_up = Arc::new(std::sync::Mutex::new(held_up));
        let running = Arc::new(AtomicU32::new(0));
        let large = || {
            let (store, held_up, running) = (store.clone(), Arc::clone(&held_up), Arc::clone(&running));
            tokio::spawn(async move {
                let work = move |_: &mut Connection| {
                    running.fetch_add(1, Ordering::SeqCst);
                    held_up.lock().unwrap().recv().ok();
                    Ok(())
                };
                store.read_at_cost(ReadCost::Large, work).await
            })
        };
        let (one, two) = (large(), large());
        while running.load(Ordering::SeqCst) < 2 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        one.abort();
        let third = large();
        for _ in 0..20 {
            assert!(topics(&store).await.is_empty(), "small reads go on");
        }
        assert_eq!(running.load(Ordering::SeqCst), 2, "a third waits, though somebody went away");
        for _ in 0..3 {
            release.send(()).unwrap();
        }
        two.await.unwrap().unwrap();
        third.await.unwrap().unwrap();
        assert_eq!(running.load(Ordering::SeqCst), 3);
        store.close().await;
    }
}

#[tokio::test]
async fn reading_work_cannot_write() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        assert!(store.read(|c| leave(c, "sneaked in")).await.is_err());
        assert!(topics(&store).await.is_empty());
        store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_share_commits_and_none_is_lost() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        let writes: Vec<_> = (0..300)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    store
                        .write(Fate::Commit, move |c| {
                            leave(c, "many")?;
                            if n % 3 == 0 { Err(Error::conflict("every third")) } else { Ok(()) }
                        })
                        .await
                })
            })
            .collect();
        let mut kept = 0;
        for write in writes {
            kept += usize::from(write.await.unwrap().is_ok());
        }
        assert_eq!((kept, topics(&store).await.len()), (200, 200));
        store.close().await;
    }
}

#[tokio::test]
async fn a_lost_group_is_answered_and_the_writer_goes_on() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    // What SQLite does by itself when the disk is full.
    let lost = store.write(Fate::Commit, |c| {
        leave(c, "lost")?;
        c.batch_execute("ROLLBACK").db()
    });
    let neighbour = store.write(Fate::Commit, |c| leave(c, "neighbour"));
    let (lost, neighbour) = tokio::join!(lost, neighbour);
    assert!(matches!(lost, Err(Error::Unavailable { .. })), "{lost:?}");
    let expected = if neighbour.is_ok() { vec!["neighbour", "after"] } else { vec!["after"] };
    store.write(Fate::Commit, |c| leave(c, "after")).await.unwrap();
    assert_eq!(topics(&store).await, expected, "whoever was answered well is there, and nobody else");
    store.close().await;
}

#[tokio::test]
async fn closing_finishes_what_is_queued_and_refuses_the_rest() {
    let database = TestDatabase::sqlite();
    let store = database.store().await;
    let writes: Vec<_> = (0..200)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.write(Fate::Commit, |c| leave(c, "queued")).await })
        })
        .collect();
    tokio::task::yield_now().await;
    store.close().await;
    let mut kept = 0;
    for write in writes {
        kept += usize::from(write.await.unwrap().is_ok());
    }
    assert_eq!(topics(&store).await.len(), kept, "answered well is on disk");
    assert!(store.write(Fate::Commit, |c| leave(c, "late")).await.is_err());
}

#[tokio::test]
async fn a_deadlock_is_run_again() {
    for database in TestDatabase::on_each_backend() {
        let store = database.store().await;
        let runs = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&runs);
        let work = move |c: &mut Connection| {
            leave(c, "again")?;
            let is_first = counted.fetch_add(1, Ordering::Relaxed) == 0;
            match c {
                Connection::Postgres(c) if is_first => {
                    c.batch_execute("DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '40001'; END $$").db()
                }
                _ => Ok(()),
            }
        };
        store.write(Fate::Commit, work).await.unwrap();
        let expected = if database.url.starts_with("postgres") { 2 } else { 1 };
        assert_eq!(runs.load(Ordering::Relaxed), expected);
        assert_eq!(topics(&store).await, ["again"]);
        store.close().await;
    }
}

#[tokio::test]
async fn connections_that_broke_while_idle_are_replaced() {
    for database in TestDatabase::on_each_backend().into_iter().filter(|db| db.url.starts_with("postgres")) {
        let store = database.store().await;
        store.write(Fate::Commit, |c| leave(c, "before")).await.unwrap();
        let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        database.connect().batch_execute(end_all).unwrap();
        store.write(Fate::Commit, |c| leave(c, "after")).await.unwrap();
        assert_eq!(topics(&store).await, ["before", "after"]);
    }
}

#[tokio::test]
async fn a_server_that_is_away_is_unavailable() {
    let options = Options::new("postgres://nobody@127.0.0.1:1/nothing");
    let error = Store::open(options, Arc::new(SeededEntropy::default())).await.err().unwrap();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    assert!(!error.to_string().contains("nobody"), "the caller learns nothing of the address");
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_may_start_together() {
    for database in TestDatabase::empty_on_each_backend() {
        let open = || Store::open(Options::new(&database.url), Arc::new(SeededEntropy::default()));
        let (first, second) = tokio::join!(open(), open());
        let (first, second) = (first.unwrap(), second.unwrap());
        let cursor = aedile_kernel::Cursor::new(1, 2);
        assert_eq!(
            second.installation_key().open(&first.installation_key().seal(&cursor)).unwrap(),
            cursor,
            "one key for both"
        );
        first.close().await;
        second.close().await;
    }
}
