//! `/v1/skills/{slug}/claim`.

use actix_web::HttpResponse;
use aedile_kernel::UserId;
use aedile_moderation::claims::{Claim, ClaimId, ClaimStatus, CreateClaim};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::times::Zoned;

pub(super) async fn create(mut call: Call<CreateClaim>) -> Answer {
    let said: Option<Said> = call.optional_json().await?;
    let evidence = said.map(|said| said.evidence).unwrap_or_default();
    let operation = CreateClaim { slug: call.segment("slug")?, evidence };
    call.answer(operation, |claim| (HttpResponse::Created(), ClaimBody::from(claim))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    #[serde(default)]
    evidence: String,
}

/// A claim, as its claimant and admins see it.
#[derive(Serialize, JsonSchema)]
pub(in crate::families) struct ClaimBody {
    id: ClaimId,
    skill_slug: String,
    claimant_id: UserId,
    evidence: String,
    status: ClaimStatus,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<Zoned>,
    created_at: Zoned,
}

impl From<Claim> for ClaimBody {
    fn from(claim: Claim) -> Self {
        Self {
            id: claim.id,
            skill_slug: claim.skill_slug,
            claimant_id: claim.claimant_id,
            evidence: claim.evidence,
            status: claim.status,
            reason: claim.reason,
            decided_by: claim.decided_by,
            decided_at: claim.decided_at.map(Zoned::from),
            created_at: claim.created_at.into(),
        }
    }
}
