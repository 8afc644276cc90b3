//! What one process commits is heard by another, on both databases.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use aedile_kernel::{Fate, Journal, Topic, UnitOfWork};
use diesel::connection::SimpleConnection;

use super::InvalidationWatch;
use crate::store::Store;
use crate::testing::TestDatabase;

type Calls = Arc<Mutex<Vec<Topic>>>;

fn watch(store: &Store) -> (Calls, InvalidationWatch) {
    let calls = Calls::default();
    let into = Arc::clone(&calls);
    let watch = store.watch_invalidations(move |topics| into.lock().unwrap().extend_from_slice(topics)).unwrap();
    (calls, watch)
}

fn count(calls: &Calls, topic: Topic) -> usize {
    calls.lock().unwrap().iter().filter(|heard| **heard == topic).count()
}

async fn within(limit: Duration, what: &str, mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < limit, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

const SOON: Duration = Duration::from_secs(10);

async fn change(store: &Store, fate: Fate, topics: &'static [Topic]) {
    let work = move |c: &mut crate::connection::Connection| {
        let message = aedile_kernel::Message { topic: "any".into(), payload: serde_json::json!(null) };
        c.enqueue(&message, aedile_kernel::Timestamp::from_micros(1))?;
        c.invalidate(topics)
    };
    store.write(fate, work).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_elsewhere_is_heard_and_one_taken_back_is_not() {
    for database in TestDatabase::on_each_backend() {
        let (here, there) = (database.store().await, database.store().await);
        let (calls, _watch) = watch(&here);
        within(SOON, "the start counts as a change", || count(&calls, Topic::Flags) == 1).await;
        change(&there, Fate::Rollback, &[Topic::Rules]).await;
        change(&there, Fate::Commit, &[Topic::Flags, Topic::Flags]).await;
        within(SOON, "the change is heard", || count(&calls, Topic::Flags) == 2).await;
        let expected = if database.url.starts_with("postgres") { 1 } else { 2 };
        assert_eq!(count(&calls, Topic::Rules), expected, "SQLite says that something changed, not what");
        here.close().await;
        there.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn on_sqlite_a_process_does_not_hear_itself() {
    let database = TestDatabase::sqlite();
    let (here, there) = (database.store().await, database.store().await);
    let (calls, _watch) = watch(&here);
    within(SOON, "the start counts as a change", || count(&calls, Topic::Flags) == 1).await;
    for _ in 0..20 {
        change(&here, Fate::Commit, &[Topic::Flags]).await;
    }
    assert_eq!(here.0.writer().unwrap().has_seen_other_commits().await, Some(false));
    assert_eq!(count(&calls, Topic::Flags), 1);
    change(&there, Fate::Commit, &[]).await;
    within(SOON, "another process is heard", || count(&calls, Topic::Flags) == 2).await;
    here.close().await;
    there.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_lost_its_connection_takes_everything_for_stale_and_hears_again() {
    for database in TestDatabase::on_each_backend().into_iter().filter(|database| database.url.starts_with("postgres"))
    {
        let (here, there) = (database.store().await, database.store().await);
        let (calls, _watch) = watch(&here);
        within(SOON, "it listens", || count(&calls, Topic::Access) == 1).await;
        let end_all = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid()";
        database.connect().batch_execute(end_all).unwrap();
        within(SOON, "the return counts as a change of everything", || count(&calls, Topic::Access) == 2).await;
        change(&there, Fate::Commit, &[Topic::Rules]).await;
        within(SOON, "and changes are heard again", || count(&calls, Topic::Rules) == 3).await;
        assert_eq!(count(&calls, Topic::Access), 2);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_watch_that_is_dropped_hears_nothing() {
    for database in TestDatabase::on_each_backend() {
        let (here, there) = (database.store().await, database.store().await);
        let (calls, watch) = watch(&here);
        within(SOON, "it listens", || count(&calls, Topic::Flags) == 1).await;
        drop(watch);
        // Nobody holds what the calls go into but this test, once the watch has ended.
        within(SOON, "the watch ends", || Arc::strong_count(&calls) == 1).await;
        change(&there, Fate::Commit, &[Topic::Flags]).await;
        assert_eq!(count(&calls, Topic::Flags), 1);
        here.close().await;
        there.close().await;
    }
}
