//! Transactions, and what every store must be able to keep.

use std::future::Future;
use std::sync::Arc;

use crate::access::Access;
use crate::audit::AuditEntry;
use crate::caller::IdempotencyKey;
use crate::change::Message;
use crate::error::Result;
use crate::invalidation::{Epochs, Topic};
use crate::time::Timestamp;

/// Shows something as the port `R`; the store's connection shows itself as each domain's port.
pub trait View<R: ?Sized> {
    /// The port.
    fn view(&mut self) -> &mut R;
}

/// A connection that also keeps the journal, and knows what callers may do.
pub trait Journaled {
    /// The journal, in the same transaction.
    fn journal(&mut self) -> &mut dyn Journal;

    /// The callers' rights, in the same transaction.
    fn access(&mut self) -> &mut dyn Access;
}

/// The rows that the runner itself writes in the transaction of a command.
pub trait Journal {
    /// The stored answer to `key` of this caller and operation, `None` when the key is new. Holds the key until the
    /// transaction ends.
    ///
    /// # Errors
    /// `IdempotencyKeyReused` when it was stored for another request; `Conflict` while the first request still runs.
    fn find_reply(&mut self, actor_id: &str, operation: &str, key: &IdempotencyKey) -> Result<Option<String>>;

    /// Stores the answer to `key`, for 24 hours.
    ///
    /// # Errors
    /// If the store fails.
    fn store_reply(
        &mut self,
        actor_id: &str,
        operation: &str,
        key: &IdempotencyKey,
        reply: &str,
        now: Timestamp,
    ) -> Result<()>;

    /// Leaves a message for a worker, due at once.
    ///
    /// # Errors
    /// If the store fails.
    fn enqueue(&mut self, message: &Message, now: Timestamp) -> Result<()>;

    /// Appends a row to the audit log.
    ///
    /// # Errors
    /// If the store fails.
    fn append(&mut self, entry: &AuditEntry) -> Result<()>;

    /// Tells other processes on the same database that what they cache of these topics is stale, once this transaction is
    /// committed. Whoever misses it notices within the two seconds for which a fact is cached.
    ///
    /// # Errors
    /// If the store fails.
    fn invalidate(&mut self, topics: &[Topic]) -> Result<()>;
}

/// How a transaction ends when its work succeeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It is kept.
    Commit,
    /// It is taken back: a preview.
    Rollback,
}

/// How much of the database a query reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReadCost {
    /// A few rows that an index leads to.
    Small,
    /// So many rows that some such queries at once would keep all others waiting.
    Large,
}

/// A store: it runs work in transactions, away from the request threads.
pub trait UnitOfWork: Clone + Send + Sync + 'static {
    /// What the work sees.
    type Connection: Journaled + 'static;

    /// Runs work that only reads, on one consistent snapshot.
    fn read<T, W>(&self, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static;

    /// As [`UnitOfWork::read`], for work of this cost. Large reads take turns with one another, and never every connection.
    fn read_at_cost<T, W>(&self, cost: ReadCost, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static,
    {
        let _ = cost;
        self.read(work)
    }

    /// Runs work in a transaction. An error takes everything back; success is durable before this returns. The work may
    /// run several times when the database asks for a retry.
    fn write<T, W>(&self, fate: Fate, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static;

    /// As [`UnitOfWork::write`] with [`Fate::Commit`]. The work also says which topics are stale; their epochs advance right
    /// after the commit, before the caller hears of it. A store does so also when the caller went away meanwhile.
    fn commit<T, W>(&self, epochs: Arc<Epochs>, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<(T, Vec<Topic>)> + Send + 'static,
    {
        let written = self.write(Fate::Commit, work);
        async move {
            let (done, topics) = written.await?;
            epochs.advance_all(&topics);
            Ok(done)
        }
    }
}
