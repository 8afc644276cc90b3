//! The one connection to Redis that requests wait for: given up at the first failure, regained in the background.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, Weak};
use std::time::Duration;

use aedile_kernel::{Error, Result};
use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, RedisError};

/// How long a request waits for Redis.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(500);

/// A client of the Redis at `url`.
pub(crate) fn client(url: &str) -> Result<Client> {
    Client::open(url).map_err(|_| Error::invalid("REDIS_URL", "must look like redis://host:6379"))
}

/// A connection that is there or not, and comes back by itself.
pub(crate) struct Link {
    client: Client,
    current: RwLock<Option<Live>>,
    generation: AtomicU64,
}

/// A connection, with the number that tells it from the ones before.
#[derive(Clone)]
pub(crate) struct Live {
    pub(crate) connection: MultiplexedConnection,
    generation: u64,
}

impl Link {
    /// Connects, or goes on trying in the background.
    pub(crate) async fn open(client: Client) -> Arc<Self> {
        let link = Arc::new(Self { client, current: RwLock::default(), generation: AtomicU64::new(0) });
        match link.connect().await {
            Ok(live) => link.set(live),
            Err(error) => {
                tracing::warn!(%error, "Redis is away; each instance counts by itself");
                regain(Arc::downgrade(&link));
            }
        }
        link
    }

    /// The connection, `None` while Redis is away.
    pub(crate) fn live(&self) -> Option<Live> {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn is_up(&self) -> bool {
        self.current.read().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Gives the connection up. Of the many who see it fail only the first says so in the log and sets out to regain it.
    pub(crate) fn give_up(self: &Arc<Self>, failed: &Live, error: &dyn std::error::Error) {
        let was_first = {
            let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
            let is_current = current.as_ref().is_some_and(|live| live.generation == failed.generation);
            if is_current {
                *current = None;
            }
            is_current
        };
        if was_first {
            tracing::warn!(%error, "Redis is away; each instance counts by itself");
            regain(Arc::downgrade(self));
        }
    }

    async fn connect(&self) -> std::result::Result<Live, RedisError> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(CONNECT_TIMEOUT))
            .set_response_timeout(Some(CONNECT_TIMEOUT));
        let mut connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        redis::cmd("PING").query_async::<()>(&mut connection).await?;
        connection.set_response_timeout(PATIENCE);
        Ok(Live { connection, generation: self.generation.fetch_add(1, Ordering::Relaxed) })
    }

    fn set(&self, live: Live) {
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = Some(live);
    }
}

/// Tries to connect until it works or nobody needs the link any more.
fn regain(link: Weak<Link>) {
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(PAUSE).await;
            let Some(link) = link.upgrade() else { return };
            if let Ok(live) = link.connect().await {
                tracing::info!("Redis is back; all instances count together");
                link.set(live);
                return;
            }
        }
    });
}
