//! `session.end`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Ending;
use super::own;
use super::port::Sessions;

/// Ends one of your sessions: its token is refused from the next request on, on every instance. The others go on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSession {
    /// ID of the session.
    pub session_id: String,
}

impl Operation for EndSession {
    const NAME: &'static str = "session.end";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const IDEMPOTENT: bool = true;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.session_id.clone())
    }
}

impl Command for EndSession {
    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        own::end(sessions, own::owner(cx)?, &self.session_id, Ending::SignedOut, cx)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, Credential, Error, PermissionSet};

    use super::super::port::MockSessions;
    use super::super::samples::{id, session};
    use super::*;

    fn end(known: bool, cx: &Context) -> Result<Change<()>> {
        let mut sessions = MockSessions::new();
        sessions
            .expect_lock()
            .withf(|user, id, _| user.as_str() == "ada" && id == "session-1")
            .returning(move |_, _, _| Ok(known.then(|| session("session-1"))));
        sessions.expect_end().withf(|_, why, _| *why == Ending::SignedOut).returning(|_, _, _| Ok(()));
        EndSession { session_id: "session-1".into() }.run(&mut sessions, cx)
    }

    #[test]
    fn one_of_ones_own_sessions_ends() {
        let change = end(true, &context_of("ada", [])).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("session", "session-1"));
        assert!(matches!(end(false, &context_of("ada", [])), Err(Error::NotFound(_))), "another's, or over");
    }

    #[test]
    fn c_13_only_users_end_sessions_and_no_key_does() {
        assert!(matches!(end(true, &context(Caller::console())), Err(Error::Forbidden(_))));
        let key = Caller::user(&id("ada"), None, Credential::ApiKey("key_1".into()), PermissionSet::USER);
        assert!(matches!(end(true, &context(key)), Err(Error::Forbidden(_))));
    }
}
