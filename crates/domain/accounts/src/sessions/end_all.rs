//! `session.end_all`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::EndedSessions;
use super::model::Ending;
use super::own;
use super::port::Sessions;

/// Signs you out everywhere: ends all your sessions, and that of your command line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndSessions {
    /// Whether the session that this request comes with goes on; it ends, too, when omitted.
    #[serde(default)]
    pub keep_current: bool,
}

impl Operation for EndSessions {
    const NAME: &'static str = "session.end_all";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const IDEMPOTENT: bool = true;
    const HAS_OWN_FORM: bool = true;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = EndedSessions;
}

impl Command for EndSessions {
    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Change<EndedSessions>> {
        let user = own::owner(cx)?;
        sessions.lock_user(user)?;
        let current = own::current_session(cx).filter(|_| self.keep_current);
        own::end_all(sessions, user, current.as_deref(), Ending::SignedOut, cx)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSessions;
    use super::*;

    #[test]
    fn all_sessions_of_the_caller_end_as_one_change() {
        let mut sessions = MockSessions::new();
        sessions.expect_lock_user().times(1).returning(|_| Ok(true));
        sessions
            .expect_end_all()
            .withf(|user, why, _| user.as_str() == "ada" && *why == Ending::SignedOut)
            .returning(|_, _, _| Ok(3));
        let change = EndSessions { keep_current: false }.run(&mut sessions, &context_of("ada", [])).unwrap();
        assert_eq!(change.output().ended, 3);
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.resource_type, record.resource_id.as_str()), ("user", "ada"));
    }

    #[test]
    fn the_session_of_the_request_goes_on_when_it_shall() {
        let mut sessions = MockSessions::new();
        sessions.expect_lock_user().returning(|_| Ok(true));
        sessions.expect_end_others().withf(|_, kept, _, _| kept == "session-1").returning(|_, _, _, _| Ok(2));
        let cx = context_of("ada", []);
        let cx = Context { caller: Caller { session_id: Some("session-1".into()), ..cx.caller.clone() }, ..cx };
        assert_eq!(EndSessions { keep_current: true }.run(&mut sessions, &cx).unwrap().output().ended, 2);
    }
}
