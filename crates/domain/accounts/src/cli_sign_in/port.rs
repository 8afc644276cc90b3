//! What the rules about signing in by way of a browser need of the store.

use aedile_kernel::{Result, Timestamp, UserId};
use schemars::JsonSchema;
use serde::Deserialize;

use super::pkce::CodeChallenge;
use super::redirect::LoopbackUri;
use crate::cli_tokens::{CliTokens, TokenProof};
use crate::secrets::SecretHash;

/// A code that was drawn, without the code itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCliCode {
    /// The SHA-256 of the code, in hexadecimal.
    pub code_hash: SecretHash,
    /// What the verifier must answer.
    pub code_challenge: CodeChallenge,
    /// Where the code is sent.
    pub redirect_uri: LoopbackUri,
}

/// A code that was given and not yet used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSignIn {
    /// Who signed in.
    pub user_id: UserId,
    /// Their address, when known.
    pub email: Option<String>,
    /// What the verifier must answer.
    pub code_challenge: CodeChallenge,
    /// How they proved who they are.
    pub proof: TokenProof,
    /// When the code ends.
    pub expires_at: Timestamp,
}

/// Codes that a browser carries to a command line, and the tokens they are turned into.
pub trait CliSignIns: CliTokens {
    /// Keeps a code, and removes the user's codes that ended before `now`: who asks for many keeps those of five minutes.
    ///
    /// # Errors
    /// If the store fails.
    fn insert_code(
        &mut self,
        user: &UserId,
        code: &NewCliCode,
        proof: TokenProof,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()>;

    /// The sign-in behind a code, `None` when the code is unknown or was used.
    ///
    /// # Errors
    /// If the store fails.
    fn find_code(&mut self, hash: &SecretHash) -> Result<Option<PendingSignIn>>;

    /// Uses a code up, in one step that of several callers at once lets exactly one through. Answers whether
    /// it was this one.
    ///
    /// # Errors
    /// If the store fails.
    fn use_code(&mut self, hash: &SecretHash, now: Timestamp) -> Result<bool>;
}

#[cfg(any(test, feature = "mock"))]
mod mock {
    use super::{CliSignIns, CliTokens, NewCliCode, PendingSignIn, Result, SecretHash, Timestamp, UserId};
    use crate::cli_tokens::{CliToken, CliTokenId, NewCliToken, Owner, TokenProof};

    mockall::mock! {
        pub CliSignIns {}

        impl CliTokens for CliSignIns {
            fn lock_owner(&mut self, user: &UserId) -> Result<Option<Owner>>;
            fn find_current(&mut self, user: &UserId) -> Result<Option<CliToken>>;
            fn find_by_hash(&mut self, hash: &SecretHash) -> Result<Option<CliToken>>;
            fn insert_token(
                &mut self,
                user: &UserId,
                token: &NewCliToken,
                proof: TokenProof,
                now: Timestamp,
                expires_at: Timestamp,
            ) -> Result<CliToken>;
            fn set_revoked(&mut self, id: CliTokenId, now: Timestamp) -> Result<()>;
            fn set_used(&mut self, id: CliTokenId, now: Timestamp) -> Result<()>;
        }

        impl CliSignIns for CliSignIns {
            fn insert_code(
                &mut self,
                user: &UserId,
                code: &NewCliCode,
                proof: TokenProof,
                now: Timestamp,
                expires_at: Timestamp,
            ) -> Result<()>;
            fn find_code(&mut self, hash: &SecretHash) -> Result<Option<PendingSignIn>>;
            fn use_code(&mut self, hash: &SecretHash, now: Timestamp) -> Result<bool>;
        }
    }
}
#[cfg(any(test, feature = "mock"))]
pub use mock::MockCliSignIns;
