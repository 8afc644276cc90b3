#![doc = include_str!("../README.md")]

mod authenticator_apps;
mod jwks;
mod jwt;
mod key_cache;
mod local;
mod passwords;
mod payload;
mod provider;
mod system;
mod tokens;
mod webhooks;

pub use authenticator_apps::DerivedApps;
pub use local::LocalTokens;
pub use passwords::Pbkdf2Hasher;
pub use provider::{ProviderConfig, ProviderTokens};
pub use system::{SystemClock, SystemEntropy};
pub use tokens::Tokens;
pub use webhooks::ProviderWebhooks;
