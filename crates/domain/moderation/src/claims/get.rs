//! `claim.get`

use aedile_kernel::{Authority, Context, Effect, Error, Operation, Permission, Query, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::{Claim, ClaimId};
use super::port::Claims;

/// Shows a claim and the other claims to the same skill.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GetClaim {
    /// ID of the claim.
    pub id: ClaimId,
}

/// A claim among others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ContestedClaim {
    /// The claim.
    pub claim: Claim,
    /// The other claims to the skill that nobody has decided about, the oldest first.
    pub rivals: Vec<Claim>,
}

impl Operation for GetClaim {
    const NAME: &'static str = "claim.get";
    const PERMISSION: Permission = Permission::ModerationRead;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag, Authority::Role];
    const EFFECT: Effect = Effect::Read;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Claims;
    type Output = ContestedClaim;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Query for GetClaim {
    fn run(&self, claims: &mut Self::Repository, _: &Context) -> Result<ContestedClaim> {
        let claim = claims.find(self.id)?.ok_or_else(|| Error::not_found("Claim"))?;
        let rivals = claims.list_rivals(&claim)?;
        Ok(ContestedClaim { claim, rivals })
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::context_of;

    use super::super::port::MockClaims;
    use super::super::samples::claim;
    use super::*;

    #[test]
    fn a_claim_stands_beside_its_rivals() {
        let mut claims = MockClaims::new();
        claims.expect_find().returning(|id| Ok((id.0 == 1).then(|| claim(1, "user_a"))));
        claims.expect_list_rivals().returning(|_| Ok(vec![claim(2, "user_b")]));
        let cx = context_of("user_root", [Permission::ModerationRead]);
        let shown = GetClaim { id: ClaimId(1) }.run(&mut claims, &cx).unwrap();
        assert_eq!((shown.claim.id, shown.rivals.len()), (ClaimId(1), 1));
        assert!(matches!(GetClaim { id: ClaimId(2) }.run(&mut claims, &cx), Err(Error::NotFound(_))));
    }
}
