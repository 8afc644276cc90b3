//! API keys: programs act for their owners, within scopes.

mod guard;
mod list;
mod mint;
mod model;
mod network;
mod port;
mod recognize;
mod revoke;
mod rotate;
mod rules;
#[cfg(test)]
mod samples;
mod update;
mod verdict;
mod verify;

pub use list::ListApiKeys;
pub use mint::{MintApiKey, NewApiKey, WantedApiKey, mint_api_key};
pub use model::{ApiKey, ApiKeyId, KeyOwner, ListedApiKey};
pub use network::Network;
#[cfg(any(test, feature = "mock"))]
pub use port::MockApiKeys;
pub use port::{ApiKeys, KeyTerms};
pub use recognize::RecognizesApiKeys;
pub use revoke::RevokeApiKey;
pub use rotate::{RotateApiKey, WantedRotation, rotate_api_key};
pub use update::UpdateApiKey;
pub use verdict::KeyVerdict;
pub use verify::{VerifiedApiKey, VerifyApiKey};

/// The kind of thing in the audit log.
const RESOURCE: &str = "api_key";
