#![doc = include_str!("../README.md")]

mod jwks;
mod jwt;
mod key_cache;
mod local;
mod passwords;
mod provider;
mod system;
mod tokens;

pub use local::LocalTokens;
pub use passwords::Pbkdf2Hasher;
pub use provider::{ProviderConfig, ProviderTokens};
pub use system::{SystemClock, SystemEntropy};
pub use tokens::Tokens;
