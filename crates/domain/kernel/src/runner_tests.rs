//! The pipeline, over a port in memory.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::*;
use crate::caller::{Credential, IdempotencyKey, Impersonator};
use crate::change::Change;
use crate::id::UserId;
use crate::mock::{self, MockStore};
use crate::permission::{Permission, PermissionSet};
use crate::registry::{Mode, Operations, Registry};
use crate::{Event, Message, Status, Topic};

/// A port with one number behind it.
pub(crate) trait Counter: Send {
    fn add(&mut self, by: i64) -> i64;
    fn value(&mut self) -> i64;
}

impl Counter for i64 {
    fn add(&mut self, by: i64) -> i64 {
        *self += by;
        *self
    }

    fn value(&mut self) -> i64 {
        *self
    }
}

/// Adds to the counter; zero is no change, less is refused.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct Add {
    pub(crate) by: i64,
}

impl Operation for Add {
    const NAME: &'static str = "counter.add";
    const PERMISSION: Permission = Permission::ConfigWrite;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "counter";
    const TAKES_IDEMPOTENCY_KEY: bool = true;
    type Repository = dyn Counter;
    type Output = Sum;

    fn resource_id(&self) -> Option<String> {
        Some("the one".into())
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub(crate) struct Sum(pub(crate) i64);

impl Command for Add {
    fn run(&self, counter: &mut Self::Repository, _: &Context) -> Result<Change<Sum>> {
        let before = counter.value();
        if self.by < 0 {
            return Err(Error::conflict("the counter only grows"));
        }
        let after = counter.add(self.by);
        Ok(Change::of("counter", "the one")
            .before(&json!({ "value": before }))
            .after(&json!({ "value": after }))
            .send(Message { topic: "mail".into(), payload: json!(after) })
            .invalidate(Topic::Rules)
            .emit(Event::ReviewWritten { reviewer: user("user_a"), seller: user("user_b") })
            .returning(Sum(after)))
    }
}

/// Reads the counter.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
pub(crate) struct Read {}

impl Operation for Read {
    const NAME: &'static str = "counter.read";
    const PERMISSION: Permission = Permission::ConfigRead;
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = "counter";
    type Repository = dyn Counter;
    type Output = Sum;
}

impl Query for Read {
    fn run(&self, counter: &mut Self::Repository, _: &Context) -> Result<Sum> {
        Ok(Sum(counter.value()))
    }
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

pub(crate) type Store = MockStore<dyn Counter>;

pub(crate) fn runner() -> Runner<Store> {
    let counter: Box<dyn Counter> = Box::new(0_i64);
    let store = MockStore::new(counter);
    mock::runner(store, &Arc::new(Epochs::default()))
}

pub(crate) fn caller(permissions: &[Permission]) -> Caller {
    let permissions = PermissionSet::USER.union(permissions.iter().copied().collect());
    Caller::user(&user("user_a"), None, Credential::LocalToken, permissions)
}

pub(crate) fn writer() -> Caller {
    caller(&[Permission::ConfigWrite])
}

pub(crate) fn with_key(key: &str, fingerprint: u8) -> Caller {
    Caller { idempotency_key: Some(IdempotencyKey::new(key, [fingerprint; 32]).unwrap()), ..writer() }
}

#[tokio::test]
async fn a_change_is_audited_once_and_its_news_are_told() {
    let runner = runner();
    let before = runner.epochs().current(Topic::Rules);
    let done = runner.command(&writer(), Add { by: 2 }).await.unwrap();
    assert_eq!(done, Done { output: Sum(2), replayed: false });
    let journal = runner.store().journal();
    let [row] = journal.entries.as_slice() else { panic!("one row") };
    assert_eq!((row.action.as_str(), row.actor_id.as_str(), row.status), ("counter.add", "user_a", Status::Success));
    assert_eq!((row.old_values.as_deref(), row.new_values.as_deref()), (Some("{\"value\":0}"), Some("{\"value\":2}")));
    assert_eq!(journal.messages.iter().map(|m| m.topic.as_str()).collect::<Vec<_>>(), ["mail"]);
    assert_eq!(runner.epochs().current(Topic::Rules), before + 1);
}

/// Watches the counter, and does not let it pass ten.
fn watched() -> Runner<Store> {
    runner().with_watcher(Arc::new(|connection, event, cx| {
        let counter: &mut dyn Counter = connection.view();
        if counter.value() > 10 {
            return Err(Error::conflict("ten is enough"));
        }
        Ok(Change::of("note", cx.caller.actor_id.as_str()).after(event).as_action("note.write"))
    }))
}

#[tokio::test]
async fn who_watches_an_event_adds_to_the_change() {
    let runner = watched();
    runner.command(&writer(), Add { by: 2 }).await.unwrap();
    let actions: Vec<String> = runner.store().journal().entries.into_iter().map(|entry| entry.action).collect();
    assert_eq!(actions, ["counter.add", "note.write"]);
    assert_eq!(runner.preview(&writer(), Add { by: 2 }).await.unwrap().records.len(), 2);
}

#[tokio::test]
async fn who_watches_an_event_can_refuse_the_change() {
    let refused = watched().command(&writer(), Add { by: 11 }).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(_)), "{refused}");
}

#[tokio::test]
async fn a_change_that_cannot_be_audited_is_refused() {
    let unwritable = |_: &mut _, _: &Event, _: &Context| {
        Ok(Change::of("note", 1).after(&std::collections::BTreeMap::from([((1, 2), "keys of JSON are text")])))
    };
    let refused = runner().with_watcher(Arc::new(unwritable)).command(&writer(), Add { by: 2 }).await.unwrap_err();
    assert!(matches!(refused, Error::Internal(_)), "{refused}");
}

#[tokio::test]
async fn no_change_leaves_no_row() {
    let runner = runner();
    runner.command(&writer(), Add { by: 0 }).await.unwrap();
    assert!(runner.store().journal().entries.is_empty());
}

#[tokio::test]
async fn a_denied_attempt_is_audited_and_does_nothing() {
    let runner = runner();
    let error = runner.command(&caller(&[Permission::ConfigRead]), Add { by: 2 }).await.unwrap_err();
    assert!(matches!(error, Error::Denied(Permission::ConfigWrite)));
    let entries = runner.store().journal().entries;
    assert_eq!(entries.iter().map(|row| row.status).collect::<Vec<_>>(), [Status::Denied]);
    assert_eq!(entries[0].resource_id.as_deref(), Some("the one"));
    let reader = caller(&[Permission::ConfigRead]);
    assert_eq!(runner.query(&reader, Read {}).await.unwrap(), Sum(0));
    assert!(runner.query(&writer(), Read {}).await.is_err());
    assert_eq!(runner.store().journal().entries.len(), 2, "a denied read is audited too");
}

#[tokio::test]
async fn nobody_at_all_is_told_to_sign_in() {
    let runner = runner();
    let error = runner.command(&Caller::anonymous(), Add { by: 2 }).await.unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(_)));
    assert!(runner.store().journal().entries.is_empty());
}

#[tokio::test]
async fn what_a_rule_refuses_is_audited_with_its_reason() {
    let runner = runner();
    runner.command(&writer(), Add { by: -1 }).await.unwrap_err();
    let journal = runner.store().journal();
    let [row] = journal.entries.as_slice() else { panic!("one row") };
    assert_eq!(row.status, Status::Failure);
    assert!(row.metadata.as_deref().unwrap().contains("the counter only grows"));
    assert!(journal.messages.is_empty());
}

#[tokio::test]
async fn a_preview_says_what_would_change_and_changes_nothing() {
    let runner = runner();
    let preview = runner.preview(&writer(), Add { by: 2 }).await.unwrap();
    assert_eq!(preview.records[0].new_values, Some(json!({ "value": 2 })));
    let journal = runner.store().journal();
    assert!(journal.entries.is_empty() && journal.messages.is_empty());
    assert!(runner.preview(&caller(&[]), Add { by: 2 }).await.is_err(), "a preview needs the permission too");
}

#[tokio::test]
async fn the_same_key_gives_the_same_answer_and_one_effect() {
    let runner = runner();
    let first = runner.command(&with_key("order-1", 1), Add { by: 2 }).await.unwrap();
    let second = runner.command(&with_key("order-1", 1), Add { by: 2 }).await.unwrap();
    assert_eq!((first.replayed, second.replayed), (false, true));
    assert_eq!(first.output, second.output);
    let reused = runner.command(&with_key("order-1", 2), Add { by: 3 }).await.unwrap_err();
    assert!(matches!(reused, Error::IdempotencyKeyReused));
    let other = runner.command(&with_key("order-2", 1), Add { by: 2 }).await.unwrap();
    assert_eq!((other.output, other.replayed), (Sum(4), false));
}

#[tokio::test]
async fn a_refusal_is_judged_anew() {
    let runner = runner();
    for _ in 0..2 {
        assert!(runner.command(&with_key("order-1", 1), Add { by: -1 }).await.is_err());
    }
    assert!(!runner.command(&with_key("order-1", 1), Add { by: 1 }).await.unwrap().replayed);
}

fn operations(runner: Runner<Store>) -> Operations {
    let mut registry = Registry::default();
    registry.command::<Add>().query::<Read>();
    registry.bind(&Arc::new(runner))
}

#[tokio::test]
async fn operations_run_from_json_by_name() {
    let operations = operations(runner());
    let names: Vec<_> = operations.descriptions().map(|d| (d.name, d.permission, d.effect)).collect();
    assert_eq!(
        names,
        [
            ("counter.add", Permission::ConfigWrite, Effect::Write),
            ("counter.read", Permission::ConfigRead, Effect::Read)
        ]
    );
    let run = async |name: &str, input, mode| operations.run_json(&writer(), name, input, mode).await;
    assert_eq!(run("counter.add", json!({ "by": 2 }), Mode::Commit).await.unwrap().output, json!(2));
    assert_eq!(run("counter.add", json!({ "by": 2 }), Mode::Preview).await.unwrap().output["output"], json!(4));
    assert!(matches!(run("counter.add", json!({ "by": "x" }), Mode::Commit).await, Err(Error::Invalid(_))));
    assert!(matches!(run("counter.drop", json!({}), Mode::Commit).await, Err(Error::NotFound(_))));
    assert!(matches!(run("counter.read", json!({}), Mode::Commit).await, Err(Error::Denied(_))));
}

#[tokio::test]
async fn an_internal_command_runs_by_its_type_and_not_by_its_name() {
    let mut registry = Registry::default();
    registry.internal_command::<Add>().query::<Read>();
    let operations = registry.bind(&Arc::new(runner()));
    assert_eq!(operations.run(&writer(), Add { by: 2 }).await.unwrap().output, Sum(2));
    assert_eq!(operations.descriptions().map(|d| d.name).collect::<Vec<_>>(), ["counter.read"]);
    for mode in [Mode::Commit, Mode::Preview] {
        let run = operations.run_json(&writer(), "counter.add", json!({ "by": 2 }), mode).await;
        assert!(matches!(run, Err(Error::NotFound(_))), "{run:?}");
    }
}

#[tokio::test]
async fn a_preview_by_type_changes_nothing() {
    let runner = runner();
    let store = runner.store().clone();
    let operations = operations(runner);
    assert_eq!(operations.preview(&writer(), Add { by: 2 }).await.unwrap().output, Sum(2));
    assert!(store.journal().entries.is_empty() && store.journal().messages.is_empty());
    assert!(operations.preview(&writer(), Add { by: -1 }).await.is_err());
}

#[tokio::test]
async fn an_admin_who_acts_as_a_user_reads_only_and_is_audited() {
    let runner = runner();
    let writer = caller(&[Permission::ConfigWrite, Permission::ConfigRead]);
    let impersonator = Some(Impersonator { impersonation_id: 7, user_id: user("user_admin") });
    let caller = Caller { impersonator, ..writer };
    assert_eq!(runner.query(&caller, Read {}).await.unwrap(), Sum(0));
    let refused = runner.command(&caller, Add { by: 1 }).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let refused = runner.preview(&caller, Add { by: 1 }).await;
    assert!(matches!(refused, Err(Error::Forbidden(_))));
    let entries = runner.store().journal().entries;
    assert_eq!(entries.len(), 2);
    let metadata = entries[0].metadata.clone().unwrap();
    assert!(
        metadata.contains(r#""acted_by":"user_admin""#) && metadata.contains(r#""impersonation_id":7"#),
        "{metadata}"
    );
}
