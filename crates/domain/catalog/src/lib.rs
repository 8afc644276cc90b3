#![doc = include_str!("../README.md")]

pub mod id;
pub mod packages;
pub mod slug;

pub use id::{CategoryId, ReviewId, SkillId};
