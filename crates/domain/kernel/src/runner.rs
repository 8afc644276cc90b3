//! The one way an operation is carried out.

use std::sync::Arc;

use serde::Serialize;
use tracing::{Instrument, Span, field, info_span};

use crate::access::permit;
use crate::audit::AuditEntry;
use crate::caller::{Caller, Credential};
use crate::carry_out::{carry_out, preview};
use crate::change::Record;
use crate::context::Context;
use crate::error::{Error, Result};
use crate::event::Watcher;
use crate::invalidation::Epochs;
use crate::operation::{Command, Effect, Operation, Query};
use crate::policy::Policy;
use crate::time::{Clock, Entropy, Timestamp};
use crate::unit_of_work::{Fate, Journaled, UnitOfWork, View};

/// A command's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done<T> {
    /// The answer.
    pub output: T,
    /// Whether it is the stored answer to an earlier request with the same `Idempotency-Key`.
    pub replayed: bool,
}

/// What a command would do.
#[derive(Debug, Clone, Serialize)]
pub struct Preview<T> {
    /// The answer it would give.
    pub output: T,
    /// The records it would change.
    pub records: Vec<Record>,
}

/// Carries operations through: rights, idempotency, rule, outbox, audit, commit, news.
pub struct Runner<S: UnitOfWork> {
    store: S,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    epochs: Arc<Epochs>,
    policy: Policy,
    watchers: Watchers<S::Connection>,
}

impl<S: UnitOfWork> Clone for Runner<S> {
    fn clone(&self) -> Self {
        Self {
            store: self.store.clone(),
            clock: Arc::clone(&self.clock),
            entropy: Arc::clone(&self.entropy),
            epochs: Arc::clone(&self.epochs),
            policy: self.policy,
            watchers: self.watchers.clone(),
        }
    }
}

/// Everybody who watches events, in the order they act.
type Watchers<K> = Vec<Watcher<K>>;

impl<S: UnitOfWork> Runner<S> {
    /// A runner over a store.
    pub fn new(
        store: S,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        epochs: Arc<Epochs>,
        policy: Policy,
    ) -> Self {
        Self { store, clock, entropy, epochs, policy, watchers: Vec::new() }
    }

    /// Also lets `watcher` act on events, in the transaction they happen in.
    #[must_use]
    pub fn with_watcher(mut self, watcher: Watcher<S::Connection>) -> Self {
        self.watchers.push(watcher);
        self
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// The present instant.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Where the time comes from.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Where randomness comes from.
    #[must_use]
    pub fn entropy(&self) -> &Arc<dyn Entropy> {
        &self.entropy
    }

    /// What this installation's settings decide.
    #[must_use]
    pub const fn policy(&self) -> Policy {
        self.policy
    }

    /// The counts by which caches know what is stale.
    #[must_use]
    pub fn epochs(&self) -> &Arc<Epochs> {
        &self.epochs
    }

    /// Checks the caller's account state and permission for `O` as they were when the request began, and audits a denial
    /// on an administrative operation. For entry points that must refuse before they read the input; [`Runner::command`],
    /// [`Runner::preview`] and [`Runner::query`] check by themselves, and the first two check again inside the transaction.
    ///
    /// # Errors
    /// `Unauthenticated`, `AccountState`, `Denied` or `ProofNeeded`; `Unavailable` when the refusal can't be audited.
    pub async fn authorize<O: Operation>(&self, caller: &Caller, resource_id: Option<String>) -> Result<()> {
        let recent_seconds = self.policy.step_up.recent_seconds;
        let Err(error) = permit::<O>(caller, self.clock.now(), recent_seconds) else { return Ok(()) };
        if caller.credential != Credential::Anonymous && is_watched::<O>(caller) {
            return Err(self.refuse::<O>(caller, resource_id, error).await);
        }
        Err(error)
    }

    /// Runs a query on one consistent snapshot.
    ///
    /// # Errors
    /// Of the permission, the rule, or the store.
    pub async fn query<Q: Query>(&self, caller: &Caller, query: Q) -> Result<Q::Output>
    where
        S::Connection: View<Q::Repository>,
    {
        let work = async {
            self.authorize::<Q>(caller, query.resource_id()).await?;
            let cx = self.context(caller);
            self.store.read_at_cost(query.cost(), move |connection| query.run(connection.view(), &cx)).await
        };
        self.observe::<Q, _>(caller, work).await
    }

    /// Runs a command and commits it; the answer is durable when this returns. What the command made stale is forgotten with
    /// the commit, also when the caller goes away before the answer.
    ///
    /// # Errors
    /// Of the account's state, the permission, the idempotency key, the rule, or the store; nothing is changed then.
    /// `Unavailable` when a refusal can't be audited.
    pub fn command<C: Command>(
        &self,
        caller: &Caller,
        command: C,
    ) -> impl Future<Output = Result<Done<C::Output>>> + Send
    where
        S::Connection: View<C::Repository>,
    {
        let work = async move {
            let resource_id = command.resource_id();
            self.authorize::<C>(caller, resource_id.clone()).await?;
            let (cx, watchers, epochs) = (self.context(caller), self.watchers.clone(), Arc::clone(&self.epochs));
            let committed =
                self.store.commit(epochs, move |connection| carry_out(connection, &command, &cx, &watchers)).await;
            match committed {
                Err(error) if error.is_refusal() && is_watched::<C>(caller) => {
                    Err(self.refuse::<C>(caller, resource_id, error).await)
                }
                result => result,
            }
        };
        self.observe::<C, _>(caller, work)
    }

    /// Runs a command and takes it back: what would it do?
    ///
    /// # Errors
    /// The ones [`Runner::command`] would give.
    pub async fn preview<C: Command>(&self, caller: &Caller, command: C) -> Result<Preview<C::Output>>
    where
        S::Connection: View<C::Repository>,
    {
        let work = async {
            let resource_id = command.resource_id();
            self.authorize::<C>(caller, resource_id.clone()).await?;
            let (cx, watchers) = (self.context(caller), self.watchers.clone());
            let result = self
                .store
                .write(Fate::Rollback, move |connection| {
                    let change = preview(connection, &command, &cx, &watchers)?;
                    Ok(Preview { output: change.output, records: change.records })
                })
                .await;
            match result {
                Err(error) if error.is_denial() && is_watched::<C>(caller) => {
                    Err(self.refuse::<C>(caller, resource_id, error).await)
                }
                result => result,
            }
        };
        self.observe::<C, _>(caller, work).await
    }

    fn context(&self, caller: &Caller) -> Context {
        let (now, entropy) = (self.clock.now(), Arc::clone(&self.entropy));
        Context { caller: caller.clone(), now, entropy, policy: self.policy }
    }

    /// Audits a refusal, and answers with what the caller gets to hear: the refusal itself, or that nothing goes on while
    /// attempts can't be audited.
    async fn refuse<O: Operation>(&self, caller: &Caller, resource_id: Option<String>, error: Error) -> Error {
        let entry =
            AuditEntry::of_refusal(caller, O::NAME, O::RESOURCE, resource_id.as_deref(), &error, self.clock.now());
        let written = self.store.write(Fate::Commit, move |connection| connection.journal().append(&entry)).await;
        let Err(failure) = written else { return error };
        metrics::counter!("aedile_audit_failures_total", "operation" => O::NAME).increment(1);
        tracing::error!(error = %Chain(&failure), operation = O::NAME, "a refused attempt could not be audited");
        Error::unavailable("the audit log", failure)
    }

    /// One span, one counter and one histogram for each operation.
    async fn observe<O: Operation, T>(&self, caller: &Caller, work: impl Future<Output = Result<T>>) -> Result<T> {
        let span = info_span!(
            "operation",
            operation = O::NAME,
            actor = caller.actor_id,
            request_id = caller.request.id,
            outcome = field::Empty
        );
        let started = self.clock.now();
        let result = work.instrument(span.clone()).await;
        report::<O>(&span, result.as_ref().err(), started, self.clock.now());
        result
    }
}

/// Whether refused attempts are audited: those in the admin area, and what an admin tries in a user's name.
fn is_watched<O: Operation>(caller: &Caller) -> bool {
    O::PERMISSION.is_administrative() || caller.impersonator.is_some()
}

fn report<O: Operation>(span: &Span, error: Option<&Error>, started: Timestamp, ended: Timestamp) {
    let outcome = error.map_or("ok", Error::code);
    span.record("outcome", outcome);
    metrics::counter!("aedile_operations_total", "operation" => O::NAME, "outcome" => outcome).increment(1);
    let micros = u32::try_from(ended.as_micros() - started.as_micros()).unwrap_or(0);
    metrics::histogram!("aedile_operation_seconds", "operation" => O::NAME).record(f64::from(micros) / 1e6);
    span.in_scope(|| match error {
        Some(error @ (Error::Internal(_) | Error::Unavailable { .. })) => {
            tracing::error!(error = %Chain(error), "operation failed");
        }
        Some(error) => tracing::debug!(%error, "operation refused"),
        None if O::EFFECT == Effect::Read => tracing::trace!("operation done"),
        None => tracing::info!("operation done"),
    });
}

/// An error with all its causes on one line, for the log.
pub struct Chain<'a>(pub &'a Error);

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = std::error::Error::source(self.0);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
#[path = "runner_commit_tests.rs"]
mod commit_tests;
#[cfg(test)]
#[path = "runner_tests.rs"]
pub(crate) mod tests;
