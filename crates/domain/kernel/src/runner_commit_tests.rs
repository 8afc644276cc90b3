//! What follows a commit, and what becomes of a refusal that can't be audited.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Deserialize;

use super::*;
use crate::caller::Credential;
use crate::change::Change;
use crate::id::UserId;
use crate::invalidation::Topic;
use crate::mock::{self, MockConnection, MockStore};
use crate::permission::{Permission, PermissionSet};

/// A port with a number behind it.
trait Counter: Send {
    fn add(&mut self, by: i64);
}

impl Counter for i64 {
    fn add(&mut self, by: i64) {
        *self += by;
    }
}

/// Adds to the counter; less than nothing is refused.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
struct Add {
    by: i64,
}

impl Operation for Add {
    const NAME: &'static str = "counter.add";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "counter";
    type Repository = dyn Counter;
    type Output = ();
}

impl Command for Add {
    fn run(&self, counter: &mut Self::Repository, _: &Context) -> Result<Change<()>> {
        if self.by < 0 {
            return Err(Error::conflict("the counter only grows"));
        }
        counter.add(self.by);
        Ok(Change::of("counter", 1).after(&self.by).invalidate(Topic::Rules))
    }
}

type Store = MockStore<dyn Counter>;

fn store() -> Store {
    let counter: Box<dyn Counter> = Box::new(0_i64);
    MockStore::new(counter)
}

fn caller(permissions: &[Permission]) -> Caller {
    let permissions = PermissionSet::USER.union(permissions.iter().copied().collect());
    Caller::user(&UserId::parse("user_a").unwrap(), None, Credential::LocalToken, permissions)
}

#[tokio::test]
async fn other_processes_are_told_of_what_was_committed_and_of_nothing_else() {
    let (runner, writer) = (mock::runner(store(), &Arc::new(Epochs::default())), caller(&[Permission::ConfigWrite]));
    runner.preview(&writer, Add { by: 2 }).await.unwrap();
    runner.command(&writer, Add { by: -1 }).await.unwrap_err();
    assert!(runner.store().journal().invalidated.is_empty());
    runner.command(&writer, Add { by: 2 }).await.unwrap();
    assert_eq!(runner.store().journal().invalidated, [Topic::Rules]);
}

/// A store whose audit log can't be written, as when the disk is full.
#[derive(Clone)]
struct Full(Store);

impl UnitOfWork for Full {
    type Connection = MockConnection<dyn Counter>;

    async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static,
    {
        self.0.read(work).await
    }

    async fn write<T, W>(&self, _: Fate, _: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Self::Connection) -> Result<T> + Send + 'static,
    {
        Err(Error::unavailable("the database", "disk full"))
    }
}

#[tokio::test]
async fn a_refusal_that_cannot_be_audited_is_an_error_that_is_seen() {
    let runner = mock::runner(Full(store()), &Arc::new(Epochs::default()));
    let refused = runner.command(&caller(&[]), Add { by: 2 }).await.unwrap_err();
    assert!(matches!(&refused, Error::Unavailable { what: "the audit log", .. }), "{refused}");
}
