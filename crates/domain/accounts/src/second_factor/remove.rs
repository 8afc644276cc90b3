//! `second_factor.remove`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result, Topic, UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::SecondFactors;
use super::{elsewhere, owner};
use crate::sessions::{Ending, current_session};

/// Removes your authenticator app and recovery codes. All your other sessions end. Whose role asks for a second factor can
/// then do nothing but set one up again.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RemoveSecondFactor {}

impl Operation for RemoveSecondFactor {
    const NAME: &'static str = "second_factor.remove";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const RESOURCE: &'static str = super::RESOURCE;
    const HAS_OWN_FORM: bool = true;
    type Repository = dyn SecondFactors;
    type Output = ();
}

impl Command for RemoveSecondFactor {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = owner(cx)?;
        factors.lock_user(user)?.ok_or_else(elsewhere)?;
        take_away(factors, user, current_session(cx), TEXT, cx)
    }
}

const TEXT: &str = "The authenticator app of your account was removed, and you were signed out everywhere else.\n\n\
     If it was not you, change your password now, and tell an admin.\n";

/// Removes a second factor, ends all sessions but `kept`, and tells the user.
pub(super) fn take_away(
    factors: &mut dyn SecondFactors,
    user: &UserId,
    kept: Option<String>,
    text: &str,
    cx: &Context,
) -> Result<Change<()>> {
    let app = factors.find_app(user)?.ok_or_else(|| Error::not_found("Second factor"))?;
    factors.remove_all(user)?;
    factors.end_sessions(user, kept, Ending::SecondFactorChanged, cx.now)?;
    factors.insert_mail(user, "Your second factor was removed", text, cx.now)?;
    let before = json!({ "set_up_at": app.confirmed_at });
    Ok(Change::of(super::RESOURCE, user).before(&before).invalidate(Topic::Access))
}

#[cfg(test)]
mod tests {
    use super::super::port::MockSecondFactors;
    use super::super::samples::{app, by_ada, known};
    use super::*;

    #[test]
    fn it_is_removed_with_its_codes_and_ends_other_sessions() {
        let mut factors = MockSecondFactors::new();
        factors.expect_lock_user().returning(|_| Ok(Some(known())));
        factors.expect_find_app().returning(|_| Ok(Some(app(true, 0))));
        factors.expect_remove_all().times(1).returning(|_| Ok(()));
        let is_kept = |kept: &Option<String>| kept.as_deref() == Some("session-1");
        factors.expect_end_sessions().withf(move |_, kept, _, _| is_kept(kept)).times(1).returning(|_, _, _, _| Ok(()));
        factors.expect_insert_mail().times(1).returning(|_, _, _, _| Ok(()));
        assert_eq!(RemoveSecondFactor {}.run(&mut factors, &by_ada()).unwrap().records().len(), 1);
    }
}
