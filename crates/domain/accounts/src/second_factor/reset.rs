//! `second_factor.reset`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, ProofNeeded, Result, UserId,
    WidenedRights,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::SecondFactors;
use super::remove::take_away;
use crate::local_users::guard;

/// Removes the second factor of a local user who lost it, with its recovery codes. All their sessions end, and they are told
/// by mail. Needs every permission that the user has.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetSecondFactor {
    /// ID of the user.
    pub id: UserId,
}

impl Operation for ResetSecondFactor {
    const NAME: &'static str = "second_factor.reset";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const REACHES_OUT: bool = true;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SecondFactors;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

const TEXT: &str = "An admin removed the second factor of your account, and you were signed out everywhere. Sign in with your \
     password, and set up a second factor again.\n\nIf you did not ask for it, tell an admin.\n";

impl Command for ResetSecondFactor {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let (account, _) = factors.lock_user(&self.id)?.ok_or_else(|| Error::not_found("User"))?;
        if cx.caller.is(&self.id) {
            return Err(Error::forbidden("remove your own second factor in your settings, by its code"));
        }
        guard::may_change(cx, &account, factors.permissions_of(&self.id)?)?;
        let widened = Event::RightsWidened(WidenedRights::SecondFactorRemoved(self.id.clone()));
        Ok(take_away(factors, &self.id, None, TEXT, cx)?.emit(widened))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::PermissionSet;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSecondFactors;
    use super::super::samples::{app, id, known};
    use super::*;

    fn reset(by: &str, theirs: PermissionSet, has_app: bool, times: usize) -> Result<Change<()>> {
        let mut factors = MockSecondFactors::new();
        factors.expect_lock_user().returning(|_| Ok(Some(known())));
        factors.expect_permissions_of().returning(move |_| Ok(theirs));
        factors.expect_find_app().returning(move |_| Ok(has_app.then(|| app(true, 0))));
        factors.expect_remove_all().times(times).returning(|_| Ok(()));
        factors.expect_end_sessions().withf(|_, kept, _, _| kept.is_none()).times(times).returning(|_, _, _, _| Ok(()));
        factors.expect_insert_mail().times(times).returning(|_, _, _, _| Ok(()));
        ResetSecondFactor { id: id("ada") }.run(&mut factors, &context_of(by, [Permission::UsersWrite]))
    }

    #[test]
    fn c_04_nobody_takes_the_factor_of_somebody_above_them() {
        assert!(reset("bob", PermissionSet::default(), true, 1).is_ok());
        let above = [Permission::AuditRead].into_iter().collect();
        assert!(matches!(reset("bob", above, true, 0), Err(Error::Denied(_))));
        assert!(matches!(reset("ada", PermissionSet::default(), true, 0), Err(Error::Forbidden(_))));
        assert!(matches!(reset("bob", PermissionSet::default(), false, 0), Err(Error::NotFound(_))));
    }
}
