//! What admins take down: skills withdrawn from the marketplace, and reviews removed from a skill.

mod list_removed_reviews;
mod list_withdrawn_skills;
mod model;
mod port;
mod remove_review;
mod restore_review;
mod restore_skill;
mod withdraw_skill;

pub use list_removed_reviews::ListRemovedReviews;
pub use list_withdrawn_skills::ListWithdrawnSkills;
pub use model::{ModeratedReview, ModeratedSkill, Takedown};
#[cfg(any(test, feature = "mock"))]
pub use port::MockTakedowns;
pub use port::Takedowns;
pub use remove_review::RemoveReview;
pub use restore_review::RestoreReview;
pub use restore_skill::RestoreSkill;
pub use withdraw_skill::WithdrawSkill;

/// The most characters of a reason.
const LONGEST_REASON: usize = 1_000;
