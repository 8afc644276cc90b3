//! The unit of everything: one thing the system can do.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::access::Authority;
use crate::assurance::ProofNeeded;
use crate::change::Change;
use crate::context::Context;
use crate::error::Result;
use crate::permission::Permission;
use crate::unit_of_work::ReadCost;

/// What an operation does to the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// Nothing.
    Read,
    /// It adds or changes.
    Write,
    /// It takes away.
    Destructive,
}

/// Which accounts may do it, beside the permission it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// Accounts in use. One that is about to be deleted may read, too.
    InUse,
    /// Also accounts that are about to be deleted, whatever the effect.
    PendingDeletion,
    /// Also accounts on hold, whose owners may see how things stand.
    Held,
}

/// Where a form that changes something finds the present values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Prefill {
    /// The operation that shows the thing, or lists all of its kind.
    pub query: &'static str,
    /// The field by which both operations know the thing; `None` for what there is one of for each user.
    pub key: Option<&'static str>,
}

/// One thing the system can do. The struct itself is the input.
pub trait Operation: DeserializeOwned + JsonSchema + Send + Sync + 'static {
    /// `noun.verb`: the audit action, the metrics label, the name of the command and the tool.
    const NAME: &'static str;
    /// The permission the caller needs.
    const PERMISSION: Permission;
    /// What can give the caller that permission: in the operation's own routes, by its name, to agents and in forms. By default
    /// nothing does, so that no entry point but the console and the workers can run it.
    const AUTHORITIES: &'static [Authority] = &[];
    /// What it does to the world.
    const EFFECT: Effect;
    /// The kind of thing it is done to, as the audit log names it.
    const RESOURCE: &'static str;
    /// Whether a caller's `Idempotency-Key` is honoured. The stored answer must then hold no secret.
    const TAKES_IDEMPOTENCY_KEY: bool = false;
    /// Whether doing it again with the same input changes nothing more.
    const IDEMPOTENT: bool = true;
    /// Whether it reaches people or services beyond the server, such as the payment provider.
    const REACHES_OUT: bool = false;
    /// The fields whose product is how many US dollars it gives away; empty for operations that give nothing.
    const GIVES_AWAY: &'static [&'static str] = &[];
    /// Where its form finds the present values; `None` for operations that add something.
    const PREFILL: Option<Prefill> = None;
    /// The operation that takes the same input and does it for the caller alone, as a test.
    const TESTED_BY: Option<&'static str> = None;
    /// Whether every user has a form for it in the dashboard, for what is their own.
    const HAS_OWN_FORM: bool = false;
    /// The verb of its command, where a command for the machine's own database has that of its name.
    const COMMAND_VERB: Option<&'static str> = None;
    /// Which accounts may do it. The runner refuses all others, by the state that is read in the command's transaction.
    const ADMITS: Admits = Admits::InUse;
    /// How far the caller must have proved who they are. The runner refuses all others, by what is read
    /// in the command's transaction.
    const PROOF: ProofNeeded = ProofNeeded::Complete;
    /// Whether an admin who acts as the user may do it in the user's name: by default what only reads. What spends, agrees to
    /// something, or changes how the user signs in stays the user's own.
    const ADMITS_IMPERSONATOR: bool = matches!(Self::EFFECT, Effect::Read);
    /// Whether it changes who may do what: an account's state, its admin flag, a role or its assignment. Such commands run
    /// one after another, so that nobody whose rights the one before took away carries the next one out.
    const CHANGES_ACCESS: bool = false;
    /// The port the rule needs.
    type Repository: ?Sized + 'static;
    /// The answer.
    type Output: Serialize + DeserializeOwned + JsonSchema + Send + 'static;

    /// Which thing it would be done to, for the audit row of a refused attempt.
    fn resource_id(&self) -> Option<String> {
        None
    }
}

/// An operation that only reads.
pub trait Query: Operation {
    /// How much of the database it reads, by its input.
    fn cost(&self) -> ReadCost {
        ReadCost::Small
    }

    /// Finds the answer.
    ///
    /// # Errors
    /// As the rule says.
    fn run(&self, repository: &mut Self::Repository, cx: &Context) -> Result<Self::Output>;
}

/// An operation that changes state, and says what it changed. It runs again when the database asks for a retry, so it
/// must not touch anything but its port.
pub trait Command: Operation {
    /// Judges and makes the change.
    ///
    /// # Errors
    /// As the rule says; an error takes back everything the run did.
    fn run(&self, repository: &mut Self::Repository, cx: &Context) -> Result<Change<Self::Output>>;
}
