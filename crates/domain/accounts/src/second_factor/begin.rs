//! `second_factor.begin`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::app::Seed;
use super::port::SecondFactors;
use super::{elsewhere, owner};

/// Begins to set up an authenticator app. It counts once its first code was entered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BeginSecondFactor {
    /// What the app's secret is derived from.
    pub seed: Seed,
}

impl Operation for BeginSecondFactor {
    const NAME: &'static str = "second_factor.begin";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const PROOF: ProofNeeded = ProofNeeded::RecentToSetUp;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SecondFactors;
    /// The name that the user signs in with.
    type Output = String;
}

impl Command for BeginSecondFactor {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<String>> {
        let user = owner(cx)?;
        let (account, _) = factors.lock_user(user)?.ok_or_else(elsewhere)?;
        if factors.find_app(user)?.is_some_and(|app| app.confirmed_at.is_some()) {
            return Err(Error::conflict("an authenticator app is set up already; remove it first to set up another"));
        }
        factors.put_app(user, &self.seed, cx.now)?;
        let begun = serde_json::json!({ "begun_at": cx.now });
        Ok(Change::of(Self::RESOURCE, user).after(&begun).returning(account.user.identifier))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::SeededEntropy;

    use super::super::port::MockSecondFactors;
    use super::super::samples::{app, by_ada, known};
    use super::*;

    fn begin(confirmed: Option<bool>, times: usize) -> Result<Change<String>> {
        let mut factors = MockSecondFactors::new();
        factors.expect_lock_user().returning(|_| Ok(Some(known())));
        factors.expect_find_app().returning(move |_| Ok(confirmed.map(|confirmed| app(confirmed, 0))));
        factors.expect_put_app().times(times).returning(|_, _, _| Ok(()));
        BeginSecondFactor { seed: Seed::generate(&SeededEntropy::default()) }.run(&mut factors, &by_ada())
    }

    #[test]
    fn an_app_that_is_in_use_is_not_replaced() {
        assert!(begin(None, 1).is_ok() && begin(Some(false), 1).is_ok());
        assert!(matches!(begin(Some(true), 0), Err(Error::Conflict(_))));
    }
}
