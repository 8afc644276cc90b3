//! `invitation.resend`

use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Operation, Operations, Permission, Result,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::create::{expiry, mail, mailable};
use super::model::{Invitation, InvitationId, Invited};
use super::offer::may_offer;
use super::port::Invitations;
use super::token::InvitationToken;

/// Replaces the link of an invitation that nobody accepted or revoked.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ResendInvitation {
    /// What somebody wants.
    pub wanted: WantedResend,
    /// The random part of the new link.
    pub token: InvitationToken,
}

/// Replaces the link of an invitation that nobody accepted or revoked, also of an expired one. The former link is refused
/// from then on. Needs what creating the invitation needs; who sends it again is the one who invites from then on.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedResend {
    /// Number of the invitation.
    pub id: InvitationId,
    /// Days for which the new link is good: 1 to 30, or 7 when omitted.
    #[serde(default)]
    pub days: Option<u32>,
    /// Whether the link is mailed, and not shown.
    #[serde(default)]
    pub send_mail: bool,
}

impl Operation for ResendInvitation {
    const NAME: &'static str = "invitation.resend";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const REACHES_OUT: bool = true;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Invitations;
    type Output = Invitation;

    fn resource_id(&self) -> Option<String> {
        Some(self.wanted.id.to_string())
    }
}

impl Command for ResendInvitation {
    fn run(&self, invitations: &mut Self::Repository, cx: &Context) -> Result<Change<Invitation>> {
        let expires_at = expiry(self.wanted.days, cx)?;
        let before = super::revoke::lock_unanswered(invitations, self.wanted.id)?;
        may_offer(invitations, &before.offer, cx)?;
        mailable(self.wanted.send_mail, before.identifier_type)?;
        let (invited_by, is_mailed) = (cx.caller.user_id.clone(), self.wanted.send_mail);
        let after = Invitation { invited_by, is_mailed, expires_at, ..before.clone() };
        invitations.renew(&after, &self.token.hash())?;
        mail(invitations, &after, &self.token, cx)?;
        Ok(Change::of(Self::RESOURCE, after.id).before(&before).after(&after).returning(after))
    }
}

impl ResendInvitation {
    /// The command with a link that nobody else has.
    #[must_use]
    pub fn draw(wanted: WantedResend, entropy: &dyn Entropy) -> Self {
        Self { wanted, token: InvitationToken::generate(entropy) }
    }
}

/// Draws another link, and mails it or gives it to the caller.
///
/// # Errors
/// Of the permission, and of [`ResendInvitation`].
pub async fn resend(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: WantedResend,
) -> Result<Invited> {
    let command = ResendInvitation::draw(wanted, entropy);
    let token = command.token.clone();
    let invitation = operations.run(caller, command).await?.output;
    let token = (!invitation.is_mailed).then_some(token);
    Ok(Invited { invitation, token })
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, SeededEntropy, context_of};
    use aedile_kernel::{Error, Timestamp, UserId};

    use super::super::offer::Offer;
    use super::super::samples::{id, invitation, knowing};
    use super::*;

    fn resend(found: Option<Invitation>, rights: &[Permission], times: usize) -> Result<Change<Invitation>> {
        let mut invitations = knowing(found);
        invitations.expect_renew().times(times).returning(|_, _| Ok(()));
        invitations.expect_insert_mail().times(times).returning(|_, _, _, _| Ok(()));
        let wanted = WantedResend { id: InvitationId(1), days: Some(2), send_mail: true };
        let command = ResendInvitation::draw(wanted, &SeededEntropy::default());
        command.run(&mut invitations, &context_of("eve", rights.to_vec()))
    }

    #[test]
    fn another_link_is_mailed_in_the_name_of_who_sends_it() {
        let now = Timestamp::from_micros(NOW);
        for found in [invitation(), Invitation { expires_at: now, ..invitation() }] {
            let change = resend(Some(found), &[Permission::UsersWrite], 1).unwrap();
            let after = change.output();
            assert_eq!(after.invited_by.as_ref().map(UserId::as_str), Some("eve"));
            assert_eq!(after.expires_at, now.plus_seconds(2 * 24 * 60 * 60));
            assert!(!change.records()[0].new_values.as_ref().unwrap().to_string().contains("aed_inv_"));
        }
    }

    #[test]
    fn what_was_answered_is_not_sent_again() {
        let ended = Invitation { ended_at: Some(Timestamp::from_micros(NOW)), ..invitation() };
        for answered in [ended.clone(), Invitation { user_id: Some(id("ada")), ..ended }] {
            let refused = resend(Some(answered), &[Permission::UsersWrite], 0);
            assert!(matches!(refused, Err(Error::Conflict(_))));
        }
        assert!(matches!(resend(None, &[Permission::UsersWrite], 0), Err(Error::NotFound(_))));
    }

    #[test]
    fn c_01_nobody_sends_an_invitation_again_that_gives_more_than_they_hold() {
        let offer = Offer { role_name: Some("auditor".into()), ..invitation().offer };
        let found = Invitation { offer, ..invitation() };
        let assigner = [Permission::UsersWrite, Permission::RolesAssign];
        assert!(matches!(resend(Some(found.clone()), &assigner, 0), Err(Error::Denied(Permission::AuditRead))));
        assert!(resend(Some(found), &[&assigner[..], &[Permission::AuditRead]].concat(), 1).is_ok());
    }
}
