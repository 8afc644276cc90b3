//! `second_factor.show`

use aedile_kernel::{Authority, Context, Effect, Operation, Permission, ProofNeeded, Query, Result, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::port::SecondFactors;
use super::{elsewhere, owner};

/// Shows whether you have a second factor, and how many recovery codes are left.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowSecondFactor {}

/// What somebody has of a second factor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SecondFactorState {
    /// Whether an authenticator app is set up.
    pub is_set_up: bool,
    /// When it was set up.
    pub set_up_at: Option<Timestamp>,
    /// How many recovery codes are left.
    pub recovery_codes_left: u32,
}

impl Operation for ShowSecondFactor {
    const NAME: &'static str = "second_factor.show";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const PROOF: ProofNeeded = ProofNeeded::Begun;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SecondFactors;
    type Output = SecondFactorState;
}

impl Query for ShowSecondFactor {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<SecondFactorState> {
        let user = owner(cx)?;
        // A command line, and an admin who acts as the user, come with a token of this server for users of the provider, too.
        factors.find_identifier(user)?.ok_or_else(elsewhere)?;
        let set_up_at = factors.find_app(user)?.and_then(|app| app.confirmed_at);
        let recovery_codes_left = factors.recovery_codes_left(user)?;
        Ok(SecondFactorState { is_set_up: set_up_at.is_some(), set_up_at, recovery_codes_left })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockSecondFactors;
    use super::super::samples::{app, by_ada};
    use super::*;

    #[test]
    fn an_app_counts_once_it_is_confirmed() {
        for confirmed in [true, false] {
            let mut factors = MockSecondFactors::new();
            factors.expect_find_identifier().returning(|_| Ok(Some("ada@example.com".into())));
            factors.expect_find_app().returning(move |_| Ok(Some(app(confirmed, 0))));
            factors.expect_recovery_codes_left().returning(|_| Ok(3));
            let state = ShowSecondFactor {}.run(&mut factors, &by_ada()).unwrap();
            assert_eq!((state.is_set_up, state.recovery_codes_left), (confirmed, 3));
        }
        let of_provider = context_of("user_a", []);
        assert!(ShowSecondFactor {}.run(&mut MockSecondFactors::new(), &of_provider).is_err());
        let mut factors = MockSecondFactors::new();
        factors.expect_find_identifier().returning(|_| Ok(None));
        assert!(ShowSecondFactor {}.run(&mut factors, &by_ada()).is_err(), "with a token of this server");
    }
}
