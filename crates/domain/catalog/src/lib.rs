#![doc = include_str!("../README.md")]

pub mod id;
pub mod packages;
pub mod skills;
pub mod slug;

use aedile_kernel::{Registry, UnitOfWork, View};
use packages::{DownloadSkill, Downloads};
use skills::{GetSkill, GetSkillDetail, ImportSkill, ListSkills, PublishSkill, SearchSkills, Shelf, Skills};

pub use id::{CategoryId, ReviewId, SkillId};

/// Lists the operations of this domain.
pub fn register<S>(registry: &mut Registry<S>)
where
    S: UnitOfWork,
    S::Connection: View<dyn Skills> + View<dyn Shelf> + View<dyn Downloads>,
{
    registry
        .query::<ListSkills>()
        .query::<GetSkill>()
        .query::<GetSkillDetail>()
        .query::<SearchSkills>()
        .command::<ImportSkill>()
        .internal_command::<PublishSkill>()
        .query::<DownloadSkill>();
}
