//! `session.sign_out`

use aedile_kernel::{Admits, Authority, Change, Command, Context, Effect, Operation, Permission, ProofNeeded, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Ending;
use super::own;
use super::port::Sessions;

/// Signs a local user out: ends the session that the request came with. Accounts on hold may, too.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SignOut {
    /// ID of the session that the request came with.
    pub session_id: String,
}

impl Operation for SignOut {
    const NAME: &'static str = "session.sign_out";
    const PROOF: ProofNeeded = ProofNeeded::Begun;
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    const ADMITS: Admits = Admits::Held;
    type Repository = dyn Sessions;
    type Output = ();
}

impl Command for SignOut {
    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        own::end(sessions, own::owner(cx)?, &self.session_id, Ending::SignedOut, cx)
    }
}
