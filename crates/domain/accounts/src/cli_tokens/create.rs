//! A new token for who is signed in.

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Credential, Effect, Entropy, Error, Operation, Operations, Permission,
    Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::mint::{RESOURCE, mint};
use super::model::{CliToken, NewCliToken, TokenProof};
use super::port::CliTokens;
use crate::secrets::Secret;

/// Makes a token for the caller's command line, good for 90 days; the one they had before ends.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateCliToken {
    /// The token that was drawn.
    pub token: NewCliToken,
}

impl Operation for CreateCliToken {
    const NAME: &'static str = "cli_token.create";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = RESOURCE;
    type Repository = dyn CliTokens;
    type Output = CliToken;
}

impl Command for CreateCliToken {
    fn run(&self, tokens: &mut Self::Repository, cx: &Context) -> Result<Change<CliToken>> {
        match (&cx.caller.user_id, &cx.caller.credential) {
            (Some(user), Credential::ProviderToken | Credential::LocalToken) => {
                mint(tokens, user, &self.token, TokenProof::of(cx), cx)
            }
            _ => Err(Error::forbidden("only a sign-in makes a token; this credential can't make another")),
        }
    }
}

/// Draws a token and makes it the caller's. The secret is nowhere but in the answer.
///
/// # Errors
/// Of the permission, and of [`CreateCliToken`].
pub async fn create_cli_token(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
) -> Result<(Secret, CliToken)> {
    let (secret, token) = NewCliToken::generate(entropy);
    let token = operations.run(caller, CreateCliToken { token }).await?.output;
    Ok((secret, token))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::PermissionSet;
    use aedile_kernel::mock::context;

    use super::super::samples::{IN_USE, id, new_token, tokens};
    use super::*;

    fn create(credential: Credential) -> Result<Change<CliToken>> {
        let caller = Caller::user(&id("ada"), None, credential, PermissionSet::USER);
        CreateCliToken { token: new_token() }.run(&mut tokens(Some(IN_USE), None), &context(caller))
    }

    #[test]
    fn whoever_signed_in_gets_their_own() {
        for credential in [Credential::ProviderToken, Credential::LocalToken] {
            assert_eq!(create(credential).unwrap().output().user_id, id("ada"));
        }
    }

    #[test]
    fn c_13_a_token_or_a_key_makes_no_other() {
        for credential in [Credential::CliToken(1), Credential::ApiKey("key_1".into()), Credential::Anonymous] {
            assert!(matches!(create(credential.clone()), Err(Error::Forbidden(_))), "{credential:?}");
        }
        for machine in [Caller::system(), Caller::console()] {
            let refused = CreateCliToken { token: new_token() }.run(&mut tokens(Some(IN_USE), None), &context(machine));
            assert!(matches!(refused, Err(Error::Forbidden(_))));
        }
    }

    #[test]
    fn c_28_neither_owner_nor_end_can_be_told() {
        let token = serde_json::json!({ "token_hash": "0".repeat(64), "token_prefix": "aed_cli_abcdef" });
        assert!(serde_json::from_value::<CreateCliToken>(serde_json::json!({ "token": token.clone() })).is_ok());
        for field in ["user_id", "expires_at", "token"] {
            let mut more = token.clone();
            more[field] = "2099-01-01T00:00:00Z".into();
            assert!(serde_json::from_value::<CreateCliToken>(serde_json::json!({ "token": more })).is_err(), "{field}");
        }
    }
}
