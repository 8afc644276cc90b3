//! `claim.approve`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::award::award;
use super::model::{Claim, ClaimId, ClaimStatus};
use super::port::Claims;

/// Approves a claim: the claimant gets the skill, and all other claims to it are rejected.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ApproveClaim {
    /// ID of the claim.
    pub id: ClaimId,
}

impl Operation for ApproveClaim {
    const NAME: &'static str = "claim.approve";
    const PERMISSION: Permission = Permission::ModerationWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Claims;
    type Output = Claim;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for ApproveClaim {
    fn run(&self, claims: &mut Self::Repository, cx: &Context) -> Result<Change<Claim>> {
        let slug = claims.find(self.id)?.ok_or_else(no_claim)?.skill_slug;
        let skill = claims.lock_skill(&slug)?.ok_or_else(|| Error::conflict("the skill is no longer offered"))?;
        let claim = undecided(claims.lock(self.id)?)?;
        if skill.seller_id.is_some() {
            return Err(Error::conflict("the skill has an owner by now"));
        }
        if !claims.find_claimant(&claim.claimant_id)?.is_some_and(|claimant| claimant.may_own) {
            return Err(Error::conflict("the claimant's account is not in use as a seller's"));
        }
        let (approved, rivals) = award(claims, &skill, &claim, &cx.caller.actor_id, cx)?;
        Ok(Change::of(Self::RESOURCE, self.id).before(&claim).after(&approved).and(rivals).returning(approved))
    }
}

/// The claim, unless it is decided.
pub(super) fn undecided(claim: Option<Claim>) -> Result<Claim> {
    let claim = claim.ok_or_else(no_claim)?;
    match claim.status {
        ClaimStatus::Sandbox => Ok(claim),
        ClaimStatus::Approved => Err(Error::conflict("this claim was approved already")),
        ClaimStatus::Rejected => Err(Error::conflict("this claim was rejected already")),
    }
}

fn no_claim() -> Error {
    Error::not_found("Claim")
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::{Claimant, ClaimedSkill};
    use super::super::port::MockClaims;
    use super::super::samples::{claim, skill};
    use super::*;

    fn approve(known: Option<Claim>, skill: ClaimedSkill, may_own: bool, given: usize) -> Result<Change<Claim>> {
        let mut claims = MockClaims::new();
        let locked = known.clone();
        claims.expect_find().return_once(|_| Ok(known));
        claims.expect_lock().return_once(|_| Ok(locked));
        claims.expect_lock_skill().return_once(|_| Ok(Some(skill)));
        claims.expect_find_claimant().returning(move |_| Ok(Some(Claimant { may_own, verified_email: None })));
        claims.expect_update().times(given * 3).returning(|_| Ok(()));
        claims.expect_give_skill().times(given).returning(|_, _, _| Ok(()));
        let all = || (1..=3).map(|id| claim(id, &format!("user_{id}"))).collect();
        claims.expect_lock_undecided().returning(move |_| Ok(all()));
        let cx = context_of("user_root", [Permission::ModerationWrite]);
        ApproveClaim { id: ClaimId(1) }.run(&mut claims, &cx)
    }

    #[test]
    fn one_is_approved_and_its_rivals_are_rejected() {
        let change = approve(Some(claim(1, "user_1")), skill(), true, 1).unwrap();
        assert_eq!(
            (change.output().status, change.output().decided_by.as_deref()),
            (ClaimStatus::Approved, Some("user_root"))
        );
        let rows: Vec<_> = change.records().iter().map(|row| (row.action, row.resource_id.as_str())).collect();
        assert_eq!(rows, [(None, "1"), (Some("claim.reject"), "2"), (Some("claim.reject"), "3")]);
    }

    #[test]
    fn what_is_decided_owned_or_unknown_stays() {
        let rejected = Claim { status: ClaimStatus::Rejected, ..claim(1, "user_1") };
        assert!(matches!(approve(Some(rejected), skill(), true, 0), Err(Error::Conflict(_))));
        let owned = ClaimedSkill { seller_id: Some(claim(1, "user_b").claimant_id), ..skill() };
        assert!(matches!(approve(Some(claim(1, "user_1")), owned, true, 0), Err(Error::Conflict(_))));
        assert!(matches!(approve(Some(claim(1, "user_1")), skill(), false, 0), Err(Error::Conflict(_))));
        assert!(matches!(approve(None, skill(), true, 0), Err(Error::NotFound(_))));
    }
}
