//! `user_session.end`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::Ending;
use super::own;
use super::port::Sessions;
use crate::holds::may_judge;

/// Ends one session of a user: its token is refused from the next request on. Needs every permission that the user has, or
/// all that the flag is_admin permits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndUserSession {
    /// ID of the user.
    pub user_id: UserId,
    /// ID of the session.
    pub session_id: String,
}

impl Operation for EndUserSession {
    const NAME: &'static str = "user_session.end";
    const PERMISSION: Permission = Permission::UsersHold;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.session_id.clone())
    }
}

impl Command for EndUserSession {
    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        may_judge(cx, sessions.permissions_of(&self.user_id)?)?;
        own::end(sessions, &self.user_id, &self.session_id, Ending::EndedByAdmin, cx)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;
    use aedile_kernel::{Error, PermissionSet};

    use super::super::port::MockSessions;
    use super::super::samples::{id, session};
    use super::*;

    fn end(theirs: PermissionSet) -> Result<Change<()>> {
        let mut sessions = MockSessions::new();
        sessions.expect_permissions_of().returning(move |_| Ok(theirs));
        sessions.expect_lock().returning(|_, id, _| Ok(Some(session(id))));
        sessions.expect_end().withf(|_, why, _| *why == Ending::EndedByAdmin).returning(|_, _, _| Ok(()));
        let command = EndUserSession { user_id: id("ada"), session_id: "session-1".into() };
        command.run(&mut sessions, &context_of("bob", [Permission::UsersHold]))
    }

    #[test]
    fn c_04_sessions_of_somebody_above_oneself_go_on() {
        assert_eq!(end(PermissionSet::default()).unwrap().records().len(), 1);
        let above = [Permission::RolesAssign].into_iter().collect();
        assert!(matches!(end(above), Err(Error::Forbidden(_))));
    }
}
