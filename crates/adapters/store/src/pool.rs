//! Pooled connections, used on blocking threads, with a semaphore before them so that waiting costs no thread.

use std::sync::Arc;
use std::time::Duration;

use aedile_kernel::{Error, Fate, Result};
use backon::{BlockingRetryable, ExponentialBuilder};
use diesel::r2d2;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::connection::Connection;
use crate::database_url::{Access, DatabaseUrl, Manager};
use crate::error::{DATABASE, from_driver, is_lost, is_retryable};
use crate::transaction;

/// How long a caller waits for a connection.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long opening one may take in all.
const OPENING: Duration = Duration::from_secs(4);
/// How often a transaction is run again after a deadlock or a serialization failure.
const RETRIES: usize = 5;

/// Some connections of one kind.
pub(crate) struct Pool {
    connections: r2d2::Pool<Manager>,
    permits: Arc<Semaphore>,
    /// Turns of large reads: half as many as there are connections, so that small ones always find some.
    turns: Arc<Semaphore>,
}

impl Pool {
    /// A pool of at most `size` connections, opened as they are needed.
    pub(crate) fn new(url: DatabaseUrl, access: Access, size: u32) -> Self {
        let connections = r2d2::Pool::builder()
            .max_size(size)
            .min_idle(Some(1))
            .test_on_check_out(false)
            .connection_timeout(OPENING)
            .error_handler(Box::new(LogError))
            .build_unchecked(Manager { url, access });
        let size = usize::try_from(size).unwrap_or(1);
        let (permits, turns) = (Arc::new(Semaphore::new(size)), Arc::new(Semaphore::new((size / 2).max(1))));
        Self { connections, permits, turns }
    }

    /// Waits for the turn of a large read; it ends when what is returned is dropped.
    ///
    /// # Errors
    /// `Unavailable` when other large reads are not done in time.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit> {
        let busy = "room for one more large read (ask for less, or go on by cursor)";
        timeout(PATIENCE, Arc::clone(&self.turns).acquire_owned())
            .await
            .map_err(|_| Error::unavailable(busy, "all turns of large reads are taken"))?
            .map_err(|error| Error::unavailable(DATABASE, error))
    }

    /// Runs work in a transaction on a blocking thread, again when the database asks for it; then calls `ended` with the
    /// result, also when the caller went away meanwhile.
    pub(crate) async fn run<T, W, A>(&self, access: Access, fate: Fate, work: W, ended: A) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        let permit = timeout(PATIENCE, Arc::clone(&self.permits).acquire_owned())
            .await
            .map_err(|_| Error::unavailable(DATABASE, "no connection became free in time"))?
            .map_err(|error| Error::unavailable(DATABASE, error))?;
        let connections = self.connections.clone();
        let result = spawn_blocking(move || {
            let result = with_retries(&connections, access, fate, &work);
            drop(permit);
            transaction::after_commit(&result, ended);
            result
        });
        result.await.map_err(Error::internal)?
    }
}

fn with_retries<T>(
    connections: &r2d2::Pool<Manager>,
    access: Access,
    fate: Fate,
    work: &impl Fn(&mut Connection) -> Result<T>,
) -> Result<T> {
    let delays = ExponentialBuilder::default()
        .with_min_delay(Duration::from_millis(2))
        .with_max_delay(Duration::from_millis(100))
        .with_max_times(RETRIES)
        .with_jitter();
    (|| attempt(connections, access, fate, work)).retry(delays).when(is_retryable).call()
}

fn attempt<T>(
    connections: &r2d2::Pool<Manager>,
    access: Access,
    fate: Fate,
    work: &impl Fn(&mut Connection) -> Result<T>,
) -> Result<T> {
    let mut slot = begun(connections, access)?;
    let result = transaction::finish(&mut slot.connection, fate, work);
    slot.is_broken = result.as_ref().is_err_and(is_lost);
    result
}

/// A connection with an open transaction. One that broke while it lay idle (the server restarted) is replaced; all its
/// neighbours may be broken too, so as many are tried as the pool may hold.
fn begun(connections: &r2d2::Pool<Manager>, access: Access) -> Result<r2d2::PooledConnection<Manager>> {
    let mut tries = connections.max_size();
    loop {
        let mut slot = connections.get().map_err(|error| Error::unavailable(DATABASE, error))?;
        match transaction::begin(&mut slot.connection, access) {
            Ok(()) => return Ok(slot),
            Err(error) if tries == 0 => return Err(from_driver(error)),
            Err(_) => slot.is_broken = true,
        }
        tries -= 1;
    }
}

#[derive(Debug)]
struct LogError;

impl r2d2::HandleError<r2d2::Error> for LogError {
    fn handle_error(&self, error: r2d2::Error) {
        tracing::warn!(%error, "a database connection could not be opened");
    }
}
