#![doc = include_str!("../README.md")]

mod link;
mod local;
mod news;
mod shared;
mod sign_ins;

pub use local::LocalLimiter;
pub use news::{Listener, RedisNews};
pub use shared::RedisLimiter;
pub use sign_ins::MemorySignInThrottle;
