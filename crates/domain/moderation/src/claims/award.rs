//! How a skill comes to whoever claimed it.

use aedile_kernel::{Change, Context, Operation, Result};

use super::model::{Claim, ClaimStatus, ClaimedSkill};
use super::port::Claims;
use super::{RESOURCE, RejectClaim};

/// Approves the claim in the name of `decided_by`, moves the skill, and rejects all other undecided claims to it.
pub(super) fn award(
    claims: &mut dyn Claims,
    skill: &ClaimedSkill,
    claim: &Claim,
    decided_by: &str,
    cx: &Context,
) -> Result<(Claim, Change<()>)> {
    let approved = decided(claim, ClaimStatus::Approved, None, decided_by, cx);
    claims.update(&approved)?;
    claims.give_skill(skill.id, &claim.claimant_id, cx.now)?;
    let mut change = Change::none();
    for rival in claims.lock_undecided(skill.id)?.into_iter().filter(|rival| rival.id != claim.id) {
        let reason = Some("another claim to this skill was approved".to_owned());
        let rejected = decided(&rival, ClaimStatus::Rejected, reason, decided_by, cx);
        claims.update(&rejected)?;
        change =
            change.and(Change::of(RESOURCE, rival.id).before(&rival).after(&rejected).as_action(RejectClaim::NAME));
    }
    Ok((approved, change))
}

/// The claim, once it is decided.
pub(super) fn decided(
    claim: &Claim,
    status: ClaimStatus,
    reason: Option<String>,
    decided_by: &str,
    cx: &Context,
) -> Claim {
    Claim { status, reason, decided_by: Some(decided_by.to_owned()), decided_at: Some(cx.now), ..claim.clone() }
}
