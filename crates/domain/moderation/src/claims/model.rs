//! What a claim is.

use aedile_kernel::{Timestamp, UserId, numeric_id};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

numeric_id! {
    /// The number of a claim.
    ClaimId
}

/// Where a claim stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClaimStatus {
    /// An admin has to look at it.
    Sandbox,
    /// The skill is the claimant's.
    Approved,
    /// It is not.
    Rejected,
}

impl ClaimStatus {
    /// Every status.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Approved, Self::Rejected];

    /// The name on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }
}

/// A claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Claim {
    /// Its number.
    pub id: ClaimId,
    /// The slug of the skill.
    pub skill_slug: String,
    /// Who says it is theirs.
    pub claimant_id: UserId,
    /// What they say for it.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub evidence: String,
    /// Where it stands.
    pub status: ClaimStatus,
    /// Why it was rejected.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub reason: Option<String>,
    /// Who decided; `system` when the addresses were the same.
    pub decided_by: Option<String>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

/// A claim that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClaim {
    /// The skill's number.
    pub skill_id: i64,
    /// Who says it is theirs.
    pub claimant_id: UserId,
    /// What they say for it.
    pub evidence: String,
    /// When it is made.
    pub created_at: Timestamp,
}

/// A skill, as far as claims to it are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedSkill {
    /// Its number.
    pub id: i64,
    /// Its slug.
    pub slug: String,
    /// Whether it was imported from another registry.
    pub is_external: bool,
    /// Whose it is; `None` while nobody owns it.
    pub seller_id: Option<UserId>,
    /// The e-mail address of its owner in that registry, lower-cased.
    pub owner_email: Option<String>,
}

/// A user, as far as their claims are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// Whether they sell, and their account is in use.
    pub may_own: bool,
    /// Their e-mail address, lower-cased, if the identity provider says that it is theirs.
    pub verified_email: Option<String>,
}
