//! HotReads kept for a moment.
//!
//! A fact is good while its topic's epoch stands and for at most two seconds. The epoch is read before the fact is, so a
//! read that overlaps a commit is stale at once; the two seconds bound what can be missed when another process changed
//! the database and no news of it came.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};

use aedile_kernel::{Epochs, Result, Timestamp, Topic, UserId};
use moka::sync::Cache;
use tokio::sync::Mutex;

/// The longest a fact is trusted without being read again, in microseconds.
const GOOD_FOR: i64 = 2_000_000;
/// The most users remembered at a time.
const MOST_USERS: u64 = 100_000;

struct Fact<T> {
    value: Arc<T>,
    epoch: u64,
    read_at: Timestamp,
}

impl<T> Clone for Fact<T> {
    fn clone(&self) -> Self {
        Self { value: Arc::clone(&self.value), epoch: self.epoch, read_at: self.read_at }
    }
}

impl<T> Fact<T> {
    fn is_good(&self, epoch: u64, now: Timestamp) -> bool {
        self.epoch == epoch && (0..GOOD_FOR).contains(&(now.as_micros() - self.read_at.as_micros()))
    }
}

/// One fact.
pub(crate) struct Cached<T> {
    topic: Topic,
    fact: RwLock<Option<Fact<T>>>,
    reading: Mutex<()>,
}

impl<T> Cached<T> {
    pub(crate) fn new(topic: Topic) -> Self {
        Self { topic, fact: RwLock::new(None), reading: Mutex::new(()) }
    }

    /// The fact, read anew when it is no longer good. One caller reads, the others wait for it.
    pub(crate) async fn get<F, R>(&self, epochs: &Epochs, now: Timestamp, read: F) -> Result<Arc<T>>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<T>>,
    {
        if let Some(value) = self.good(epochs.current(self.topic), now) {
            return Ok(value);
        }
        let _one_at_a_time = self.reading.lock().await;
        let epoch = epochs.current(self.topic);
        if let Some(value) = self.good(epoch, now) {
            return Ok(value);
        }
        let value = Arc::new(read().await?);
        let fact = Fact { value: Arc::clone(&value), epoch, read_at: now };
        *self.fact.write().unwrap_or_else(PoisonError::into_inner) = Some(fact);
        Ok(value)
    }

    fn good(&self, epoch: u64, now: Timestamp) -> Option<Arc<T>> {
        let fact = self.fact.read().unwrap_or_else(PoisonError::into_inner);
        fact.as_ref().filter(|fact| fact.is_good(epoch, now)).map(|fact| Arc::clone(&fact.value))
    }
}

/// One fact a user.
pub(crate) struct CachedByUser<T> {
    topic: Topic,
    facts: Cache<UserId, Fact<T>>,
}

impl<T: Send + Sync + 'static> CachedByUser<T> {
    pub(crate) fn new(topic: Topic) -> Self {
        Self { topic, facts: Cache::new(MOST_USERS) }
    }

    /// The fact about `user`, read anew when it is no longer good; what is not there is not remembered.
    pub(crate) async fn get<F, R>(
        &self,
        user: &UserId,
        epochs: &Epochs,
        now: Timestamp,
        read: F,
    ) -> Result<Option<Arc<T>>>
    where
        F: FnOnce() -> R,
        R: Future<Output = Result<Option<T>>>,
    {
        let epoch = epochs.current(self.topic);
        if let Some(fact) = self.facts.get(user).filter(|fact| fact.is_good(epoch, now)) {
            return Ok(Some(fact.value));
        }
        let Some(value) = read().await?.map(Arc::new) else { return Ok(None) };
        self.facts.insert(user.clone(), Fact { value: Arc::clone(&value), epoch, read_at: now });
        Ok(Some(value))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    fn at(micros: i64) -> Timestamp {
        Timestamp::from_micros(1_000_000_000 + micros)
    }

    #[tokio::test]
    async fn a_fact_is_read_again_after_a_change_and_after_two_seconds() {
        let (epochs, cached, reads) = (Epochs::default(), Cached::new(Topic::Flags), AtomicU32::new(0));
        let read = || async { Ok(reads.fetch_add(1, Ordering::Relaxed)) };
        assert_eq!(*cached.get(&epochs, at(0), read).await.unwrap(), 0);
        assert_eq!(*cached.get(&epochs, at(GOOD_FOR - 1), read).await.unwrap(), 0);
        epochs.advance(Topic::Rules);
        assert_eq!(*cached.get(&epochs, at(1), read).await.unwrap(), 0, "another topic's news is no news");
        epochs.advance(Topic::Flags);
        assert_eq!(*cached.get(&epochs, at(1), read).await.unwrap(), 1);
        assert_eq!(*cached.get(&epochs, at(1 + GOOD_FOR), read).await.unwrap(), 2);
    }

    #[tokio::test]
    async fn c_10_a_read_that_overlaps_a_change_is_not_kept() {
        let (epochs, cached) = (Epochs::default(), CachedByUser::new(Topic::Access));
        let user = UserId::parse("user_a").unwrap();
        let overlapping = || async {
            epochs.advance(Topic::Access);
            Ok(Some("before"))
        };
        assert_eq!(*cached.get(&user, &epochs, at(0), overlapping).await.unwrap().unwrap(), "before");
        let after = || async { Ok(Some("after")) };
        assert_eq!(*cached.get(&user, &epochs, at(1), after).await.unwrap().unwrap(), "after");
    }
}
