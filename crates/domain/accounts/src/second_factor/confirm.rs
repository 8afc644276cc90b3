//! `second_factor.confirm`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result, Topic,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::app::Seed;
use super::port::SecondFactors;
use super::{elsewhere, owner};
use crate::secrets::SecretHash;
use crate::sessions::{Ending, Proof, current_session};

/// Confirms an authenticator app by its first code. All other sessions of the user end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmSecondFactor {
    /// What the app's secret was derived from when the code was checked.
    pub seed: Seed,
    /// The step whose code was entered.
    pub step: i64,
    /// The hashes of the recovery codes.
    pub recovery_codes: Vec<SecretHash>,
}

impl Operation for ConfirmSecondFactor {
    const NAME: &'static str = "second_factor.confirm";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const PROOF: ProofNeeded = ProofNeeded::RecentToSetUp;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SecondFactors;
    type Output = ();
}

const SUBJECT: &str = "A second factor was set up";
const TEXT: &str = "An authenticator app was set up for your account, and you were signed out everywhere else.\n\n\
     If it was not you, change your password now, and tell an admin.\n";

impl Command for ConfirmSecondFactor {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = owner(cx)?;
        factors.lock_user(user)?.ok_or_else(elsewhere)?;
        let app = factors.find_app(user)?.ok_or_else(not_begun)?;
        if app.confirmed_at.is_some() || app.seed != self.seed {
            return Err(not_begun());
        }
        factors.confirm_app(user, cx.now)?;
        factors.set_last_step(user, self.step)?;
        factors.replace_recovery_codes(user, &self.recovery_codes, cx.now)?;
        let kept = current_session(cx);
        factors.end_sessions(user, kept.clone(), Ending::SecondFactorChanged, cx.now)?;
        if let Some(session) = &kept {
            factors.note_proof(session, Proof::Otp, cx.now)?;
        }
        factors.insert_mail(user, SUBJECT, TEXT, cx.now)?;
        let row = json!({ "set_up_at": cx.now, "recovery_codes": self.recovery_codes.len() });
        Ok(Change::of(Self::RESOURCE, user).after(&row).invalidate(Topic::Access))
    }
}

/// Refuses to confirm what was not begun, or was begun anew meanwhile.
pub(super) fn not_begun() -> Error {
    Error::conflict("no authenticator app waits for its first code; begin to set one up")
}

#[cfg(test)]
mod tests {
    use super::super::port::MockSecondFactors;
    use super::super::samples::{app, by_ada, known, seed};
    use super::*;

    fn confirm(confirmed: Option<bool>, other_seed: bool, times: usize) -> Result<Change<()>> {
        let mut factors = MockSecondFactors::new();
        factors.expect_lock_user().returning(|_| Ok(Some(known())));
        factors.expect_find_app().returning(move |_| Ok(confirmed.map(|confirmed| app(confirmed, 0))));
        factors.expect_confirm_app().times(times).returning(|_, _| Ok(()));
        factors.expect_set_last_step().withf(|_, step| *step == 7).times(times).returning(|_, _| Ok(()));
        factors.expect_replace_recovery_codes().times(times).returning(|_, _, _| Ok(()));
        factors
            .expect_end_sessions()
            .withf(|_, kept, why, _| kept.as_deref() == Some("session-1") && *why == Ending::SecondFactorChanged)
            .times(times)
            .returning(|_, _, _, _| Ok(()));
        factors.expect_note_proof().times(times).returning(|_, _, _| Ok(()));
        factors.expect_insert_mail().times(times).returning(|_, _, _, _| Ok(()));
        let seed = if other_seed { Seed::try_from("f".repeat(32)).unwrap() } else { seed() };
        ConfirmSecondFactor { seed, step: 7, recovery_codes: Vec::new() }.run(&mut factors, &by_ada())
    }

    #[test]
    fn the_first_code_confirms_what_was_begun_and_ends_other_sessions() {
        let change = confirm(Some(false), false, 1).unwrap();
        assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains(seed().as_str()));
    }

    #[test]
    fn nothing_else_is_confirmed() {
        for (confirmed, other_seed) in [(None, false), (Some(true), false), (Some(false), true)] {
            assert!(matches!(confirm(confirmed, other_seed, 0), Err(Error::Conflict(_))), "{confirmed:?}");
        }
    }
}
