//! What the system asks of tokens.

use aedile_kernel::digest::hex;
use aedile_kernel::time::random_bytes;
use aedile_kernel::{Entropy, Result, Timestamp, UserId};
use async_trait::async_trait;

use crate::impersonation::ImpersonationId;
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
    /// How the user proved who they are to the identity provider, when it tells.
    pub provider_proof: Option<ProviderProof>,
    /// Who acts as the user, by the word of whoever made the token.
    pub acted_by: Option<String>,
    /// Number of the impersonation that a token of this server's belongs to; it has no session then.
    pub impersonation_id: Option<ImpersonationId>,
    /// When it was made, when it says so.
    pub issued_at: Option<Timestamp>,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// How somebody proved who they are to the identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProviderProof {
    /// When they last did.
    pub proved_at: Timestamp,
    /// Whether a second factor was among it.
    pub has_second_factor: bool,
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

/// What a new token of a local sign-in says.
#[derive(Debug, Clone, Copy)]
pub struct NewToken<'a> {
    /// Whose it is.
    pub user: &'a UserId,
    /// Their role. It is in the token for clients to read; nothing here believes it.
    pub role: LocalRole,
    /// ID of the session.
    pub session_id: &'a str,
    /// The present.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// What a token says by which an admin acts as a user.
#[derive(Debug, Clone, Copy)]
pub struct ActingToken<'a> {
    /// Who is acted as.
    pub user: &'a UserId,
    /// ID of the admin: the `act` claim (RFC 8693, section 4.1).
    pub acted_by: &'a UserId,
    /// Number of the impersonation.
    pub impersonation_id: ImpersonationId,
    /// The present.
    pub now: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

/// Draws an ID for a new session: 128 random bits, in hexadecimal.
#[must_use]
pub fn new_session_id(entropy: &dyn Entropy) -> String {
    hex(&random_bytes::<16>(entropy))
}

/// Makes the tokens of local sign-ins and of impersonations.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait TokenIssuer: Send + Sync {
    /// Makes a token. Nothing keeps it but its owner.
    ///
    /// # Errors
    /// `Internal` if signing fails.
    fn issue<'a>(&self, new: &NewToken<'a>) -> Result<String>;

    /// Makes a token by which an admin acts as a user.
    ///
    /// # Errors
    /// `Internal` if signing fails.
    fn issue_acting<'a>(&self, new: &ActingToken<'a>) -> Result<String>;
}
