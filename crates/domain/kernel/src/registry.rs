//! Every operation by type and by name: what entry points, documents and coverage tests are made from.
//!
//! A [`Registry`] is filled by the domain crates and then bound to a runner. The [`Operations`] that result no longer
//! name the store, so an entry point needs to know nothing of it.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use crate::access::Authority;
use crate::assurance::ProofNeeded;
use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::input;
use crate::operation::{Admits, Command, Effect, Operation, Prefill, Query};
use crate::permission::Permission;
use crate::runner::{Done, Preview, Runner};
use crate::unit_of_work::{UnitOfWork, View};

/// What an operation is, without running it.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// `noun.verb`.
    pub name: &'static str,
    /// The permission it needs.
    pub permission: Permission,
    /// What can give the caller that permission.
    #[serde(skip)]
    pub authorities: &'static [Authority],
    /// What it does to the world.
    pub effect: Effect,
    /// Which accounts may do it.
    #[serde(skip)]
    pub admits: Admits,
    /// How far the caller must have proved who they are.
    #[serde(skip)]
    pub proof: ProofNeeded,
    /// Whether an admin who acts as the user may do it.
    #[serde(skip)]
    pub admits_impersonator: bool,
    /// The kind of thing it is done to.
    pub resource: &'static str,
    /// Whether a caller's `Idempotency-Key` is honoured.
    pub takes_idempotency_key: bool,
    /// Whether doing it again with the same input changes nothing more.
    pub idempotent: bool,
    /// Whether it reaches people or services beyond the server.
    pub reaches_out: bool,
    /// The fields whose product is how many US dollars it gives away.
    pub gives_away: &'static [&'static str],
    /// Where its form finds the present values.
    #[serde(skip)]
    pub prefill: Option<Prefill>,
    /// The operation that does it for the caller alone, as a test.
    #[serde(skip)]
    pub tested_by: Option<&'static str>,
    /// Whether every user has a form for it in the dashboard.
    #[serde(skip)]
    pub has_own_form: bool,
    /// The verb of its command, where it is not that of its name.
    #[serde(skip)]
    pub command_verb: Option<&'static str>,
    /// The JSON Schema of the input; its `description` says what the operation is for.
    pub input: Schema,
    /// The JSON Schema of the answer.
    pub output: Schema,
}

impl Description {
    /// Describes `O`, whose input is asked for as `I`.
    #[must_use]
    pub fn of<O: Operation, I: JsonSchema, Out: JsonSchema>() -> Self {
        let (mut input, mut output) = (SchemaGenerator::default(), SchemaGenerator::default());
        Self {
            name: O::NAME,
            permission: O::PERMISSION,
            authorities: O::AUTHORITIES,
            effect: O::EFFECT,
            admits: O::ADMITS,
            proof: O::PROOF,
            admits_impersonator: O::ADMITS_IMPERSONATOR,
            resource: O::RESOURCE,
            takes_idempotency_key: O::TAKES_IDEMPOTENCY_KEY,
            idempotent: O::IDEMPOTENT,
            reaches_out: O::REACHES_OUT,
            gives_away: O::GIVES_AWAY,
            prefill: O::PREFILL,
            tested_by: O::TESTED_BY,
            has_own_form: O::HAS_OWN_FORM,
            command_verb: O::COMMAND_VERB,
            input: input.root_schema_for::<I>(),
            output: output.root_schema_for::<Out>(),
        }
    }

    /// What the operation is for, as its documentation says.
    #[must_use]
    pub fn summary(&self) -> &str {
        self.input.get("description").and_then(Value::as_str).unwrap_or_default()
    }
}

/// How a run from JSON ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For good.
    Commit,
    /// Taken back, and the answer is a [`Preview`]; a query just runs.
    Preview,
}

type Running<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

/// Runs operations of one type, over a store it does not name.
trait Execute<O: Operation>: Send + Sync {
    fn authorize<'a>(&'a self, caller: &'a Caller, resource_id: Option<String>) -> Running<'a, ()>;
    fn run<'a>(&'a self, caller: &'a Caller, operation: O) -> Running<'a, Done<O::Output>>;
    /// `None` for a query, which changes nothing anyway.
    fn preview<'a>(&'a self, caller: &'a Caller, operation: O) -> Option<Running<'a, Preview<O::Output>>>;
}

struct AsCommand<S: UnitOfWork>(Arc<Runner<S>>);
struct AsQuery<S: UnitOfWork>(Arc<Runner<S>>);

impl<C: Command, S: UnitOfWork> Execute<C> for AsCommand<S>
where
    S::Connection: View<C::Repository>,
{
    fn authorize<'a>(&'a self, caller: &'a Caller, resource_id: Option<String>) -> Running<'a, ()> {
        Box::pin(self.0.authorize::<C>(caller, resource_id))
    }

    fn run<'a>(&'a self, caller: &'a Caller, command: C) -> Running<'a, Done<C::Output>> {
        Box::pin(self.0.command(caller, command))
    }

    fn preview<'a>(&'a self, caller: &'a Caller, command: C) -> Option<Running<'a, Preview<C::Output>>> {
        Some(Box::pin(self.0.preview(caller, command)))
    }
}

impl<Q: Query, S: UnitOfWork> Execute<Q> for AsQuery<S>
where
    S::Connection: View<Q::Repository>,
{
    fn authorize<'a>(&'a self, caller: &'a Caller, resource_id: Option<String>) -> Running<'a, ()> {
        Box::pin(self.0.authorize::<Q>(caller, resource_id))
    }

    fn run<'a>(&'a self, caller: &'a Caller, query: Q) -> Running<'a, Done<Q::Output>> {
        Box::pin(async move { Ok(Done { output: self.0.query(caller, query).await?, replayed: false }) })
    }

    fn preview<'a>(&'a self, _: &'a Caller, _: Q) -> Option<Running<'a, Preview<Q::Output>>> {
        None
    }
}

/// Runs operations of one type from JSON.
trait ExecuteJson: Send + Sync {
    fn run<'a>(&'a self, caller: &'a Caller, input: Value, mode: Mode) -> Running<'a, Done<Value>>;
}

struct FromJson<O>(Arc<dyn Execute<O>>, PhantomData<fn() -> O>);

impl<O: Operation> ExecuteJson for FromJson<O> {
    fn run<'a>(&'a self, caller: &'a Caller, input: Value, mode: Mode) -> Running<'a, Done<Value>> {
        Box::pin(async move {
            self.0.authorize(caller, None).await?;
            let read = || input::from_value::<O>("input", &input);
            let operation = read()?;
            if mode == Mode::Preview
                && let Some(preview) = self.0.preview(caller, operation)
            {
                return Ok(Done { output: to_value(preview.await?)?, replayed: false });
            }
            let operation = read()?;
            let Done { output, replayed } = self.0.run(caller, operation).await?;
            Ok(Done { output: to_value(output)?, replayed })
        })
    }
}

fn to_value(output: impl Serialize) -> Result<Value> {
    serde_json::to_value(output).map_err(Error::internal)
}

struct Entry {
    description: Description,
    typed: Box<dyn Any + Send + Sync>,
    /// `None` of an internal command.
    json: Option<Box<dyn ExecuteJson>>,
}

type Bind<S> = Box<dyn FnOnce(&Arc<Runner<S>>) -> (TypeId, Entry)>;

/// An operation, before it is bound to a runner.
struct Listed<S: UnitOfWork> {
    /// `None` of an internal command.
    describe: Option<fn() -> Description>,
    bind: Bind<S>,
}

/// The list of operations, before it is bound to a runner.
pub struct Registry<S: UnitOfWork>(Vec<Listed<S>>);

impl<S: UnitOfWork> Default for Registry<S> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<S: UnitOfWork> Registry<S> {
    /// Lists a command.
    pub fn command<C: Command>(&mut self) -> &mut Self
    where
        S::Connection: View<C::Repository>,
    {
        self.0.push(Listed {
            describe: Some(Description::of::<C, C, C::Output>),
            bind: Box::new(|runner| entry::<C>(Arc::new(AsCommand(Arc::clone(runner))))),
        });
        self
    }

    /// Lists a command whose input only the server itself can say, such as what it found in a file: entry points run it by its
    /// type, and nobody by its name.
    pub fn internal_command<C: Command>(&mut self) -> &mut Self
    where
        S::Connection: View<C::Repository>,
    {
        self.0.push(Listed {
            describe: None,
            bind: Box::new(|runner| {
                let (type_id, entry) = entry::<C>(Arc::new(AsCommand(Arc::clone(runner))));
                (type_id, Entry { json: None, ..entry })
            }),
        });
        self
    }

    /// Lists a query.
    pub fn query<Q: Query>(&mut self) -> &mut Self
    where
        S::Connection: View<Q::Repository>,
    {
        self.0.push(Listed {
            describe: Some(Description::of::<Q, Q, Q::Output>),
            bind: Box::new(|runner| entry::<Q>(Arc::new(AsQuery(Arc::clone(runner))))),
        });
        self
    }

    /// Every operation but the internal ones, in the order listed, without a store.
    pub fn descriptions(&self) -> impl Iterator<Item = Description> {
        self.0.iter().filter_map(|listed| listed.describe).map(|describe| describe())
    }

    /// Binds the operations to a runner.
    #[must_use]
    pub fn bind(self, runner: &Arc<Runner<S>>) -> Operations {
        let mut operations = Operations { entries: Vec::new(), by_type: HashMap::new() };
        for Listed { bind, .. } in self.0 {
            let (type_id, entry) = bind(runner);
            operations.by_type.insert(type_id, operations.entries.len());
            operations.entries.push(entry);
        }
        operations
    }
}

fn entry<O: Operation>(execute: Arc<dyn Execute<O>>) -> (TypeId, Entry) {
    let description = Description::of::<O, O, O::Output>();
    let json: Box<dyn ExecuteJson> = Box::new(FromJson(Arc::clone(&execute), PhantomData));
    (TypeId::of::<O>(), Entry { description, typed: Box::new(execute), json: Some(json) })
}

/// Every operation of the system, ready to run.
pub struct Operations {
    entries: Vec<Entry>,
    by_type: HashMap<TypeId, usize>,
}

impl Operations {
    /// Every operation but the internal ones, in the order listed.
    pub fn descriptions(&self) -> impl Iterator<Item = &Description> {
        self.entries.iter().filter(|entry| entry.json.is_some()).map(|entry| &entry.description)
    }

    /// What can give permissions for the operation of this name, internal or not; nothing for an unknown one.
    #[must_use]
    pub fn authorities(&self, name: &str) -> &'static [Authority] {
        let entry = self.entries.iter().find(|entry| entry.description.name == name);
        entry.map_or(&[], |entry| entry.description.authorities)
    }

    /// Checks the caller's permission for `O` before the input is read; see [`Runner::authorize`].
    ///
    /// # Errors
    /// `Unauthenticated` or `Denied`.
    pub async fn authorize<O: Operation>(&self, caller: &Caller, resource_id: Option<String>) -> Result<()> {
        self.executor::<O>()?.authorize(caller, resource_id).await
    }

    /// Runs an operation; see [`Runner::command`] and [`Runner::query`].
    ///
    /// # Errors
    /// The operation's own.
    pub async fn run<O: Operation>(&self, caller: &Caller, operation: O) -> Result<Done<O::Output>> {
        self.executor::<O>()?.run(caller, operation).await
    }

    /// Previews a command; see [`Runner::preview`].
    ///
    /// # Errors
    /// The command's own.
    pub async fn preview<C: Command>(&self, caller: &Caller, command: C) -> Result<Preview<C::Output>> {
        match self.executor::<C>()?.preview(caller, command) {
            Some(preview) => preview.await,
            None => Err(Error::internal(format!("{} is registered as a query", C::NAME))),
        }
    }

    /// Runs the operation `name` on a JSON object.
    ///
    /// # Errors
    /// `NotFound` for an unknown name, `Invalid` for input that does not fit, and the operation's own.
    pub async fn run_json(&self, caller: &Caller, name: &str, input: Value, mode: Mode) -> Result<Done<Value>> {
        let entry = self.entries.iter().find(|entry| entry.description.name == name);
        let json = entry.and_then(|entry| entry.json.as_ref());
        json.ok_or_else(|| Error::not_found("Operation"))?.run(caller, input, mode).await
    }

    fn executor<O: Operation>(&self) -> Result<&dyn Execute<O>> {
        let entry = self.by_type.get(&TypeId::of::<O>()).and_then(|at| self.entries.get(*at));
        let execute = entry.and_then(|entry| entry.typed.downcast_ref::<Arc<dyn Execute<O>>>());
        execute.map(AsRef::as_ref).ok_or_else(|| Error::internal(format!("{} is not registered", O::NAME)))
    }
}
