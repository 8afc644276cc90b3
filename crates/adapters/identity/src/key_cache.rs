//! Keeps the provider's keys at hand.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aedile_kernel::{Clock, Error, Result, Timestamp};
use reqwest::{Client, Response, Url};
use tokio::sync::Mutex;

use crate::jwks::{KeySet, ProviderKey};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(5);
const MAX_BODY: usize = 1024 * 1024;

/// After this long, keys are fetched again behind the back of whoever asks.
const FRESH_SECONDS: i64 = 10 * 60;
/// The least time between two fetches while there are keys to serve, so unknown key ids can't hammer the provider.
const PAUSE_SECONDS: i64 = 60;
/// The least time between two fetches while there are none.
const PAUSE_WITHOUT_KEYS_SECONDS: i64 = 5;

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// The keys, and how to get them. One fetch at a time.
pub(crate) struct KeyCache {
    client: Client,
    url: Url,
    clock: Arc<dyn Clock>,
    kept: RwLock<Option<Kept>>,
    attempted_at: AtomicI64,
    flight: Arc<Mutex<()>>,
}

#[derive(Clone)]
struct Kept {
    keys: Arc<KeySet>,
    fetched_at: Timestamp,
}

impl KeyCache {
    pub(crate) fn new(url: Url, clock: Arc<dyn Clock>) -> Result<Self> {
        let client = Client::builder()
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(TOTAL_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(Error::internal)?;
        Ok(Self {
            client,
            url,
            clock,
            kept: RwLock::default(),
            attempted_at: AtomicI64::new(i64::MIN),
            flight: Arc::default(),
        })
    }

    /// The key with this id, `None` when the provider has no such key.
    ///
    /// # Errors
    /// `Unavailable` when there are no keys at all.
    pub(crate) async fn key(self: &Arc<Self>, id: &str) -> Result<Option<ProviderKey>> {
        let kept = self.kept();
        if let Some(Kept { keys, fetched_at }) = &kept
            && let Some(key) = keys.get(id)
        {
            if self.has_passed(FRESH_SECONDS, fetched_at.as_micros()) {
                self.refetch_in_background();
            }
            return Ok(Some(key.clone()));
        }
        let pause = if kept.is_some() { PAUSE_SECONDS } else { PAUSE_WITHOUT_KEYS_SECONDS };
        if self.is_due(pause) {
            let _flight = self.flight.lock().await;
            if self.is_due(pause) {
                self.fetch_and_keep().await;
            }
        } else if kept.is_none() {
            // Whoever fetches right now may be about to succeed.
            let _flight = self.flight.lock().await;
        }
        match self.kept() {
            Some(Kept { keys, .. }) => Ok(keys.get(id).cloned()),
            None => Err(Error::Unavailable { what: "the identity provider", source: None }),
        }
    }

    fn refetch_in_background(self: &Arc<Self>) {
        if !self.is_due(PAUSE_SECONDS) {
            return;
        }
        if let Ok(flight) = Arc::clone(&self.flight).try_lock_owned() {
            let cache = Arc::clone(self);
            tokio::spawn(async move {
                cache.fetch_and_keep().await;
                drop(flight);
            });
        }
    }

    /// Whether the last attempt is at least this long ago.
    fn is_due(&self, pause_seconds: i64) -> bool {
        self.has_passed(pause_seconds, self.attempted_at.load(Ordering::Acquire))
    }

    /// A clock that was set back must not put the next fetch off, so an instant in the future has passed too.
    fn has_passed(&self, seconds: i64, since_micros: i64) -> bool {
        let elapsed = self.clock.now().as_micros().saturating_sub(since_micros);
        !(0..seconds.saturating_mul(1_000_000)).contains(&elapsed)
    }

    /// Only whoever holds the flight calls this.
    async fn fetch_and_keep(&self) {
        self.attempted_at.store(self.clock.now().as_micros(), Ordering::Release);
        match self.fetch().await {
            Ok(keys) => {
                let kept = Kept { keys: Arc::new(keys), fetched_at: self.clock.now() };
                *self.kept.write().unwrap_or_else(PoisonError::into_inner) = Some(kept);
            }
            Err(error) => tracing::warn!(%error, "the identity provider's keys could not be fetched"),
        }
    }

    async fn fetch(&self) -> std::result::Result<KeySet, Failure> {
        let response = self.client.get(self.url.clone()).send().await?;
        if !response.status().is_success() {
            return Err(format!("it answered {}", response.status()).into());
        }
        let body = bounded(response).await?;
        KeySet::read(&body).ok_or_else(|| "it answered without a usable key".into())
    }

    fn kept(&self) -> Option<Kept> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

async fn bounded(mut response: Response) -> std::result::Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_BODY {
            return Err("it answered with more than 1 MiB".into());
        }
    }
    Ok(body)
}
