//! `invitation.revoke`

use aedile_kernel::{Authority, Change, Command, Context, Effect, Error, Operation, Permission, Result};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Invitation, InvitationId};
use super::port::Invitations;

/// Takes back an invitation that nobody accepted: its link is refused from then on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RevokeInvitation {
    /// Number of the invitation.
    pub id: InvitationId,
}

impl Operation for RevokeInvitation {
    const NAME: &'static str = "invitation.revoke";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Destructive;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Invitations;
    type Output = ();

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for RevokeInvitation {
    fn run(&self, invitations: &mut Self::Repository, cx: &Context) -> Result<Change<()>> {
        let found = lock_unanswered(invitations, self.id)?;
        take_back(invitations, &found, cx)
    }
}

/// The invitation of this number, which nobody may have accepted or revoked.
pub(super) fn lock_unanswered(invitations: &mut dyn Invitations, id: InvitationId) -> Result<Invitation> {
    let found = invitations.lock(id)?.ok_or_else(|| Error::not_found("Invitation"))?;
    match (found.ended_at, &found.user_id) {
        (None, _) => Ok(found),
        (Some(_), Some(_)) => Err(Error::conflict("this invitation was accepted")),
        (Some(_), None) => Err(Error::conflict("this invitation was revoked; create another")),
    }
}

/// Ends an invitation that nobody accepted.
pub(super) fn take_back(invitations: &mut dyn Invitations, before: &Invitation, cx: &Context) -> Result<Change<()>> {
    let after = Invitation { ended_at: Some(cx.now), ..before.clone() };
    invitations.end(&after)?;
    Ok(Change::of(super::RESOURCE, after.id).before(before).after(&after))
}

#[cfg(test)]
mod tests {
    use aedile_kernel::Timestamp;
    use aedile_kernel::mock::{NOW, context_of};

    use super::super::samples::{id, invitation, knowing};
    use super::*;

    fn revoke(found: Option<Invitation>, times: usize) -> Result<Change<()>> {
        let mut invitations = knowing(found);
        invitations.expect_end().withf(|after| after.user_id.is_none()).times(times).returning(|_| Ok(()));
        let command = RevokeInvitation { id: InvitationId(1) };
        command.run(&mut invitations, &context_of("bob", [Permission::UsersWrite]))
    }

    #[test]
    fn an_invitation_is_taken_back_once() {
        let change = revoke(Some(invitation()), 1).unwrap();
        assert!(change.records()[0].new_values.clone().unwrap()["ended_at"].is_string());
        let ended = Invitation { ended_at: Some(Timestamp::from_micros(NOW)), ..invitation() };
        assert!(matches!(revoke(Some(ended.clone()), 0), Err(Error::Conflict(_))));
        let accepted = Invitation { user_id: Some(id("ada")), ..ended };
        assert!(matches!(revoke(Some(accepted), 0), Err(Error::Conflict(_))));
        assert!(matches!(revoke(None, 0), Err(Error::NotFound(_))));
    }
}
