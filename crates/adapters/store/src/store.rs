//! The store: one unit of work over either database.

use std::sync::Arc;

use aedile_kernel::{Entropy, Epochs, Fate, InstallationKey, ReadCost, Result, Topic, UnitOfWork};

use crate::connection::Connection;
use crate::database_url::{Access, DatabaseUrl};
use crate::error::DATABASE;
use crate::migrations::migrate;
use crate::pool::Pool;
use crate::whole::Whole;
use crate::writer::Writer;
use crate::{journal, transaction};

/// How the store is opened.
#[derive(Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`; may hold a password.
    pub database_url: String,
    /// The most connections for work: readers on SQLite, all on PostgreSQL. `None`: sized by backend.
    pub pool_size: Option<u32>,
    /// Maximum number of writes that share one commit (SQLite), at least 1.
    pub max_group: usize,
}

impl Options {
    /// The most writes that share one commit.
    pub const MAX_GROUP: usize = 128;

    /// The defaults for a database.
    #[must_use]
    pub fn new(database_url: impl Into<String>) -> Self {
        Self { database_url: database_url.into(), pool_size: None, max_group: Self::MAX_GROUP }
    }
}

/// Everything the system keeps, on SQLite or PostgreSQL.
#[derive(Clone)]
pub struct Store(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) url: DatabaseUrl,
    connections: Connections,
    installation_key: InstallationKey,
}

/// How work gets at the database.
enum Connections {
    Pooled {
        pool: Pool,
        /// On SQLite alone: all writes go through one thread.
        writer: Option<Writer>,
    },
    /// All in one transaction.
    Whole(Whole),
}

impl Store {
    /// Opens the database, brings its tables up to date, and makes the installation's own key when it is new.
    /// Several instances may do this at once.
    ///
    /// # Errors
    /// `Invalid` for a malformed URL, `Unavailable` when the database can't be reached or migrated.
    pub async fn open(options: Options, entropy: Arc<dyn Entropy>) -> Result<Self> {
        let url = DatabaseUrl::parse(&options.database_url)?;
        let opened = tokio::task::spawn_blocking(move || open(url, &options, entropy.as_ref()));
        opened.await.map_err(aedile_kernel::Error::internal)?
    }

    /// The same for work of which all is kept or nothing: nobody sees any of it before [`Store::commit_whole`], and if that is
    /// never called, nothing stays, also when the process is killed. One process at a time does such work; others wait.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_whole(options: Options, entropy: Arc<dyn Entropy>) -> Result<Self> {
        let url = DatabaseUrl::parse(&options.database_url)?;
        let opened = tokio::task::spawn_blocking(move || {
            let url = url.explored().map_err(|error| aedile_kernel::Error::unavailable(DATABASE, error))?;
            let (connection, installation_key) = prepare(&url, entropy.as_ref())?;
            let connections = Connections::Whole(Whole::begin(connection)?);
            Ok(Self(Arc::new(Inner { url, connections, installation_key })))
        });
        opened.await.map_err(aedile_kernel::Error::internal)?
    }

    /// Keeps all that was done since [`Store::open_whole`]; durable when this returns.
    ///
    /// # Errors
    /// When the database can't commit, or the store was not opened so; nothing stays then.
    pub async fn commit_whole(&self) -> Result<()> {
        match &self.0.connections {
            Connections::Whole(whole) => whole.commit().await,
            Connections::Pooled { .. } => Err(aedile_kernel::Error::internal("each write was committed by itself")),
        }
    }

    /// The key that makes cursors of this installation tamper-evident.
    #[must_use]
    pub fn installation_key(&self) -> &InstallationKey {
        &self.0.installation_key
    }

    /// Finishes the writes that are queued; later ones are refused.
    pub async fn close(&self) {
        if let Some(writer) = self.0.writer() {
            writer.stop().await;
        }
    }
}

/// A connection to a database whose tables are up to date, and the installation's own key.
fn prepare(url: &DatabaseUrl, entropy: &dyn Entropy) -> Result<(Connection, InstallationKey)> {
    let unavailable = |error| aedile_kernel::Error::unavailable(DATABASE, error);
    let mut connection = url.connect(Access::Write).map_err(unavailable)?;
    migrate(&mut connection)?;
    transaction::begin(&mut connection, Access::Write).map_err(crate::error::from_driver)?;
    let installation_key =
        transaction::finish(&mut connection, Fate::Commit, |c| journal::installation_key(c, entropy))?;
    Ok((connection, installation_key))
}

fn open(url: DatabaseUrl, options: &Options, entropy: &dyn Entropy) -> Result<Store> {
    let unavailable = |error| aedile_kernel::Error::unavailable(DATABASE, error);
    let url = url.explored().map_err(unavailable)?;
    let (_, installation_key) = prepare(&url, entropy)?;
    let cores = std::thread::available_parallelism().map_or(2, |n| u32::try_from(n.get()).unwrap_or(2));
    let (access, size, writer) = match &url {
        DatabaseUrl::Sqlite(_) => {
            let writer = Writer::start(url.clone(), options.max_group.max(1));
            (Access::Read, cores + 2, Some(writer.map_err(unavailable)?))
        }
        DatabaseUrl::Postgres(_) | DatabaseUrl::Pooled(_) => (Access::Write, cores * 4 + 4, None),
    };
    let pool = Pool::new(url.clone(), access, options.pool_size.unwrap_or(size).max(1));
    Ok(Store(Arc::new(Inner { url, connections: Connections::Pooled { pool, writer }, installation_key })))
}

impl UnitOfWork for Store {
    type Connection = Connection;

    async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        self.read_at_cost(ReadCost::Small, work).await
    }

    async fn read_at_cost<T, W>(&self, cost: ReadCost, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        match &self.0.connections {
            Connections::Pooled { pool, .. } => {
                let turn = if cost == ReadCost::Large { Some(pool.turn().await?) } else { None };
                // The read goes on, and keeps its turn, also when the caller went away meanwhile.
                pool.run(Access::Read, Fate::Rollback, work, move |_| drop(turn)).await
            }
            Connections::Whole(whole) => whole.run(Fate::Rollback, work).await,
        }
    }

    async fn write<T, W>(&self, fate: Fate, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        self.0.write(fate, work, |_| ()).await
    }

    async fn commit<T, W>(&self, epochs: Arc<Epochs>, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<(T, Vec<Topic>)> + Send + 'static,
    {
        let invalidate = move |(_, topics): &(T, Vec<Topic>)| epochs.advance_all(topics);
        self.0.write(Fate::Commit, work, invalidate).await.map(|(done, _)| done)
    }
}

impl Inner {
    /// The one thread that writes, on SQLite alone.
    pub(crate) const fn writer(&self) -> Option<&Writer> {
        match &self.connections {
            Connections::Pooled { writer, .. } => writer.as_ref(),
            Connections::Whole(_) => None,
        }
    }

    /// Calls `ended` right after the commit, also when the caller went away meanwhile. What is one whole has no commit of
    /// its own, and nobody who caches anything.
    async fn write<T, W, A>(&self, fate: Fate, work: W, ended: A) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        match &self.connections {
            Connections::Pooled { writer: Some(writer), .. } => writer.run(fate, work, ended).await,
            Connections::Pooled { pool, writer: None } => pool.run(Access::Write, fate, work, ended).await,
            Connections::Whole(whole) => whole.run(fate, work).await,
        }
    }
}

#[cfg(test)]
#[path = "contention_tests.rs"]
mod contention_tests;
#[cfg(test)]
#[path = "store_tests.rs"]
mod tests;
