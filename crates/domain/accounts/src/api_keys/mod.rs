//! API keys: programs act for their owners, within scopes.

mod list;
mod mint;
mod model;
mod port;
mod recognize;
mod revoke;

pub use list::ListApiKeys;
pub use mint::{MintApiKey, NewApiKey, WantedApiKey, mint_api_key};
pub use model::{ApiKey, ApiKeyId, KeyOwner};
pub use port::ApiKeys;
#[cfg(any(test, feature = "mock"))]
pub use port::MockApiKeys;
pub use recognize::RecognizesApiKeys;
pub use revoke::RevokeApiKey;

/// The kind of thing in the audit log.
const RESOURCE: &str = "api_key";
