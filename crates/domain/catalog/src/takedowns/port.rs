//! What the rules about takedowns need of a store.

use aedile_kernel::{Page, PageRequest, Result};

use super::model::{ModeratedReview, ModeratedSkill, Takedown};
use crate::id::{ReviewId, SkillId};

/// Skills and reviews, shown or not.
#[cfg_attr(any(test, feature = "mock"), mockall::automock)]
pub trait Takedowns: Send {
    /// The skill, locked until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_moderated_skill(&mut self, slug: &str) -> Result<Option<ModeratedSkill>>;

    /// Withdraws the skill, or offers it again without a `withdrawal`. Listings, searches, pages and checkouts offer it
    /// only while it is not withdrawn; downloads of those who bought it go on.
    ///
    /// # Errors
    /// If the store fails.
    fn set_withdrawn(&mut self, id: SkillId, withdrawal: Option<Takedown>) -> Result<()>;

    /// A part of the withdrawn skills, the last withdrawn first, with their number; a cursor holds the time of the
    /// withdrawal in microseconds and the ID.
    ///
    /// # Errors
    /// If the store fails.
    fn list_withdrawn(&mut self, page: &PageRequest) -> Result<Page<ModeratedSkill>>;

    /// The review, locked with its skill until the transaction ends; `None` when there is none.
    ///
    /// # Errors
    /// If the store fails.
    fn lock_moderated_review(&mut self, id: ReviewId) -> Result<Option<ModeratedReview>>;

    /// Removes the review and takes its rating out of the skill's, or puts both back without a `removal`. Call it only
    /// when that changes something.
    ///
    /// # Errors
    /// If the store fails.
    fn set_removed(&mut self, id: ReviewId, removal: Option<Takedown>) -> Result<()>;

    /// A part of the removed reviews, the last removed first, with their number; a cursor holds the time of the removal in
    /// microseconds and the ID.
    ///
    /// # Errors
    /// If the store fails.
    fn list_removed(&mut self, page: &PageRequest) -> Result<Page<ModeratedReview>>;
}
