//! What the rules about skills need of a store.

use aedile_kernel::{Page, PageRequest, Result, UserId};

use super::filter::SkillFilter;
use super::index::IndexEntry;
use super::model::{NewSkill, NewVersion, Publisher, Skill, SkillCategory, SkillChanges, SkillVersion};
use super::terms::Terms;
use crate::id::{CategoryId, SkillId};
use crate::reviews::SkillReview;

/// The skills, for those who publish them.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Skills: Send {
    /// What is known of the user as a seller; `None` of whoever is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_publisher(&mut self, user: &UserId) -> Result<Option<Publisher>>;

    /// The category, which can't be taken away before the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn hold_category(&mut self, slug: &str) -> Result<Option<SkillCategory>>;

    /// The skill, offered or not, held until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_skill(&mut self, slug: &str) -> Result<Option<Skill>>;

    /// The slug of the skill that was imported from this registry under this name; `None` when none was.
    ///
    /// # Errors
    /// If the store fails.
    fn find_imported(&mut self, registry: &str, external_id: &str) -> Result<Option<String>>;

    /// Adds the skill under its slug, with what searches find it by, and gives it its number.
    ///
    /// # Errors
    /// `Conflict` when a skill or category has the slug, or a skill the origin.
    fn insert_skill(&mut self, skill: &NewSkill, index: &IndexEntry) -> Result<Skill>;

    /// Writes what a new version says of the skill, and what searches find it by. The skill is
    /// native from then on.
    ///
    /// # Errors
    /// If the store fails.
    fn set_skill(&mut self, id: SkillId, changes: &SkillChanges, index: &IndexEntry) -> Result<Skill>;

    /// Adds a version of the skill.
    ///
    /// # Errors
    /// `Conflict` when the skill has this version.
    fn insert_version(&mut self, id: SkillId, version: &NewVersion) -> Result<()>;

    /// Writes anew what searches find the category's skills by, after its name or keywords changed.
    ///
    /// # Errors
    /// If the store fails.
    fn index_category(&mut self, category: CategoryId) -> Result<()>;
}

/// The skills that are offered, for everybody.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait SkillListing: Send {
    /// The skill; `None` when none of that slug is offered.
    ///
    /// # Errors
    /// If the store fails.
    fn find_skill(&mut self, slug: &str) -> Result<Option<Skill>>;

    /// A part of the skills that pass, the newest first; a cursor holds `created_at` in microseconds and the number.
    /// They are not counted.
    ///
    /// # Errors
    /// If the store fails.
    fn list_skills(&mut self, filter: &SkillFilter, page: &PageRequest) -> Result<Page<Skill>>;

    /// Up to `limit` of the skills that hold all terms and pass, best first, after the first `offset`. Hits in the name
    /// weigh most, those in keywords less, those in the description least; of equals the older comes first.
    ///
    /// # Errors
    /// If the store fails.
    fn search_skills(&mut self, terms: &Terms, filter: &SkillFilter, limit: u32, offset: u32) -> Result<Vec<Skill>>;

    /// Up to `limit` versions of the skill, the newest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_versions(&mut self, id: SkillId, limit: u32) -> Result<Vec<SkillVersion>>;

    /// How many versions the skill has.
    ///
    /// # Errors
    /// If the store fails.
    fn count_versions(&mut self, id: SkillId) -> Result<u64>;

    /// Up to `limit` reviews of the skill, the newest first.
    ///
    /// # Errors
    /// If the store fails.
    fn list_latest_reviews(&mut self, id: SkillId, limit: u32) -> Result<Vec<SkillReview>>;

    /// How often the skill was installed.
    ///
    /// # Errors
    /// If the store fails.
    fn count_skill_installations(&mut self, id: SkillId) -> Result<u64>;
}
