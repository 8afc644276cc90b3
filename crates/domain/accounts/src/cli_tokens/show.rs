//! The caller's token, without the token itself.

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::mint::RESOURCE;
use super::model::CliToken;
use super::port::CliTokens;

/// Shows how the token of the caller's command line begins, when it ends and when it was last used.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShowCliToken {}

impl Operation for ShowCliToken {
    const NAME: &'static str = "cli_token.show";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn CliTokens;
    type Output = CliToken;
}

impl Query for ShowCliToken {
    fn run(&self, tokens: &mut Self::Repository, cx: &Context) -> Result<CliToken> {
        let none = || Error::not_found("Command-line token");
        let user = cx.caller.user_id.as_ref().ok_or_else(none)?;
        tokens.find_current(user)?.filter(|token| token.is_good_at(cx.now)).ok_or_else(none)
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::samples::{IN_USE, token, tokens};
    use super::*;

    #[test]
    fn the_token_that_works_is_shown() {
        let mut store = tokens(Some(IN_USE), Some(token(1, 60)));
        assert_eq!(ShowCliToken {}.run(&mut store, &context_of("ada", [])).unwrap(), token(1, 60));
        for gone in [None, Some(token(1, CliToken::LIFETIME_SECONDS))] {
            let refused = ShowCliToken {}.run(&mut tokens(Some(IN_USE), gone), &context_of("ada", []));
            assert!(matches!(refused, Err(Error::NotFound(_))));
        }
    }
}
