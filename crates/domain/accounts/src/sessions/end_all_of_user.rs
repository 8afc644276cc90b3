//! `user_session.end_all`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::EndedSessions;
use super::model::Ending;
use super::own;
use super::port::Sessions;
use crate::holds::may_judge;

/// Signs a user out everywhere: ends all their sessions and that of their command line. Their API keys go on. Needs every
/// permission that the user has, or all that the flag is_admin permits.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct EndUserSessions {
    /// ID of the user.
    pub user_id: UserId,
}

impl Operation for EndUserSessions {
    const NAME: &'static str = "user_session.end_all";
    const PERMISSION: Permission = Permission::UsersHold;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sessions;
    type Output = EndedSessions;

    fn resource_id(&self) -> Option<String> {
        Some(self.user_id.to_string())
    }
}

impl Command for EndUserSessions {
    fn run(&self, sessions: &mut Self::Repository, cx: &Context) -> Result<Change<EndedSessions>> {
        if !sessions.lock_user(&self.user_id)? {
            return Err(Error::not_found("User"));
        }
        may_judge(cx, sessions.permissions_of(&self.user_id)?)?;
        own::end_all(sessions, &self.user_id, None, Ending::EndedByAdmin, cx)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::PermissionSet;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSessions;
    use super::super::samples::id;
    use super::*;

    fn end(exists: bool, theirs: PermissionSet) -> Result<Change<EndedSessions>> {
        let mut sessions = MockSessions::new();
        sessions.expect_lock_user().returning(move |_| Ok(exists));
        sessions.expect_permissions_of().returning(move |_| Ok(theirs));
        sessions.expect_end_all().withf(|_, why, _| *why == Ending::EndedByAdmin).returning(|_, _, _| Ok(2));
        EndUserSessions { user_id: id("ada") }.run(&mut sessions, &context_of("bob", [Permission::UsersHold]))
    }

    #[test]
    fn c_04_sessions_of_somebody_above_oneself_go_on() {
        assert_eq!(end(true, PermissionSet::default()).unwrap().output().ended, 2);
        let above = [Permission::RolesAssign].into_iter().collect();
        assert!(matches!(end(true, above), Err(Error::Forbidden(_))));
        assert!(matches!(end(false, PermissionSet::default()), Err(Error::NotFound(_))));
    }
}
