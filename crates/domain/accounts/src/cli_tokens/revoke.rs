//! The end of a token before its time.

use aedile_kernel::{Authority, Change, Command, Context, Credential, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::mint::RESOURCE;
use super::model::CliToken;
use super::port::CliTokens;

/// Ends the token of the caller's command line: the command line is signed out.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeCliToken {}

impl Operation for RevokeCliToken {
    const NAME: &'static str = "cli_token.revoke";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn CliTokens;
    type Output = CliToken;
}

impl Command for RevokeCliToken {
    fn run(&self, tokens: &mut Self::Repository, cx: &Context) -> Result<Change<CliToken>> {
        let none = || Error::not_found("Command-line token");
        let user = cx.caller.user_id.as_ref().ok_or_else(none)?;
        if let Credential::ApiKey(_) = cx.caller.credential {
            return Err(Error::forbidden("an API key has no say over its owner's tokens"));
        }
        tokens.lock_owner(user)?.ok_or_else(none)?;
        let token = tokens.find_current(user)?.filter(|token| token.is_good_at(cx.now)).ok_or_else(none)?;
        tokens.set_revoked(token.id, cx.now)?;
        Ok(revocation_of(&token).returning(token))
    }
}

/// What the audit log says of a revocation.
pub(super) fn revocation_of(token: &CliToken) -> Change<()> {
    Change::of(RESOURCE, token.id).before(token).as_action(RevokeCliToken::NAME)
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{context, context_of};
    use aedile_kernel::{Caller, PermissionSet};

    use super::super::samples::{IN_USE, id, token, tokens};
    use super::*;

    #[test]
    fn a_token_is_revoked_once() {
        let mut store = tokens(Some(IN_USE), Some(token(1, 60)));
        store.expect_set_revoked().times(1).returning(|_, _| Ok(()));
        let change = RevokeCliToken {}.run(&mut store, &context_of("ada", [])).unwrap();
        let [record] = change.records() else { panic!("one record") };
        assert_eq!((record.action, record.resource_id.as_str()), (Some("cli_token.revoke"), "1"));
        for gone in [None, Some(token(1, CliToken::LIFETIME_SECONDS))] {
            let refused = RevokeCliToken {}.run(&mut tokens(Some(IN_USE), gone), &context_of("ada", []));
            assert!(matches!(refused, Err(Error::NotFound(_))));
        }
    }

    #[test]
    fn c_13_a_key_ends_no_token() {
        let key = Caller::user(&id("ada"), None, Credential::ApiKey("key_1".into()), PermissionSet::USER);
        let refused = RevokeCliToken {}.run(&mut tokens(Some(IN_USE), Some(token(1, 60))), &context(key));
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    }
}
