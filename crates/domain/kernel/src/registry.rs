//! Every operation by name, runnable from JSON: what doors, documents and coverage tests are made from.

use std::future::Future;
use std::pin::Pin;

use schemars::{Schema, SchemaGenerator};
use serde::Serialize;
use serde_json::Value;

use crate::caller::Caller;
use crate::error::{Error, Result};
use crate::operation::{Command, Effect, Operation, Query};
use crate::permission::Permission;
use crate::runner::Runner;
use crate::unit_of_work::{UnitOfWork, View};

/// What an operation is, without running it.
#[derive(Debug, Clone, Serialize)]
pub struct Description {
    /// `noun.verb`.
    pub name: &'static str,
    /// The permission it needs.
    pub permission: Permission,
    /// What it does to the world.
    pub effect: Effect,
    /// The kind of thing it is done to.
    pub resource: &'static str,
    /// The JSON Schema of the input; its `description` says what the operation is for.
    pub input: Schema,
    /// The JSON Schema of the answer.
    pub output: Schema,
}

/// How a run from JSON ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// For good.
    Commit,
    /// Taken back, and the answer is a [`crate::runner::Preview`]; a query just runs.
    Preview,
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value>> + Send + 'a>>;
type Run<S> = for<'a> fn(&'a Runner<S>, &'a Caller, Value, Mode) -> Answer<'a>;

/// Every operation of the system.
pub struct Registry<S> {
    entries: Vec<(Description, Run<S>)>,
}

impl<S> Default for Registry<S> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<S: UnitOfWork> Registry<S> {
    /// Lists a command.
    pub fn command<C: Command>(&mut self) -> &mut Self
    where
        S::Connection: View<C::Repository>,
    {
        self.entries.push((describe::<C>(), run_command::<C, S>));
        self
    }

    /// Lists a query.
    pub fn query<Q: Query>(&mut self) -> &mut Self
    where
        S::Connection: View<Q::Repository>,
    {
        self.entries.push((describe::<Q>(), run_query::<Q, S>));
        self
    }

    /// Every operation, in the order listed.
    pub fn descriptions(&self) -> impl Iterator<Item = &Description> {
        self.entries.iter().map(|(description, _)| description)
    }

    /// Runs the operation `name` on a JSON object.
    ///
    /// # Errors
    /// `NotFound` for an unknown name, `Invalid` for input that does not fit, and the operation's own.
    pub async fn run(
        &self,
        runner: &Runner<S>,
        caller: &Caller,
        name: &str,
        input: Value,
        mode: Mode,
    ) -> Result<Value> {
        let (_, run) = self
            .entries
            .iter()
            .find(|(description, _)| description.name == name)
            .ok_or_else(|| Error::not_found("operation"))?;
        run(runner, caller, input, mode).await
    }
}

fn describe<O: Operation>() -> Description {
    let mut schemas = SchemaGenerator::default();
    Description {
        name: O::NAME,
        permission: O::PERMISSION,
        effect: O::EFFECT,
        resource: O::RESOURCE,
        input: schemas.root_schema_for::<O>(),
        output: schemas.root_schema_for::<O::Output>(),
    }
}

fn decode<O: Operation>(input: Value) -> Result<O> {
    serde_json::from_value(input).map_err(|error| Error::invalid("input", error.to_string()))
}

fn run_command<'a, C: Command, S: UnitOfWork>(
    runner: &'a Runner<S>,
    caller: &'a Caller,
    input: Value,
    mode: Mode,
) -> Answer<'a>
where
    S::Connection: View<C::Repository>,
{
    Box::pin(async move {
        runner.authorize::<C>(caller, None).await?;
        let command = decode::<C>(input)?;
        match mode {
            Mode::Commit => to_value(runner.command(caller, command).await?.output),
            Mode::Preview => to_value(runner.preview(caller, command).await?),
        }
    })
}

fn run_query<'a, Q: Query, S: UnitOfWork>(
    runner: &'a Runner<S>,
    caller: &'a Caller,
    input: Value,
    _: Mode,
) -> Answer<'a>
where
    S::Connection: View<Q::Repository>,
{
    Box::pin(async move {
        runner.authorize::<Q>(caller, None).await?;
        to_value(runner.query(caller, decode::<Q>(input)?).await?)
    })
}

fn to_value(output: impl Serialize) -> Result<Value> {
    serde_json::to_value(output).map_err(Error::internal)
}
