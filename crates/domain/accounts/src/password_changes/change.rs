//! `password.change`

use aedile_kernel::{Authority, Change, Command, Context, Credential, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::port::LocalPasswords;
use crate::passwords::PasswordHash;

/// Changes your password. All your sessions end, and that of your command line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The hash that the present password fits.
    pub present_hash: PasswordHash,
    /// The hash of the new one.
    pub new_hash: PasswordHash,
}

impl Operation for ChangePassword {
    const NAME: &'static str = "password.change";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = "local_user";
    type Repository = dyn LocalPasswords;
    type Output = ();
}

impl Command for ChangePassword {
    fn run(&self, passwords: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        if let Credential::ApiKey(_) = cx.caller.credential {
            return Err(Error::forbidden("an API key has no say over its owner's password"));
        }
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user has a password"))?;
        let known = passwords.lock(user)?.ok_or_else(elsewhere)?;
        if known.password_hash != self.present_hash {
            return Err(Error::conflict("the password was changed meanwhile"));
        }
        super::keep(passwords, user, &self.new_hash, cx)
    }
}

/// Refuses users of the identity provider.
pub(super) fn elsewhere() -> Error {
    Error::conflict("this account's password is kept by the identity provider; change it there")
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, PermissionSet};

    use super::super::samples::{NEW, OLD, hash, id, keeping, known};
    use super::*;

    fn change(present: &str, times: usize, cx: &Context) -> Result<Change<()>> {
        let mut passwords = keeping(times);
        passwords.expect_lock().returning(|user| Ok((user.as_str() == "ada").then(known)));
        ChangePassword { present_hash: hash(present), new_hash: hash(NEW) }.run(&mut passwords, cx)
    }

    #[test]
    fn a_new_password_ends_sessions_and_links_and_no_hash_is_audited() {
        let change = change(OLD, 1, &context_of("ada", [])).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert!(!record.new_values.as_ref().unwrap().to_string().contains('$'));
    }

    #[test]
    fn only_the_present_password_of_a_local_user_is_changed_and_by_no_key() {
        assert!(matches!(change("$a$b$c$older", 0, &context_of("ada", [])), Err(Error::Conflict(_))));
        assert!(matches!(change(OLD, 0, &context_of("user_of_provider", [])), Err(Error::Conflict(_))));
        assert!(matches!(change(OLD, 0, &context(Caller::console())), Err(Error::Forbidden(_))));
        let key = Caller::user(&id("ada"), None, Credential::ApiKey("key_1".into()), PermissionSet::USER);
        assert!(matches!(change(OLD, 0, &context(key)), Err(Error::Forbidden(_))));
    }
}
