//! What packages need from the world: somebody who looks into them, a place to keep them, and the catalog's rows.

use std::ops::Range;

use aedile_kernel::{Result, UserId};
use async_trait::async_trait;
use bytes::Bytes;

use super::model::{Inspected, Package};
use crate::SkillId;

/// Looks into packages before they are taken, away from the threads that serve requests.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait PackageInspector: Send + Sync {
    /// Reads a package to its end and believes nothing that it says of itself.
    ///
    /// # Errors
    /// `Invalid` about `package`, with a sentence for whoever made it, when it must not be taken.
    async fn inspect(&self, bytes: Bytes) -> Result<Inspected>;
}

/// A place where artifacts are kept.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
#[async_trait]
pub trait ArtifactStore: Send + Sync {
    /// Keeps bytes under a name: all of them or none, and durably before this returns. The same name again, with the same
    /// bytes, does no harm.
    ///
    /// # Errors
    /// `Unavailable` when the store can't be reached or refuses.
    async fn put(&self, artifact: &str, bytes: Bytes) -> Result<()>;

    /// The bytes of a name, or a range of them that lies within; `None` when nothing is kept under it.
    ///
    /// # Errors
    /// `Unavailable` when the store can't be reached.
    async fn get(&self, artifact: &str, range: Option<Range<u64>>) -> Result<Option<Box<dyn ArtifactReader>>>;
}

/// An artifact on its way out, piece by piece.
#[async_trait]
pub trait ArtifactReader: Send {
    /// The next piece; `None` at the end.
    ///
    /// # Errors
    /// `Unavailable` when the store broke off.
    async fn next(&mut self) -> Result<Option<Bytes>>;
}

/// What is known of a skill when somebody asks for its package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Which skill.
    pub skill_id: SkillId,
    /// Whose skill it is; nobody's while an imported one is unclaimed.
    pub seller_id: Option<UserId>,
    /// What it costs; 0 is free.
    pub price_cents: i64,
    /// Whether the marketplace shows it.
    pub is_active: bool,
    /// The version that who names none gets; `None` when there is no package at all.
    pub version: Option<String>,
}

/// The rows of the catalog that downloads need.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Downloads: Send {
    /// The skill of this slug, shown or not; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn find_offer(&mut self, slug: &str) -> Result<Option<Offer>>;

    /// The package of a version; `None` when the skill has no such version.
    ///
    /// # Errors
    /// If the store fails.
    fn find_package(&mut self, skill_id: SkillId, version: &str) -> Result<Option<Package>>;

    /// Whether the user holds a licence of the skill.
    ///
    /// # Errors
    /// If the store fails.
    fn owns(&mut self, user: &UserId, skill_id: SkillId) -> Result<bool>;

    /// Adds downloads to what was counted, in a fixed order, so that two instances never wait for each other in a circle. A
    /// skill that is gone is passed over.
    ///
    /// # Errors
    /// If the store fails; nothing is added then.
    fn add_downloads(&mut self, batch: &[DownloadCount]) -> Result<()>;
}

/// So many downloads of a skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DownloadCount {
    /// Which skill.
    pub skill_id: SkillId,
    /// How many.
    pub count: i64,
}
