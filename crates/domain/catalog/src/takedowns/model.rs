//! Skills and reviews as moderators see them.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{ReviewId, SkillId};

/// Since when and why something is taken down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Takedown {
    /// Since when.
    pub at: Timestamp,
    /// The reason that the admin gave: 1 to 1,000 characters.
    pub reason: String,
}

/// A skill, offered or withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModeratedSkill {
    /// ID of the skill.
    pub id: SkillId,
    /// Name of the skill in URLs.
    pub slug: String,
    /// Name of the skill for people.
    pub name: String,
    /// The seller; `None` while nobody owns the skill.
    pub seller_id: Option<UserId>,
    /// The withdrawal, while the skill is withdrawn.
    pub withdrawn: Option<Takedown>,
}

/// A review, shown or removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ModeratedReview {
    /// ID of the review.
    pub id: ReviewId,
    /// Slug of the reviewed skill.
    pub skill_slug: String,
    /// Who wrote the review.
    pub reviewer_id: UserId,
    /// 1 to 5.
    pub rating: i64,
    /// One line.
    pub title: Option<String>,
    /// Several lines.
    pub body: Option<String>,
    /// The removal, while the review is removed.
    pub removed: Option<Takedown>,
}
