#![doc = include_str!("../README.md")]

mod link;
mod local;
mod shared;
mod sign_ins;

pub use local::LocalLimiter;
pub use shared::RedisLimiter;
pub use sign_ins::MemorySignInThrottle;
