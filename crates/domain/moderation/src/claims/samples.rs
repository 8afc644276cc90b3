//! Claims for tests.

use aedile_kernel::{Timestamp, UserId};

use super::model::{Claim, ClaimId, ClaimStatus, ClaimedSkill};

/// An undecided claim to the skill `pdf`.
pub(super) fn claim(id: i64, claimant: &str) -> Claim {
    Claim {
        id: ClaimId(id),
        skill_slug: "pdf".into(),
        claimant_id: UserId::parse(claimant).unwrap(),
        evidence: String::new(),
        status: ClaimStatus::Sandbox,
        reason: None,
        decided_by: None,
        decided_at: None,
        created_at: Timestamp::from_micros(1),
    }
}

/// A skill of another registry, whose owner there is owner@example.com.
pub(super) fn skill() -> ClaimedSkill {
    ClaimedSkill {
        id: 7,
        slug: "pdf".into(),
        is_external: true,
        seller_id: None,
        owner_email: Some("owner@example.com".into()),
    }
}
