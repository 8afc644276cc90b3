//! Skills: publishing, importing, listing and finding them.

mod detail;
mod fields;
mod filter;
mod get;
mod import;
mod index;
mod list;
mod model;
mod port;
mod publish;
#[cfg(test)]
mod samples;
mod search;
mod terms;

pub use detail::{GetSkillDetail, RatedReviews, SkillDetail};
pub use filter::SkillFilter;
pub use get::GetSkill;
pub use import::ImportSkill;
pub use index::IndexEntry;
pub use list::ListSkills;
pub use model::{
    CURRENCY, NewSkill, NewVersion, Origin, Publisher, Rating, Seller, Skill, SkillCategory, SkillChanges,
    SkillVersion, Source,
};
#[cfg(any(test, feature = "mock"))]
pub use port::{MockSkillListing, MockSkills};
pub use port::{SkillListing, Skills};
pub use publish::PublishSkill;
pub use search::SearchSkills;
pub use terms::{Term, Terms};

/// The kind of thing in the audit log.
const RESOURCE: &str = "skill";
