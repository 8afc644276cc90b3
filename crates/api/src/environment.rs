//! What the binary knows of its own surroundings, for whoever runs it. Nothing of it is secret.

use aedile_kernel::Timestamp;

/// The surroundings of a server.
#[derive(Debug, Clone)]
pub struct Environment {
    /// Aedile's version.
    pub version: &'static str,
    /// The kind of database.
    pub database: &'static str,
    /// When the server was started.
    pub started_at: Timestamp,
    /// Whether users can sign in with a password that is kept here.
    pub has_local_sign_in: bool,
    /// Whether an identity provider's users can sign in.
    pub has_identity_provider: bool,
    /// Whether mail is sent.
    pub has_mail: bool,
    /// Whether it shares rate limits with other instances, over Redis.
    pub has_redis: bool,
}
