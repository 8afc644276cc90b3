//! Cache invalidation between processes on one database.
//!
//! On PostgreSQL a transaction notifies a channel, and a connection of its own listens to it in each process. On SQLite the
//! file itself says whether another connection has changed it.

use std::collections::BTreeSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use aedile_kernel::{Error, Result, Topic};
use diesel::connection::SimpleConnection;
use diesel::pg::PgConnection;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, timeout};

use crate::connection::{Connection, on_postgres};
use crate::database_url::{Access, DatabaseUrl};
use crate::error::DriverResult;
use crate::store::Store;

const CHANNEL: &str = "aedile_invalidation";
/// How often SQLite is asked whether another process has changed the file.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How often the listener looks at its socket, which libpq's bindings don't let it wait on.
const LISTEN_EVERY: Duration = Duration::from_millis(20);
/// How often a silent listener asks whether its connection still is one.
const PULSE: Duration = Duration::from_secs(1);
/// The pauses between attempts to connect again: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How long cached facts are trusted without any invalidation.
const FALLBACK: Duration = Duration::from_secs(2);

/// Hears of changes by other processes until it is dropped.
#[must_use = "a watch that is dropped hears nothing"]
pub struct InvalidationWatch {
    task: Option<JoinHandle<()>>,
    /// The thread ends when this is dropped.
    _thread: Option<Sender<()>>,
}

impl Drop for InvalidationWatch {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl Store {
    /// Calls `invalidate` with the topics of each change that another process commits: on PostgreSQL as soon as its
    /// transaction is committed, on SQLite within 100 ms. Whatever may have been missed counts as a change of every topic.
    /// While nothing can be heard, the log says so. Needs a Tokio runtime.
    ///
    /// # Errors
    /// `Internal` when no thread can be started.
    pub fn watch_invalidations(
        &self,
        invalidate: impl Fn(&[Topic]) + Send + Sync + 'static,
    ) -> Result<InvalidationWatch> {
        match &self.0.url {
            DatabaseUrl::Sqlite(_) => {
                let store = self.clone();
                let task = tokio::spawn(async move { look(&store, &invalidate).await });
                Ok(InvalidationWatch { task: Some(task), _thread: None })
            }
            DatabaseUrl::Pooled(_) => {
                Heard::default().is_off("a pooler in transaction mode is before PostgreSQL");
                Ok(InvalidationWatch { task: None, _thread: None })
            }
            url @ DatabaseUrl::Postgres(_) => {
                let ((running, stopped), url) = (channel(), url.clone());
                std::thread::Builder::new()
                    .name("invalidations".into())
                    .spawn(move || listen(&url, &stopped, &invalidate))
                    .map_err(Error::internal)?;
                Ok(InvalidationWatch { task: None, _thread: Some(running) })
            }
        }
    }
}

/// Notifies other processes, with the commit. PostgreSQL drops the notification with a transaction that is taken back.
pub(crate) fn notify(connection: &mut Connection, topics: &[Topic]) -> Result<()> {
    let topics: BTreeSet<Topic> = topics.iter().copied().collect();
    let payload = serde_json::to_string(&topics).map_err(Error::internal)?;
    on_postgres!(connection, |c| {
        sql_query("SELECT pg_notify($1, $2)").bind::<Text, _>(CHANNEL).bind::<Text, _>(&payload).execute(c).map(drop)
    })
    .db()
}

/// A number that changes when another connection changes the file, and not when this one does.
pub(crate) fn data_version(connection: &mut Connection) -> Option<i64> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        data_version: i64,
    }
    let Connection::Sqlite(connection) = connection else { return None };
    let row: QueryResult<Row> = sql_query("PRAGMA data_version").get_result(connection);
    row.ok().map(|row| row.data_version)
}

async fn look(store: &Store, invalidate: &(impl Fn(&[Topic]) + Send + Sync)) {
    let Some(writer) = store.0.writer() else { return };
    let mut ticks = interval(LOOK_EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut heard = Heard::default();
    loop {
        ticks.tick().await;
        match timeout(FALLBACK, writer.has_seen_other_commits()).await {
            Ok(None) => return,
            Ok(Some(has_changed)) => {
                heard.is_on();
                if has_changed {
                    invalidate(&Topic::ALL);
                }
            }
            Err(_) => heard.is_off("the writer did not answer"),
        }
    }
}

fn listen(url: &DatabaseUrl, stopped: &Receiver<()>, invalidate: &impl Fn(&[Topic])) {
    let (mut heard, mut pause) = (Heard::default(), PAUSES.0);
    while let Err(error) = hear(url, stopped, invalidate, &mut heard) {
        pause = if heard.0 == Some(true) { PAUSES.0 } else { (pause * 2).min(PAUSES.1) };
        heard.is_off(&error);
        if is_stopped_within(stopped, pause) {
            return;
        }
    }
}

/// Listens until it is told to stop, or the connection breaks.
fn hear(
    url: &DatabaseUrl,
    stopped: &Receiver<()>,
    invalidate: &impl Fn(&[Topic]),
    heard: &mut Heard,
) -> std::result::Result<(), String> {
    let connected = url.connect(Access::Read).map_err(|error| error.to_string())?;
    let Connection::Postgres(mut connection) = connected else { return Ok(()) };
    let broken = |error: diesel::result::Error| error.to_string();
    connection.batch_execute(&format!("LISTEN {CHANNEL}")).map_err(broken)?;
    heard.is_on();
    // Whatever was committed before anybody listened.
    invalidate(&Topic::ALL);
    let mut asked = Instant::now();
    while !is_stopped_within(stopped, LISTEN_EVERY) {
        if asked.elapsed() >= PULSE {
            connection.batch_execute("SELECT 1").map_err(broken)?;
            asked = Instant::now();
        }
        take(&mut connection, invalidate).map_err(broken)?;
    }
    Ok(())
}

/// A newer process may know topics that this one does not; then everything is stale.
fn take(connection: &mut PgConnection, invalidate: &impl Fn(&[Topic])) -> QueryResult<()> {
    for notification in connection.notifications_iter() {
        let topics: Vec<Topic> = serde_json::from_str(&notification?.payload).unwrap_or_else(|_| Topic::ALL.to_vec());
        invalidate(&topics);
    }
    Ok(())
}

fn is_stopped_within(stopped: &Receiver<()>, pause: Duration) -> bool {
    !matches!(stopped.recv_timeout(pause), Err(RecvTimeoutError::Timeout))
}

/// Whether other processes can be heard: said in the log when it changes, and at all times by a gauge.
#[derive(Default)]
struct Heard(Option<bool>);

impl Heard {
    fn is_on(&mut self) {
        if self.0.replace(true) == Some(false) {
            tracing::info!("changes by other processes are heard again");
        }
        metrics::gauge!("aedile_invalidations_heard").set(1.0);
    }

    fn is_off(&mut self, reason: &str) {
        metrics::gauge!("aedile_invalidations_heard").set(0.0);
        if self.0.replace(false) != Some(false) {
            tracing::warn!(reason, "changes by other processes can't be heard; until they can, each acts within 2 s");
        }
    }
}

#[cfg(test)]
#[path = "invalidation_tests.rs"]
mod tests;
