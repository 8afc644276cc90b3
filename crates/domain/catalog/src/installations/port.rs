//! What the rules about installations need of a store.

use aedile_kernel::{Result, Timestamp, UserId};

use super::model::{InstalledSkill, NewInstallation};
use crate::id::{InstallationId, SkillId};

/// The installations.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Installations: Send {
    /// The skill that is offered under this slug; `None` when none is.
    ///
    /// # Errors
    /// If the store fails.
    fn find_skill(&mut self, slug: &str) -> Result<Option<InstalledSkill>>;

    /// Whether the user holds a licence of the skill.
    ///
    /// # Errors
    /// If the store fails.
    fn owns(&mut self, user: &UserId, skill: SkillId) -> Result<bool>;

    /// The number of the same installation of the same user; `None` when they reported none.
    ///
    /// # Errors
    /// If the store fails.
    fn find(&mut self, installation: &NewInstallation) -> Result<Option<InstallationId>>;

    /// Counts an installation of which no record is kept.
    ///
    /// # Errors
    /// If the store fails.
    fn count_anonymous(&mut self, skill: SkillId) -> Result<()>;

    /// Adds an installation.
    ///
    /// # Errors
    /// If the store fails.
    fn insert(&mut self, installation: &NewInstallation, now: Timestamp) -> Result<InstallationId>;
}
