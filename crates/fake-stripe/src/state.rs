//! What everything that serves it shares.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::books::Books;
use crate::request::Verb;
use crate::signature::SignedEvent;
use crate::trouble::Trouble;

pub(crate) struct State {
    secret: String,
    /// Where its events go.
    pub(crate) webhook: Mutex<Option<String>>,
    books: Mutex<Books>,
    /// How far its clock is ahead.
    ahead: Mutex<Duration>,
    reads: Mutex<VecDeque<Trouble>>,
    writes: Mutex<VecDeque<Trouble>>,
    /// Held by whoever delivers, so that events go out in order.
    pub(crate) delivering: tokio::sync::Mutex<()>,
}

impl State {
    pub(crate) fn new(secret: &str) -> Self {
        Self {
            secret: secret.to_owned(),
            webhook: Mutex::default(),
            books: Mutex::default(),
            ahead: Mutex::default(),
            reads: Mutex::default(),
            writes: Mutex::default(),
            delivering: tokio::sync::Mutex::default(),
        }
    }

    /// Empty books whose links lead here.
    pub(crate) fn open_at(&self, url: &str) {
        *locked(&self.books) = Books::new(url, 0);
    }

    /// The books, at the present.
    pub(crate) fn books(&self) -> MutexGuard<'_, Books> {
        let now = seconds().saturating_add(locked(&self.ahead).as_secs());
        let mut books = locked(&self.books);
        books.set_now(i64::try_from(now).unwrap_or(i64::MAX));
        books
    }

    pub(crate) fn advance(&self, by: Duration) {
        let mut ahead = locked(&self.ahead);
        *ahead = ahead.saturating_add(by);
    }

    pub(crate) fn troubles(&self, verb: Verb) -> MutexGuard<'_, VecDeque<Trouble>> {
        locked(if verb == Verb::Get { &self.reads } else { &self.writes })
    }

    /// Signed by the real clock, which whoever takes it looks at.
    pub(crate) fn sign(&self, event: &Value) -> SignedEvent {
        SignedEvent::new(&self.secret, event, seconds())
    }
}

pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::disallowed_methods, reason = "events are signed for servers that look at the real time")]
fn seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
