//! What the rules about tokens of the command line need of the store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::model::{CliToken, CliTokenId, NewCliToken, Owner, TokenProof};
use crate::secrets::SecretHash;

/// Tokens of the command line. Each user has at most one that is not revoked. Whoever makes or revokes one calls
/// `lock_owner` first.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait CliTokens: Send {
    /// Where the user stands, `None` when unknown. Until the transaction ends nobody else makes or revokes a token of
    /// theirs, and what is read after this is what others committed before.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_owner(&mut self, user: &UserId) -> Result<Option<Owner>>;

    /// The user's token that is not revoked, whether or not it has ended.
    ///
    /// # Errors
    /// If the store fails.
    fn find_current(&mut self, user: &UserId) -> Result<Option<CliToken>>;

    /// The token with this hash, `None` when it is unknown or revoked.
    ///
    /// # Errors
    /// If the store fails.
    fn find_by_hash(&mut self, hash: &SecretHash) -> Result<Option<CliToken>>;

    /// Adds a token.
    ///
    /// # Errors
    /// `Conflict` when the user has one that is not revoked.
    fn insert_token(
        &mut self,
        user: &UserId,
        token: &NewCliToken,
        proof: TokenProof,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<CliToken>;

    /// Ends a token for good.
    ///
    /// # Errors
    /// If the store fails.
    fn set_revoked(&mut self, id: CliTokenId, now: Timestamp) -> Result<()>;

    /// Notes that a token was used. A later use that is noted already stays.
    ///
    /// # Errors
    /// If the store fails.
    fn set_used(&mut self, id: CliTokenId, now: Timestamp) -> Result<()>;
}
