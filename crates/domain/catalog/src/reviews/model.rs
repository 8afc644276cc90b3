//! What a review is.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::id::{ReviewId, SkillId};

/// A review, as everybody sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SkillReview {
    /// Its number.
    pub id: ReviewId,
    /// The name of whoever wrote it; `None` when they have none.
    pub reviewer: Option<String>,
    /// 1 to 5.
    pub rating: i64,
    /// One line.
    pub title: Option<String>,
    /// Several lines.
    pub body: Option<String>,
    /// When it was first written.
    pub created_at: Timestamp,
    /// When it was last written.
    pub updated_at: Timestamp,
}

/// What a user says of a skill.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnReview {
    /// Of which skill.
    pub skill_id: SkillId,
    /// Who says it.
    pub user_id: UserId,
    /// 1 to 5.
    pub rating: i64,
    /// One line.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub title: Option<String>,
    /// Several lines.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub body: Option<String>,
}

/// A skill, as far as its reviews are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewedSkill {
    /// Its number.
    pub id: SkillId,
    /// Who sells it; `None` while nobody owns it.
    pub seller_id: Option<UserId>,
}

/// A review that was just written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct WrittenReview {
    /// The review.
    pub review: SkillReview,
    /// Whether it is the user's first of this skill, not one in place of another.
    pub is_new: bool,
}
