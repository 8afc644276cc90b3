//! `session.sign_out`

use aedile_kernel::{Admits, Authority, Change, Command, Context, Effect, Operation, Permission, ProofNeeded, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Ending;
use super::own;
use super::port::Sessions;

/// Signs a local user out: ends the session that the request came with, and what they do as another user. Accounts
/// on hold may, too.
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
        let user = own::owner(cx)?;
        let change = own::end(sessions, user, &self.session_id, Ending::SignedOut, cx)?;
        sessions.end_impersonations(user, cx.now)?;
        Ok(change)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSessions;
    use super::super::samples::session;
    use super::*;

    fn sign_out(goes_on: bool, ends: usize) -> Result<Change<()>> {
        let mut sessions = MockSessions::new();
        sessions.expect_lock().returning(move |_, id, _| Ok(goes_on.then(|| session(id))));
        sessions.expect_end().withf(|_, why, _| *why == Ending::SignedOut).returning(|_, _, _| Ok(()));
        sessions.expect_end_impersonations().times(ends).returning(|_, _| Ok(()));
        SignOut { session_id: "session-1".into() }.run(&mut sessions, &context_of("ada", []))
    }

    #[test]
    fn whoever_signs_out_acts_as_nobody_any_more() {
        assert_eq!(sign_out(true, 1).unwrap().records()[0].resource_id, "session-1");
        assert!(matches!(sign_out(false, 0), Err(Error::NotFound(_))));
    }
}
