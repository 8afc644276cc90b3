//! What the pages need of the server they are part of.

use aedile_kernel::caller::IdempotencyKey;
use aedile_kernel::registry::{Description, Mode};
use aedile_kernel::{Caller, Done, InstallationKey, Operation, Operations, PageRequest, Query, Result, Timestamp};
use async_trait::async_trait;
use serde_json::Value;

use crate::health::Health;
use crate::view::minute;

/// Whoever is signed in.
#[derive(Debug, Clone)]
pub struct Person {
    /// What to call them.
    pub name: String,
    /// Whether they sell.
    pub is_seller: bool,
    /// Whether they signed in here, so that they can sign out here.
    pub has_local_session: bool,
    /// What is to be known while an admin acts as this person.
    pub acting: Option<Acting>,
}

/// That an admin acts as whoever is signed in.
#[derive(Debug, Clone)]
pub struct Acting {
    /// When it ends by itself.
    pub until: Timestamp,
    /// Reason that the admin gave.
    pub reason: String,
}

impl Acting {
    pub(crate) fn ends(&self) -> String {
        minute(&self.until)
    }
}

/// A server, for the person who is signed in.
#[async_trait]
pub trait DashboardBackend: Send + Sync {
    /// Who is signed in.
    fn person(&self) -> &Person;

    /// Every operation, by its type.
    fn operations(&self) -> &Operations;

    /// The person as the caller of the operation of this name, with the permissions that count for it.
    fn caller(&self, operation: &str) -> Caller;

    /// What the operation of this name is; `None` when the person may not run it, or it has no form.
    fn description(&self, operation: &str) -> Option<&Description>;

    /// The operation that the one of this name tests; `None` when it tests none that the person may run.
    fn tested_with(&self, test: &str) -> Option<&Description>;

    /// Runs the operation of this name, for good or as a preview.
    async fn run(&self, operation: &str, input: Value, mode: Mode, key: Option<IdempotencyKey>) -> Result<Done<Value>>;

    /// What cursors in links are sealed with.
    fn installation_key(&self) -> &InstallationKey;

    /// What a form shows to prove that it is ours.
    fn form_token(&self) -> &str;

    /// A word nobody can guess.
    fn draw(&self) -> String;

    /// What the server says of itself.
    async fn health(&self) -> Health;

    /// The present instant.
    fn now(&self) -> Timestamp;
}

impl dyn DashboardBackend + '_ {
    /// Runs a query.
    pub(crate) async fn read<Q: Query>(&self, query: Q) -> Result<Q::Output> {
        Ok(self.operations().run(&self.caller(Q::NAME), query).await?.output)
    }

    /// Whether the person may run an operation.
    pub(crate) fn may<O: Operation>(&self) -> bool {
        self.caller(O::NAME).permissions.contains(O::PERMISSION)
    }

    /// Whether the person may run the operation of this name by a form.
    pub(crate) fn offers(&self, operation: &str) -> bool {
        self.description(operation).is_some()
    }

    /// A page of a list, behind the cursor of a link.
    pub(crate) fn page(&self, limit: u32, cursor: Option<&str>) -> Result<PageRequest> {
        PageRequest::new(self.installation_key(), Some(limit.into()), None, cursor)
    }
}
