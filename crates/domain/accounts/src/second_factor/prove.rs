//! `session.prove`

use aedile_kernel::{
    Admits, Authority, Change, Command, Context, Effect, Error, Operation, Permission, ProofNeeded, Result, Timestamp,
    UserId,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::port::SecondFactors;
use super::{elsewhere, owner, wrong_code};
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;
use crate::sessions::{Proof, current_session};

/// What was right a moment ago.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// A password that fits this hash.
    Password(PasswordHash),
    /// The code of an authenticator app, of this step.
    AppCode(i64),
    /// A recovery code with this hash.
    RecoveryCode(SecretHash),
}

/// Notes on the session that its user proved who they are. Whoever has a second factor proves it by that.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProveIdentity {
    /// What was right.
    pub evidence: Evidence,
}

impl Operation for ProveIdentity {
    const NAME: &'static str = "session.prove";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const ADMITS: Admits = Admits::PendingDeletion;
    const PROOF: ProofNeeded = ProofNeeded::Begun;
    const RESOURCE: &'static str = "session";
    type Repository = dyn SecondFactors;
    /// When it was proved.
    type Output = Timestamp;
}

impl Command for ProveIdentity {
    fn run(&self, factors: &mut Self::Repository, cx: &Context) -> Result<Change<Timestamp>> {
        let user = owner(cx)?;
        let (_, password_hash) = factors.lock_user(user)?.ok_or_else(elsewhere)?;
        let app = factors.find_app(user)?.filter(|app| app.confirmed_at.is_some());
        let proof = match (&self.evidence, app) {
            (Evidence::Password(_), Some(_)) => {
                return Err(Error::invalid("code", "this account has a second factor: send its code"));
            }
            (Evidence::Password(hash), None) if *hash == password_hash => Proof::Pwd,
            (Evidence::Password(_), None) => return Err(Error::conflict("the password was changed meanwhile")),
            (Evidence::AppCode(step), Some(app)) if *step > app.last_step => {
                factors.set_last_step(user, *step)?;
                Proof::Otp
            }
            (Evidence::RecoveryCode(code), Some(_)) if factors.use_recovery_code(user, code, cx.now)? => {
                tell(factors, user, cx)?;
                Proof::Otp
            }
            _ => return Err(wrong_code()),
        };
        // A sign-in that ends with handing a token over has no session yet.
        let session = current_session(cx);
        if let Some(session) = &session {
            factors.note_proof(session, proof, cx.now)?;
        }
        let by_recovery_code = matches!(self.evidence, Evidence::RecoveryCode(_));
        let row = json!({ "proof": proof, "by_recovery_code": by_recovery_code, "user_id": user });
        let id = session.unwrap_or_else(|| user.to_string());
        Ok(Change::of(Self::RESOURCE, id).after(&row).returning(cx.now))
    }
}

/// Tells the user that one of their recovery codes is gone.
fn tell(factors: &mut dyn SecondFactors, user: &UserId, cx: &Context) -> Result<()> {
    let left = factors.recovery_codes_left(user)?;
    let text = format!(
        "A recovery code of your account was used to sign in. {left} are left.\n\n\
         If it was not you, change your password now, and tell an admin.\n"
    );
    factors.insert_mail(user, "A recovery code was used", &text, cx.now)
}

#[cfg(test)]
mod tests {
    use super::super::port::MockSecondFactors;
    use super::super::recovery_code::RecoveryCode;
    use super::super::samples::{HASH, app, by_ada, known};
    use super::*;

    const LAST_STEP: i64 = 100;

    fn recovery_code() -> SecretHash {
        RecoveryCode::parse("0000-0000-0000-0000").unwrap().hash().unwrap()
    }

    fn prove(evidence: Evidence, has_app: Option<bool>, is_unused: bool) -> Result<Change<Timestamp>> {
        let mut factors = MockSecondFactors::new();
        factors.expect_lock_user().returning(|_| Ok(Some(known())));
        factors.expect_find_app().returning(move |_| Ok(has_app.map(|confirmed| app(confirmed, LAST_STEP))));
        factors.expect_set_last_step().withf(|_, step| *step == LAST_STEP + 1).returning(|_, _| Ok(()));
        factors.expect_use_recovery_code().returning(move |_, _, _| Ok(is_unused));
        factors.expect_recovery_codes_left().returning(|_| Ok(9));
        factors.expect_insert_mail().withf(|_, _, text, _| text.contains("9 are left")).returning(|_, _, _, _| Ok(()));
        factors.expect_note_proof().withf(|session, _, _| session == "session-1").returning(|_, _, _| Ok(()));
        ProveIdentity { evidence }.run(&mut factors, &by_ada())
    }

    fn password(text: &str) -> Evidence {
        Evidence::Password(PasswordHash::parse(text).unwrap())
    }

    #[test]
    fn a_password_proves_enough_without_a_second_factor() {
        assert!(prove(password(HASH), None, false).is_ok());
        assert!(prove(password(HASH), Some(false), false).is_ok(), "one that was begun only does not count");
        assert!(matches!(prove(password("$a$b$c$older"), None, false), Err(Error::Conflict(_))));
        assert!(matches!(prove(password(HASH), Some(true), false), Err(Error::Invalid(_))));
    }

    #[test]
    fn a_code_is_good_once() {
        assert!(prove(Evidence::AppCode(LAST_STEP + 1), Some(true), false).is_ok());
        for (step, has_app) in
            [(LAST_STEP, Some(true)), (LAST_STEP - 1, Some(true)), (LAST_STEP + 1, Some(false)), (LAST_STEP + 1, None)]
        {
            let refused = prove(Evidence::AppCode(step), has_app, false);
            assert!(matches!(refused, Err(Error::Unauthenticated(_))), "{step} {has_app:?}");
        }
        assert!(prove(Evidence::RecoveryCode(recovery_code()), Some(true), true).is_ok());
        for (has_app, is_unused) in [(Some(true), false), (None, true)] {
            let refused = prove(Evidence::RecoveryCode(recovery_code()), has_app, is_unused);
            assert!(matches!(refused, Err(Error::Unauthenticated(_))));
        }
    }
}
