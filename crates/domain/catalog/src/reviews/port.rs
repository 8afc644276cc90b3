//! What the rules about reviews need of a store.

use aedile_kernel::{Page, PageRequest, Result, Timestamp, UserId};

use super::model::{OwnReview, ReviewedSkill, SkillReview};
use crate::id::SkillId;

/// The reviews.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Reviews: Send {
    /// The skill that is offered under this slug; `None` when none is.
    ///
    /// # Errors
    /// If the store fails.
    fn find_skill(&mut self, slug: &str) -> Result<Option<ReviewedSkill>>;

    /// The same, held until the transaction ends: its reviews are written one after the other.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_skill(&mut self, slug: &str) -> Result<Option<ReviewedSkill>>;

    /// Whether the user has installed or bought the skill.
    ///
    /// # Errors
    /// If the store fails.
    fn has_used(&mut self, user: &UserId, skill: SkillId) -> Result<bool>;

    /// What the user said of the skill before; `None` when nothing.
    ///
    /// # Errors
    /// If the store fails.
    fn find_own(&mut self, user: &UserId, skill: SkillId) -> Result<Option<OwnReview>>;

    /// Whether an admin removed what the user said of the skill.
    ///
    /// # Errors
    /// If the store fails.
    fn is_removed(&mut self, user: &UserId, skill: SkillId) -> Result<bool>;

    /// Writes what the user says, in place of what they said before, and counts the rating to the skill's.
    ///
    /// # Errors
    /// If the store fails.
    fn put(&mut self, review: &OwnReview, before: Option<i64>, now: Timestamp) -> Result<SkillReview>;

    /// A part of the skill's reviews, the newest first, with their number.
    ///
    /// # Errors
    /// If the store fails.
    fn list(&mut self, skill: SkillId, page: &PageRequest) -> Result<Page<SkillReview>>;
}
