//! Telling the other instances which cached facts are stale.

use std::time::Duration;

use aedile_kernel::{Error, Result, Topic};
use futures_util::StreamExt;
use redis::aio::{ConnectionManager, ConnectionManagerConfig};
use redis::{AsyncTypedCommands, Client, Msg, RedisError, Value};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval, sleep, timeout};

use crate::link::client;

const CHANNEL: &str = "aedile:news";
const PATIENCE: Duration = Duration::from_secs(1);
/// How often a silent connection is asked whether it still is one.
const PULSE: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(500);

/// News between instances, over Redis.
#[derive(Clone)]
pub struct RedisNews {
    client: Client,
    publisher: ConnectionManager,
}

/// Hears news until it is dropped.
#[must_use = "a listener that is dropped hears nothing"]
pub struct Listener(JoinHandle<()>);

impl Drop for Listener {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Why a connection for news ended.
#[derive(Debug, thiserror::Error)]
enum Ended {
    #[error("Redis did not answer in time")]
    Slow,
    #[error("Redis closed the connection")]
    Closed,
    #[error(transparent)]
    Redis(#[from] RedisError),
}

impl RedisNews {
    /// News over the Redis at `url`, which need not be there yet. Needs a Tokio runtime.
    ///
    /// # Errors
    /// `Invalid` about `REDIS_URL` when that is no address of a Redis.
    pub fn new(url: &str) -> Result<Self> {
        let client = client(url)?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(1)
            .set_max_delay(PAUSE)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let publisher = client.get_connection_manager_lazy(config).map_err(Error::internal)?;
        Ok(Self { client, publisher })
    }

    /// Tells all instances, this one too, that what is cached of these topics is stale.
    ///
    /// # Errors
    /// `Unavailable` while Redis is away.
    pub async fn publish(&self, topics: &[Topic]) -> Result<()> {
        let message = serde_json::to_string(topics).map_err(Error::internal)?;
        let unavailable = |error| Error::unavailable("Redis", error);
        self.publisher.clone().publish(CHANNEL, message).await.map(drop).map_err(unavailable)
    }

    /// Calls `hear` with the topics of each piece of news. Whatever may have been missed counts as news about every topic:
    /// each (re)connection, each message that can't be read, and, twice a second, the absence of Redis.
    pub fn listen(&self, hear: impl Fn(&[Topic]) + Send + Sync + 'static) -> Listener {
        let client = self.client.clone();
        Listener(tokio::spawn(async move {
            let mut was_up = true;
            loop {
                let mut came_up = false;
                let ended = hear_until_it_ends(&client, &hear, &mut came_up).await;
                if was_up || came_up {
                    tracing::warn!(error = %ended, "Redis is away; what is cached is read again twice a second");
                }
                was_up = false;
                hear(&Topic::ALL);
                sleep(PAUSE).await;
            }
        }))
    }
}

async fn hear_until_it_ends(client: &Client, hear: &(dyn Fn(&[Topic]) + Send + Sync), came_up: &mut bool) -> Ended {
    match hear_all(client, hear, came_up).await {
        Ok(()) => Ended::Closed,
        Err(ended) => ended,
    }
}

async fn hear_all(
    client: &Client,
    hear: &(dyn Fn(&[Topic]) + Send + Sync),
    came_up: &mut bool,
) -> std::result::Result<(), Ended> {
    let connection = timeout(PATIENCE, client.get_async_pubsub()).await.map_err(|_| Ended::Slow)??;
    let (mut sink, mut messages) = connection.split();
    timeout(PATIENCE, sink.subscribe(CHANNEL)).await.map_err(|_| Ended::Slow)??;
    *came_up = true;
    tracing::info!("news from other instances are heard");
    hear(&Topic::ALL);
    let mut pulse = interval(PULSE);
    pulse.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => hear(&topics_of(&message)),
                None => return Ok(()),
            },
            _ = pulse.tick() => {
                timeout(PATIENCE, sink.ping::<Value>()).await.map_err(|_| Ended::Slow)??;
            }
        }
    }
}

/// A newer instance may know topics that this one does not; it then hears that everything is stale.
fn topics_of(message: &Msg) -> Vec<Topic> {
    serde_json::from_slice(message.get_payload_bytes()).unwrap_or_else(|_| Topic::ALL.to_vec())
}
