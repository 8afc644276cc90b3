//! A code becomes a token, once.

use aedile_kernel::{Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::pkce::CodeChallenge;
use super::port::CliSignIns;
use crate::cli_tokens::{CliToken, NewCliToken, mint};
use crate::secrets::SecretHash;

/// Turns the code that a browser carried to the caller's command line into its token.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ExchangeCliCode {
    /// The SHA-256 of the code, in hexadecimal.
    pub code_hash: SecretHash,
    /// The challenge that the verifier answers.
    pub code_challenge: CodeChallenge,
    /// The token that was drawn.
    pub token: NewCliToken,
}

impl Operation for ExchangeCliCode {
    const NAME: &'static str = "cli_code.exchange";
    const PERMISSION: Permission = Permission::Own;
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = "cli_code";
    type Repository = dyn CliSignIns;
    type Output = CliToken;
}

impl Command for ExchangeCliCode {
    fn run(&self, sign_ins: &mut Self::Repository, cx: &Context) -> Result<Change<CliToken>> {
        let pending = sign_ins.find_code(&self.code_hash)?.ok_or_else(refused)?;
        let is_right = pending.code_challenge == self.code_challenge && cx.now < pending.expires_at;
        // A wrong verifier uses nothing up, or whoever sees the code go by could spoil it.
        if !is_right || !cx.caller.is(&pending.user_id) || !sign_ins.use_code(&self.code_hash, cx.now)? {
            return Err(refused());
        }
        mint(sign_ins, &pending.user_id, &self.token, pending.proof, cx).map_err(|error| match error {
            Error::Forbidden(_) | Error::NotFound(_) => refused(),
            error => error,
        })
    }
}

/// The one answer to a wrong code, a wrong verifier, a code that is over or was used, and an account that is not in use.
pub(super) fn refused() -> Error {
    Error::invalid("code", "the code or its verifier is wrong, or the code is over; sign in again")
}

#[cfg(test)]
mod tests {
    use aedile_kernel::AccountStatus;
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, SeededEntropy, context_of};

    use super::super::pkce::CodeVerifier;
    use super::super::port::{MockCliSignIns, PendingSignIn};
    use super::*;
    use crate::cli_tokens::Owner;
    use crate::cli_tokens::samples::{IN_USE, id, new_token, token};
    use crate::secrets::Secret;

    fn challenge(letter: &str) -> CodeChallenge {
        CodeVerifier::parse(&letter.repeat(43)).unwrap().challenge()
    }

    fn code() -> SecretHash {
        Secret::generate("", &SeededEntropy::default()).hash()
    }

    fn exchange(letter: &str) -> ExchangeCliCode {
        ExchangeCliCode { code_hash: code(), code_challenge: challenge(letter), token: new_token() }
    }

    fn store(seconds_left: i64, owner: Owner, is_first: bool) -> MockCliSignIns {
        let mut store = MockCliSignIns::new();
        store.expect_find_code().returning(move |hash| {
            let expires_at = Timestamp::from_micros(NOW).plus_seconds(seconds_left);
            let pending = pending(expires_at);
            Ok((hash == &code()).then_some(pending))
        });
        store.expect_use_code().returning(move |_, _| Ok(is_first));
        store.expect_lock_owner().returning(move |_| Ok(Some(owner)));
        store.expect_find_current().returning(|_| Ok(None));
        store.expect_insert_token().returning(|_, _, _, _, _| Ok(token(2, 0)));
        store
    }

    fn pending(expires_at: Timestamp) -> PendingSignIn {
        let proof = token(2, 0).proof;
        PendingSignIn { user_id: id("ada"), email: None, code_challenge: challenge("v"), proof, expires_at }
    }

    fn refusal(result: Result<Change<CliToken>>) -> String {
        result.unwrap_err().to_string()
    }

    #[test]
    fn the_right_verifier_brings_the_token() {
        let change = exchange("v").run(&mut store(1, IN_USE, true), &context_of("ada", [])).unwrap();
        assert_eq!(change.output(), &token(2, 0));
        assert_eq!(change.records()[0].action, Some("cli_token.create"));
    }

    #[test]
    fn c_29_whatever_is_wrong_the_answer_is_the_same() {
        let ada = context_of("ada", []);
        let held = Owner { status: AccountStatus::Held, api_disabled: false };
        let unknown = ExchangeCliCode { code_hash: SecretHash::parse(&"0".repeat(64)).unwrap(), ..exchange("v") };
        let refusals = [
            refusal(unknown.run(&mut store(1, IN_USE, true), &ada)),
            refusal(exchange("w").run(&mut store(1, IN_USE, true), &ada)),
            refusal(exchange("v").run(&mut store(0, IN_USE, true), &ada)),
            refusal(exchange("v").run(&mut store(1, IN_USE, false), &ada)),
            refusal(exchange("v").run(&mut store(1, held, true), &ada)),
            refusal(exchange("v").run(&mut store(1, IN_USE, true), &context_of("eve", []))),
        ];
        assert!(refusals.iter().all(|refusal| refusal == &refused().to_string()), "{refusals:?}");
    }

    #[test]
    fn a_wrong_verifier_uses_nothing_up() {
        let mut kept = MockCliSignIns::new();
        kept.expect_find_code().returning(|_| {
            let expires_at = Timestamp::from_micros(NOW).plus_seconds(9);
            Ok(Some(pending(expires_at)))
        });
        kept.expect_use_code().never();
        assert!(exchange("w").run(&mut kept, &context_of("ada", [])).is_err());
    }
}
