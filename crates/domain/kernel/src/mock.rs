//! Stand-ins for tests of rules: a clock that stands still, seeded entropy, a journal and a store in memory.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use crate::access::{Access, Rights};
use crate::assurance::{Assurance, PersonalProof, SecondFactor};
use crate::audit::AuditEntry;
use crate::caller::{Caller, IdempotencyKey};
use crate::change::Message;
use crate::context::Context;
use crate::digest::sha256;
use crate::error::{Error, Result};
use crate::invalidation::{Epochs, Topic};
use crate::permission::{Permission, PermissionSet};
use crate::policy::Policy;
use crate::runner::Runner;
use crate::time::{Clock, Entropy, Timestamp};
use crate::unit_of_work::{Fate, Journal, Journaled, UnitOfWork, View};
use crate::{Credential, UserId};

/// 2026-01-15T10:30:00Z, the present of all tests of rules.
pub const NOW: i64 = 1_768_473_000_000_000;

/// A clock that stands at [`NOW`].
#[derive(Debug, Clone, Copy, Default)]
pub struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(NOW)
    }
}

/// The same bytes each time: SHA-256 of a counter.
#[derive(Debug, Default)]
pub struct SeededEntropy(Mutex<u64>);

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut counter = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(32) {
            *counter += 1;
            chunk.iter_mut().zip(sha256(&counter.to_be_bytes())).for_each(|(to, from)| *to = from);
        }
    }
}

/// The context of a call by a user with exactly these permissions, beside what every user has.
#[must_use]
pub fn context_of(user: &str, permissions: impl IntoIterator<Item = Permission>) -> Context {
    let permissions = PermissionSet::USER.union(permissions.into_iter().collect());
    let caller = UserId::parse(user).map_or_else(
        |_| Caller::anonymous(),
        |id| Caller::user(&id, Some(format!("{user}@example.com")), Credential::ProviderToken, permissions),
    );
    context(caller)
}

/// The context of a call by `caller` at [`NOW`].
#[must_use]
pub fn context(caller: Caller) -> Context {
    let (now, entropy) = (StoppedClock.now(), Arc::new(SeededEntropy::default()));
    Context { caller, now, entropy, policy: Policy::DEFAULT }
}

/// The same call by a person whose last proof of who they are is too old for operations of high risk.
#[must_use]
pub fn without_recent_proof(cx: Context) -> Context {
    let proved_at = cx.now.plus_seconds(-cx.policy.step_up.recent_seconds - 1);
    let proof = PersonalProof::here(proved_at, false, SecondFactor::default());
    Context { caller: Caller { assurance: Assurance::Person(proof), ..cx.caller }, ..cx }
}

/// A runner over `store` at [`NOW`], with the default policy.
#[must_use]
pub fn runner<S: UnitOfWork>(store: S, epochs: &Arc<Epochs>) -> Runner<S> {
    let entropy = Arc::new(SeededEntropy::default());
    Runner::new(store, Arc::new(StoppedClock), entropy, Arc::clone(epochs), Policy::DEFAULT)
}

/// A journal in memory.
#[derive(Debug, Default, Clone)]
pub struct MemoryJournal {
    /// The audit log.
    pub entries: Vec<AuditEntry>,
    /// The outbox.
    pub messages: Vec<Message>,
    /// What other processes were told is stale.
    pub invalidated: Vec<Topic>,
    replies: Vec<(String, String, IdempotencyKey, String)>,
}

impl Journal for MemoryJournal {
    fn find_reply(&mut self, actor_id: &str, operation: &str, key: &IdempotencyKey) -> Result<Option<String>> {
        let found = self.replies.iter().find(|(a, o, k, _)| a == actor_id && o == operation && k.key() == key.key());
        match found {
            Some((_, _, stored, _)) if stored != key => Err(Error::IdempotencyKeyReused),
            found => Ok(found.map(|(_, _, _, reply)| reply.clone())),
        }
    }

    fn store_reply(
        &mut self,
        actor_id: &str,
        operation: &str,
        key: &IdempotencyKey,
        reply: &str,
        _: Timestamp,
    ) -> Result<()> {
        self.replies.push((actor_id.to_owned(), operation.to_owned(), key.clone(), reply.to_owned()));
        Ok(())
    }

    fn enqueue(&mut self, message: &Message, _: Timestamp) -> Result<()> {
        self.messages.push(message.clone());
        Ok(())
    }

    fn append(&mut self, entry: &AuditEntry) -> Result<()> {
        self.entries.push(entry.clone());
        Ok(())
    }

    fn invalidate(&mut self, topics: &[Topic]) -> Result<()> {
        self.invalidated.extend_from_slice(topics);
        Ok(())
    }
}

/// What the rows say of callers: what they themselves say, until told otherwise.
#[derive(Debug, Default, Clone)]
pub struct MemoryAccess {
    /// What every caller may do now; `None` gives back the rights they came with.
    pub rights: Option<Rights>,
    /// Whether changes of access are locked.
    pub is_locked: bool,
    /// Whose account is held.
    pub held: Option<UserId>,
}

impl Access for MemoryAccess {
    fn find_rights(&mut self, caller: &Caller, _: Timestamp) -> Result<Rights> {
        Ok(self.rights.unwrap_or(Rights {
            permissions: caller.permissions,
            state: caller.state,
            assurance: caller.assurance,
        }))
    }

    fn hold_account(&mut self, user: &UserId) -> Result<()> {
        self.held = Some(user.clone());
        Ok(())
    }

    fn lock_changes(&mut self) -> Result<()> {
        self.is_locked = true;
        Ok(())
    }
}

/// A connection over a mocked port.
pub struct MockConnection<R: ?Sized> {
    repository: Box<R>,
    journal: MemoryJournal,
    access: MemoryAccess,
}

impl<R: ?Sized> View<R> for MockConnection<R> {
    fn view(&mut self) -> &mut R {
        &mut self.repository
    }
}

impl<R: ?Sized> Journaled for MockConnection<R> {
    fn journal(&mut self) -> &mut dyn Journal {
        &mut self.journal
    }

    fn access(&mut self) -> &mut dyn Access {
        &mut self.access
    }
}

/// A store over a mocked port: work runs at once, and a failed or previewed run leaves no trace in the journal.
pub struct MockStore<R: ?Sized>(Arc<Mutex<MockConnection<R>>>);

impl<R: ?Sized> Clone for MockStore<R> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<R: ?Sized + Send + 'static> MockStore<R> {
    /// A store over `repository`.
    #[must_use]
    pub fn new(repository: Box<R>) -> Self {
        let (journal, access) = (MemoryJournal::default(), MemoryAccess::default());
        Self(Arc::new(Mutex::new(MockConnection { repository, journal, access })))
    }

    /// What was locked so far.
    #[must_use]
    pub fn access(&self) -> MemoryAccess {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).access.clone()
    }

    /// Sets what the rows say of callers from now on.
    pub fn set_access(&self, access: MemoryAccess) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).access = access;
    }

    /// What was journaled so far.
    #[must_use]
    pub fn journal(&self) -> MemoryJournal {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).journal.clone()
    }

    fn run<T>(&self, fate: Fate, work: impl Fn(&mut MockConnection<R>) -> Result<T>) -> Result<T> {
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = connection.journal.clone();
        let result = work(&mut connection);
        if result.is_err() || fate == Fate::Rollback {
            connection.journal = before;
        }
        result
    }
}

impl<R: ?Sized + Send + 'static> UnitOfWork for MockStore<R> {
    type Connection = MockConnection<R>;

    fn read<T, W>(&self, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static,
    {
        std::future::ready(self.run(Fate::Rollback, work))
    }

    fn write<T, W>(&self, fate: Fate, work: W) -> impl Future<Output = Result<T>> + Send
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static,
    {
        std::future::ready(self.run(fate, work))
    }
}
