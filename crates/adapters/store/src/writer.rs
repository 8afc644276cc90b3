//! SQLite's one writer: a thread that takes queued jobs and commits them in groups.
//!
//! One `BEGIN IMMEDIATE` and one fsync serve a whole group, each job in a savepoint of its own, and nobody is answered
//! before the commit. If the group is lost (a full disk, an I/O error), everybody in it is told so.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use aedile_kernel::{Error, Fate, Result};
use diesel::result::{ConnectionResult, Error as DieselError};
use tokio::sync::{mpsc, oneshot};

use crate::connection::Connection;
use crate::database_url::{Access, DatabaseUrl};
use crate::error::DATABASE;
use crate::invalidation::data_version;
use crate::transaction::{after_commit, begin, commit, guarded, savepoint, unwind_to};

/// How long a group stays open for further jobs.
const GROUP_TIME: Duration = Duration::from_millis(5);
/// How many callers may wait before further ones are told to come back.
const QUEUE: usize = 4096;
/// How long a stopped writer may take to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends a caller its answer; told whether the group it was in was committed.
type Answer = Box<dyn FnOnce(Result<(), Lost>) + Send>;
/// Runs in a savepoint of the group, or without a connection when none could be opened; says how to answer, and whether
/// the group still stands.
type Job = Box<dyn FnOnce(Option<&mut Connection>) -> (Answer, Result<(), Lost>) + Send>;

/// The group was not committed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Lost;

/// Tells somebody whether another connection has changed the database since the question before.
type Look = oneshot::Sender<bool>;

enum Order {
    Run(Job),
    Look(Look),
    Stop,
}

/// The writer's front: hands jobs to the thread.
pub(crate) struct Writer {
    queue: mpsc::Sender<Order>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Writer {
    /// Starts the thread; `max_group` jobs at most share a commit.
    pub(crate) fn start(url: DatabaseUrl, max_group: usize) -> ConnectionResult<Self> {
        let connection = url.connect(Access::Write)?;
        let (queue, orders) = mpsc::channel(QUEUE);
        let worker =
            Worker { url, connection: Some(connection), orders, max_group, looks: Vec::new(), data_version: None };
        let thread = std::thread::Builder::new()
            .name("sqlite-writer".into())
            .spawn(move || worker.run())
            .map_err(|error| diesel::ConnectionError::BadConnection(error.to_string()))?;
        Ok(Self { queue, thread: Mutex::new(Some(thread)) })
    }

    /// Runs work in a savepoint of the next group; durable when this returns `Ok` with [`Fate::Commit`]. After the commit
    /// it calls `ended` with the result, also when the caller went away meanwhile.
    pub(crate) async fn run<T, W, A>(&self, fate: Fate, work: W, ended: A) -> Result<T>
    where
        T: Send + 'static,
        W: FnOnce(&mut Connection) -> Result<T> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move |connection| {
            let (result, group) = match connection {
                Some(connection) => in_savepoint(connection, fate, work),
                None => (Err(lost()), Err(Lost)),
            };
            let reply: Answer = Box::new(move |committed| {
                let result = committed.map_err(|Lost| lost()).and(result);
                after_commit(&result, ended);
                // The caller may have gone away meanwhile; its change stands all the same.
                answer.send(result).ok();
            });
            (reply, group)
        });
        let busy = |_| Error::unavailable(DATABASE, "the writer's queue is full or stopped");
        tokio::time::timeout(PATIENCE, self.queue.send(Order::Run(job)))
            .await
            .map_err(|_| Error::unavailable(DATABASE, "the writer's queue did not move"))?
            .map_err(busy)?;
        answered.await.map_err(|_| Error::unavailable(DATABASE, "the writer stopped"))?
    }

    /// Whether another connection, such as another process, has changed the database since this was last asked. `None`
    /// once the writer is stopped.
    pub(crate) async fn has_seen_other_commits(&self) -> Option<bool> {
        let (look, seen) = oneshot::channel();
        self.queue.send(Order::Look(look)).await.ok()?;
        seen.await.ok()
    }

    /// Finishes what is queued, refuses what comes later, and returns when all is on disk.
    pub(crate) async fn stop(&self) {
        self.queue.send(Order::Stop).await.ok();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            tokio::task::spawn_blocking(move || thread.join().ok()).await.ok();
        }
    }
}

fn lost() -> Error {
    Error::unavailable(DATABASE, "the group of writes was not committed")
}

/// One job in a savepoint. The second result says whether the group around it still stands.
fn in_savepoint<T>(
    connection: &mut Connection,
    fate: Fate,
    work: impl FnOnce(&mut Connection) -> Result<T>,
) -> (Result<T>, Result<(), Lost>) {
    if let Err(error) = savepoint(connection) {
        return (Err(lost()), Err(gone(&error)));
    }
    let result = guarded(connection, work);
    let ended = match (&result, fate) {
        (Ok(_), Fate::Commit) => commit(connection),
        _ => unwind_to(connection, 1),
    };
    // SQLite takes back the whole transaction by itself on some errors; then the savepoint no longer exists.
    (result, ended.map_err(|error| gone(&error)))
}

fn gone(error: &DieselError) -> Lost {
    tracing::error!(%error, "SQLite gave up a group of writes");
    Lost
}

struct Worker {
    url: DatabaseUrl,
    connection: Option<Connection>,
    orders: mpsc::Receiver<Order>,
    max_group: usize,
    /// Questions that came while a group was open.
    looks: Vec<Look>,
    /// What the present connection said last; its own commits don't change it.
    data_version: Option<i64>,
}

impl Worker {
    fn run(mut self) {
        while let Some(order) = self.orders.blocking_recv() {
            match order {
                Order::Run(first) => self.group(first),
                Order::Look(look) => self.looks.push(look),
                Order::Stop => self.orders.close(),
            }
            self.answer_looks();
        }
    }

    /// Runs jobs until the group is full, its time is up or the queue is empty; then commits, then answers them all.
    fn group(&mut self, first: Job) {
        let mut answers = Vec::new();
        let committed = match self.open() {
            Ok(mut connection) => {
                let group = self.fill(&mut connection, &mut answers, first);
                let ended = group.and_then(|()| commit(&mut connection).map_err(|error| gone(&error)));
                // The state of a connection that lost a group is unknown: the next group then opens another.
                self.connection = ended.is_ok().then_some(connection);
                ended
            }
            Err(Lost) => self.refuse(&mut answers, first),
        };
        let jobs = u32::try_from(answers.len()).unwrap_or(0);
        for answer in answers {
            answer(committed);
        }
        metrics::histogram!("aedile_store_group_jobs").record(f64::from(jobs));
    }

    /// Refuses whoever waits: each alone would wait as long for the lock as this one did, after the one before it.
    fn refuse(&mut self, answers: &mut Vec<Answer>, first: Job) -> Result<(), Lost> {
        let mut next = Some(first);
        while let Some(job) = next.take() {
            answers.push(job(None).0);
            next = self.next_queued();
        }
        Err(Lost)
    }

    fn answer_looks(&mut self) {
        if self.looks.is_empty() {
            return;
        }
        let now = self.connection.as_mut().and_then(data_version);
        let has_changed = now.is_none() || std::mem::replace(&mut self.data_version, now) != now;
        for look in self.looks.drain(..) {
            look.send(has_changed).ok();
        }
    }

    /// A connection with an open transaction.
    fn open(&mut self) -> Result<Connection, Lost> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => {
                // Another connection counts anew.
                self.data_version = None;
                self.url.connect(Access::Write).map_err(|error| {
                    tracing::error!(%error, "SQLite can't be opened for writing");
                    Lost
                })?
            }
        };
        begin(&mut connection, Access::Write).map_err(|error| gone(&error))?;
        Ok(connection)
    }

    fn fill(&mut self, connection: &mut Connection, answers: &mut Vec<Answer>, first: Job) -> Result<(), Lost> {
        let opened = Instant::now();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let (answer, group) = job(Some(connection));
            answers.push(answer);
            group?;
            if answers.len() < self.max_group && opened.elapsed() < GROUP_TIME {
                next = self.next_queued();
            }
        }
        Ok(())
    }

    fn next_queued(&mut self) -> Option<Job> {
        match self.orders.try_recv() {
            Ok(Order::Run(job)) => Some(job),
            Ok(Order::Look(look)) => {
                self.looks.push(look);
                self.next_queued()
            }
            Ok(Order::Stop) => {
                self.orders.close();
                self.next_queued()
            }
            Err(_) => None,
        }
    }
}
