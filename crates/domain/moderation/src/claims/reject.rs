//! `claim.reject`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Operation, Permission, Result, text};
use schemars::JsonSchema;
use serde::Deserialize;

use super::approve::undecided;
use super::award::decided;
use super::model::{Claim, ClaimId, ClaimStatus};
use super::port::Claims;

/// Rejects a claim; the skill stays as it is.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RejectClaim {
    /// ID of the claim.
    pub id: ClaimId,
    /// Reason, at most 1,000 characters.
    #[serde(default)]
    #[schemars(extend("x-multiline" = true))]
    pub reason: Option<String>,
}

impl Operation for RejectClaim {
    const NAME: &'static str = "claim.reject";
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

impl Command for RejectClaim {
    fn run(&self, claims: &mut Self::Repository, cx: &Context) -> Result<Change<Claim>> {
        let reason = self.reason.as_deref().map(|reason| text::paragraphs("reason", reason, 1_000)).transpose()?;
        let claim = undecided(claims.lock(self.id)?)?;
        let rejected = decided(&claim, ClaimStatus::Rejected, reason, &cx.caller.actor_id, cx);
        claims.update(&rejected)?;
        Ok(Change::of(Self::RESOURCE, self.id).before(&claim).after(&rejected).returning(rejected))
    }
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Error;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockClaims;
    use super::super::samples::claim;
    use super::*;

    fn reject(known: Option<Claim>, writes: usize) -> Result<Change<Claim>> {
        let mut claims = MockClaims::new();
        claims.expect_lock().return_once(|_| Ok(known));
        claims.expect_update().times(writes).returning(|_| Ok(()));
        let command = RejectClaim { id: ClaimId(1), reason: Some("No proof".into()) };
        command.run(&mut claims, &context_of("user_root", [Permission::ModerationWrite]))
    }

    #[test]
    fn the_reason_is_kept() {
        let change = reject(Some(claim(1, "user_a")), 1).unwrap();
        assert_eq!(
            (change.output().status, change.output().reason.as_deref()),
            (ClaimStatus::Rejected, Some("No proof"))
        );
    }

    #[test]
    fn what_is_decided_or_unknown_is_refused() {
        let approved = Claim { status: ClaimStatus::Approved, ..claim(1, "user_a") };
        assert!(matches!(reject(Some(approved), 0), Err(Error::Conflict(_))));
        assert!(matches!(reject(None, 0), Err(Error::NotFound(_))));
    }
}
