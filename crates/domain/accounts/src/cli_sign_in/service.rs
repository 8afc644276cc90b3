//! The two steps of a sign-in by way of a browser.

use aedile_kernel::{Caller, Credential, PermissionSet, Result, Runner, UnitOfWork, View};
use async_trait::async_trait;

use super::exchange::{ExchangeCliCode, refused};
use super::give_code::GiveCliCode;
use super::pkce::CodeVerifier;
use super::port::{CliSignIns, NewCliCode};
use super::request::CliSignInRequest;
use crate::cli_tokens::{CliToken, NewCliToken};
use crate::secrets::Secret;

/// Signs command lines in, over a store it does not name. It is apart from the registry: only the entry point that has just seen
/// somebody sign in gives codes, and only who holds a code and its verifier turns it into a token.
#[async_trait]
pub trait SignsCliIn: Send + Sync {
    /// Gives the caller, who has just signed in, a code for the command line that asks.
    ///
    /// # Errors
    /// As [`GiveCliCode`].
    async fn give_code(&self, caller: &Caller, asked: &CliSignInRequest) -> Result<Secret>;

    /// Turns a code into a token of whoever it was given to. Of `caller` only the circumstances count.
    ///
    /// # Errors
    /// As [`ExchangeCliCode`]: one sentence for everything that may be wrong.
    async fn exchange(&self, caller: &Caller, code: &str, verifier: &str) -> Result<(Secret, CliToken)>;
}

#[async_trait]
impl<S> SignsCliIn for Runner<S>
where
    S: UnitOfWork,
    S::Connection: View<dyn CliSignIns>,
{
    async fn give_code(&self, caller: &Caller, asked: &CliSignInRequest) -> Result<Secret> {
        let secret = Secret::generate("", self.entropy().as_ref());
        let code = NewCliCode {
            code_hash: secret.hash(),
            code_challenge: asked.code_challenge.clone(),
            redirect_uri: asked.redirect_uri.clone(),
        };
        self.command(caller, GiveCliCode { code }).await?;
        Ok(secret)
    }

    async fn exchange(&self, caller: &Caller, code: &str, verifier: &str) -> Result<(Secret, CliToken)> {
        let code_hash = Secret::parse("", code).ok_or_else(refused)?.hash();
        let code_challenge = CodeVerifier::parse(verifier).ok_or_else(refused)?.challenge();
        let hash = code_hash.clone();
        let pending = self.store().read(move |connection| connection.view().find_code(&hash)).await?;
        let pending = pending.ok_or_else(refused)?;
        // The token is made in its owner's name, so that the audit log says whose it is.
        let owner = Caller {
            request: caller.request.clone(),
            ..Caller::user(&pending.user_id, pending.email, Credential::Anonymous, PermissionSet::USER)
        };
        let (secret, token) = NewCliToken::generate(self.entropy().as_ref());
        let exchanged = self.command(&owner, ExchangeCliCode { code_hash, code_challenge, token }).await;
        let done = exchanged.map_err(|error| if error.is_denial() { refused() } else { error })?;
        Ok((secret, done.output))
    }
}
