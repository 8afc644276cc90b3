//! Tokens of the command line: long-lived, one a user, revoked by the next one.

mod create;
mod mint;
mod model;
mod port;
mod recognize;
mod revoke;
mod show;

pub use create::{CreateCliToken, create_cli_token};
pub(crate) use mint::mint;
pub use model::{CliToken, CliTokenId, NewCliToken, Owner, TokenProof};
pub use port::CliTokens;
#[cfg(any(test, feature = "mock"))]
pub use port::MockCliTokens;
pub use recognize::RecognizesCliTokens;
pub use revoke::RevokeCliToken;
pub use show::ShowCliToken;

#[cfg(test)]
pub(crate) mod samples;
