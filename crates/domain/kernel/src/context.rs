//! What a rule may know beside its input and its port.

use std::fmt;
use std::sync::Arc;

use crate::assurance::ProofNeeded;
use crate::caller::Caller;
use crate::error::Result;
use crate::policy::Policy;
use crate::time::{Entropy, Timestamp};

/// The circumstances of one run of an operation.
#[derive(Clone)]
pub struct Context {
    /// Who is calling.
    pub caller: Caller,
    /// The instant that counts as the present for the whole run.
    pub now: Timestamp,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// What this installation's settings decide.
    pub policy: Policy,
}

impl Context {
    /// Refuses a caller who did not prove within the last minutes who they are, where only the input tells that this must be
    /// asked for.
    ///
    /// # Errors
    /// `ProofNeeded`.
    pub fn require_recent_proof(&self) -> Result<()> {
        self.caller.assurance.admit(ProofNeeded::Recent, self.now, self.policy.step_up.recent_seconds)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context").field("caller", &self.caller).field("now", &self.now).finish_non_exhaustive()
    }
}
