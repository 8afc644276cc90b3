//! Reviews: what users say of skills.

mod list;
mod model;
mod port;
mod write;

pub use list::ListReviews;
pub use model::{OwnReview, ReviewedSkill, SkillReview, WrittenReview};
#[cfg(any(test, feature = "mock"))]
pub use port::MockReviews;
pub use port::Reviews;
pub use write::WriteReview;

/// The kind of thing in the audit log.
const RESOURCE: &str = "review";
