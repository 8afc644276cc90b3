#![doc = include_str!("../README.md")]

pub mod id;
pub mod packages;
pub mod slug;

pub use id::{CategoryId, ReviewId, SkillId};

use aedile_kernel::{Registry, UnitOfWork, View};

use packages::{DownloadSkill, Downloads};

/// Lists every operation of this crate.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Downloads>,
{
    registry.query::<DownloadSkill>();
}
