//! What the end of a session needs of the store.

use aedile_kernel::{Result, Timestamp};

/// Tokens that were signed out, by the IDs in them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait RevokedTokens: Send {
    /// Revokes a token until it ends by itself, and answers whether that is new.
    ///
    /// # Errors
    /// If the store fails.
    fn revoke(&mut self, token_id: &str, expires_at: Timestamp) -> Result<bool>;

    /// Whether the token is revoked.
    ///
    /// # Errors
    /// If the store fails.
    fn is_revoked(&mut self, token_id: &str) -> Result<bool>;
}
