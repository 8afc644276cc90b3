//! `password.reset`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::LocalPasswords;
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;

/// Chooses a new password by a link from a mail or from an admin. All sessions of the user end.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// The hash of the link's random part.
    pub token_hash: SecretHash,
    /// The hash of the new password.
    pub new_hash: PasswordHash,
}

impl Operation for ResetPassword {
    const NAME: &'static str = "password.reset";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalPasswords;
    type Output = ();
}

impl Command for ResetPassword {
    fn run(&self, passwords: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let user = passwords.take_link(&self.token_hash, cx.now)?.ok_or_else(over)?;
        passwords.lock(&user)?.ok_or_else(over)?;
        super::keep(passwords, &user, &self.new_hash, cx)
    }
}

/// Refuses a link that is unknown, used or over, in the same words.
pub(super) fn over() -> Error {
    Error::Gone("this link was used before or is older than 30 minutes; ask for a new one".into())
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Caller;
    use aedile_kernel::mock::{SeededEntropy, context};

    use super::super::LinkToken;
    use super::super::samples::{NEW, hash, id, keeping, known};
    use super::*;

    fn reset(is_good: bool, exists: bool) -> Result<Change<()>> {
        let token_hash = LinkToken::generate(&SeededEntropy::default()).hash();
        let mut passwords = keeping(usize::from(is_good && exists));
        passwords.expect_take_link().returning(move |_, _| Ok(is_good.then(|| id("ada"))));
        passwords.expect_lock().returning(move |_| Ok(exists.then(known)));
        ResetPassword { token_hash, new_hash: hash(NEW) }.run(&mut passwords, &context(Caller::anonymous()))
    }

    #[test]
    fn a_link_is_good_once() {
        assert_eq!(reset(true, true).unwrap().records()[0].resource_id, "ada");
        assert!(matches!(reset(false, true), Err(Error::Gone(_))));
        assert!(matches!(reset(true, false), Err(Error::Gone(_))), "the user was deleted meanwhile");
    }
}
