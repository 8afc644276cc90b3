//! What the system asks of tokens.

use std::fmt;

use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Result, Timestamp, UserId};
use async_trait::async_trait;

use crate::local_users::LocalRole;

/// Who vouches for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenSource {
    /// The identity provider.
    Provider,
    /// A local sign-in.
    Local,
}

/// What a token that was verified says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// Whose it is.
    pub user_id: UserId,
    /// Who vouches for it.
    pub source: TokenSource,
    /// The user's e-mail address, when the token names one.
    pub email: Option<String>,
    /// Whether the identity provider says that the address is the user's.
    pub email_verified: bool,
    /// The user's name, when the token names one.
    pub name: Option<String>,
    /// Whether the identity provider says the user is an administrator. Always false for a local token: a local user's
    /// role is read from the database at each request, so that a demotion counts at once.
    pub has_admin_claim: bool,
    /// ID of the token, by which a local session is ended before its time; `None` for tokens of the identity provider.
    pub session_id: Option<String>,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl VerifiedToken {
    /// How far the clocks of two machines may be apart.
    pub const LEEWAY_SECONDS: i64 = 60;

    /// From when on it is refused.
    #[must_use]
    pub fn refused_from(&self) -> Timestamp {
        self.expires_at.plus_seconds(Self::LEEWAY_SECONDS)
    }
}

/// Tells good tokens from bad ones.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait TokenVerifier: Send + Sync {
    /// Verifies a token.
    ///
    /// # Errors
    /// `Unauthenticated` for a bad one; `Unavailable` when the identity provider's keys can't be had.
    async fn verify(&self, token: &str) -> Result<VerifiedToken>;
}

/// A token that was just made.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedToken {
    /// The token.
    pub token: String,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl fmt::Debug for IssuedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuedToken").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Draws an ID for a new token: 128 random bits, in hexadecimal.
#[must_use]
pub fn new_token_id(entropy: &dyn Entropy) -> String {
    hex(&random_bytes::<16>(entropy))
}

/// Makes the tokens of local sign-ins.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// Makes a token of `user` with an ID that no other token has. The role is in it for clients to read; nothing here
    /// believes it.
    ///
    /// # Errors
    /// `Internal` if signing fails.
    fn issue(&self, user: &UserId, role: LocalRole, id: &str, now: Timestamp) -> Result<IssuedToken>;
}
