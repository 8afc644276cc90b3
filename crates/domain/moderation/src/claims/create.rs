//! `claim.create`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::award::award;
use super::model::{Claim, Claimant, ClaimedSkill, NewClaim};
use super::port::Claims;

/// Who decides when the addresses are the same.
const SYSTEM: &str = "system";

/// Says that a skill of another registry is the caller's. It becomes theirs at once when their verified e-mail address is
/// that of its owner there; otherwise an admin decides.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateClaim {
    /// The skill's slug.
    pub slug: String,
    /// What speaks for it, such as a link to the source: at most 4,000 characters.
    #[serde(default)]
    pub evidence: String,
}

impl Operation for CreateClaim {
    const NAME: &'static str = "claim.create";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Claims;
    type Output = Claim;

    fn resource_id(&self) -> Option<String> {
        Some(self.slug.clone())
    }
}

impl Command for CreateClaim {
    fn run(&self, claims: &mut Self::Repository, cx: &Context) -> Result<Change<Claim>> {
        let evidence = match self.evidence.trim() {
            "" => String::new(),
            evidence => text::paragraphs("evidence", evidence, 4_000)?,
        };
        let not_a_seller = || Error::forbidden("only sellers claim skills: become one with POST /v1/sellers/connect");
        let user = cx.caller.user_id.as_ref().ok_or_else(not_a_seller)?;
        let claimant = claims.find_claimant(user)?.filter(|claimant| claimant.may_own).ok_or_else(not_a_seller)?;
        let skill = claims.lock_skill(&self.slug)?.ok_or_else(|| Error::not_found("Skill"))?;
        if !skill.is_external || skill.seller_id.is_some() {
            return Err(Error::conflict("this skill has an owner; only imported skills without one can be claimed"));
        }
        let new = NewClaim { skill_id: skill.id, claimant_id: user.clone(), evidence, created_at: cx.now };
        let claim = claims.insert(&new)?;
        if !is_proven(&skill, &claimant) {
            return Ok(Change::of(Self::RESOURCE, claim.id).after(&claim).returning(claim));
        }
        let (approved, rivals) = award(claims, &skill, &claim, SYSTEM, cx)?;
        Ok(Change::of(Self::RESOURCE, claim.id).after(&approved).and(rivals).returning(approved))
    }
}

/// Whether the claimant has the address of the skill's owner in the other registry.
fn is_proven(skill: &ClaimedSkill, claimant: &Claimant) -> bool {
    skill.owner_email.is_some() && skill.owner_email == claimant.verified_email
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::model::ClaimStatus;
    use super::super::port::MockClaims;
    use super::super::samples::{claim, skill};
    use super::*;

    fn create(skill: ClaimedSkill, claimant: Claimant, given: usize) -> Result<Change<Claim>> {
        let mut claims = MockClaims::new();
        claims.expect_find_claimant().return_once(|_| Ok(Some(claimant)));
        claims.expect_lock_skill().return_once(|_| Ok(Some(skill)));
        claims.expect_insert().returning(|new| Ok(claim(1, new.claimant_id.as_str())));
        claims.expect_update().returning(|_| Ok(()));
        claims.expect_give_skill().times(given).returning(|_, _, _| Ok(()));
        claims.expect_lock_undecided().returning(|_| Ok(vec![claim(1, "user_a"), claim(2, "user_rival")]));
        let command = CreateClaim { slug: "pdf".into(), evidence: " See my site ".into() };
        command.run(&mut claims, &context_of("user_a", []))
    }

    fn seller(email: Option<&str>) -> Claimant {
        Claimant { may_own: true, verified_email: email.map(str::to_owned) }
    }

    #[test]
    fn the_owners_verified_address_decides_at_once_and_rivals_lose() {
        let change = create(skill(), seller(Some("owner@example.com")), 1).unwrap();
        assert_eq!(
            (change.output().status, change.output().decided_by.as_deref()),
            (ClaimStatus::Approved, Some("system"))
        );
        let [own, rival] = change.records() else { panic!("two records") };
        assert_eq!((own.action, rival.action, rival.resource_id.as_str()), (None, Some("claim.reject"), "2"));
    }

    #[test]
    fn any_other_claim_waits_for_an_admin() {
        for email in [None, Some("else@example.com")] {
            assert_eq!(create(skill(), seller(email), 0).unwrap().output().status, ClaimStatus::Sandbox);
        }
        let unknown = ClaimedSkill { owner_email: None, ..skill() };
        assert_eq!(create(unknown, seller(None), 0).unwrap().output().status, ClaimStatus::Sandbox);
    }

    #[test]
    fn only_sellers_claim_and_only_what_nobody_owns() {
        let nobody = Claimant { may_own: false, ..seller(None) };
        assert!(matches!(create(skill(), nobody, 0), Err(Error::Forbidden(_))));
        let owned = ClaimedSkill { seller_id: Some(claim(1, "user_b").claimant_id), ..skill() };
        assert!(matches!(create(owned, seller(None), 0), Err(Error::Conflict(_))));
        let native = ClaimedSkill { is_external: false, ..skill() };
        assert!(matches!(create(native, seller(None), 0), Err(Error::Conflict(_))));
    }
}
