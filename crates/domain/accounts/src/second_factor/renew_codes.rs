//! `second_factor.renew_recovery_codes`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::SecondFactors;
use super::{elsewhere, owner};
use crate::secrets::SecretHash;

/// Replaces the recovery codes. None of the former is good from then on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RenewRecoveryCodes {
    /// The hashes of the new codes.
    pub recovery_codes: Vec<SecretHash>,
}

impl Operation for RenewRecoveryCodes {
    const NAME: &'static str = "second_factor.renew_recovery_codes";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const PROOF: ProofNeeded = ProofNeeded::Recent;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn SecondFactors;
    type Output = ();
}

impl Command for RenewRecoveryCodes {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = owner(cx)?;
        factors.lock_user(user)?.ok_or_else(elsewhere)?;
        if factors.find_app(user)?.is_none_or(|app| app.confirmed_at.is_none()) {
            return Err(Error::conflict("set up an authenticator app first"));
        }
        factors.replace_recovery_codes(user, &self.recovery_codes, cx.now)?;
        Ok(Change::of(Self::RESOURCE, user).after(&json!({ "recovery_codes": self.recovery_codes.len() })))
    }
}

#[cfg(test)]
mod tests {
    use super::super::port::MockSecondFactors;
    use super::super::recovery_code::RecoveryCode;
    use super::super::samples::{app, by_ada, known};
    use super::*;

    #[test]
    fn codes_are_for_who_has_an_app() {
        for has_app in [true, false] {
            let code = RecoveryCode::parse("0000-0000-0000-0000").unwrap().hash().unwrap();
            let mut factors = MockSecondFactors::new();
            factors.expect_lock_user().returning(|_| Ok(Some(known())));
            factors.expect_find_app().returning(move |_| Ok(Some(app(has_app, 0))));
            factors.expect_replace_recovery_codes().times(usize::from(has_app)).returning(|_, _, _| Ok(()));
            let renewed = RenewRecoveryCodes { recovery_codes: vec![code.clone()] }.run(&mut factors, &by_ada());
            assert_eq!(renewed.is_ok(), has_app);
            if let Ok(change) = renewed {
                assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains(code.as_str()));
            }
        }
    }
}
