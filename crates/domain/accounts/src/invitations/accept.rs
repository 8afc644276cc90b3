//! `invitation.accept`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Event, Operation, Permission, Result, Topic, UserId,
    WidenedRights,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::model::{Invitation, InvitationState};
use super::offer::still_may;
use super::port::Invitations;
use crate::local_users::{Identifier, LocalAccount, LocalUser};
use crate::passwords::PasswordHash;
use crate::secrets::SecretHash;

/// Becomes a local user by an invitation, with the password that was chosen and the role that was offered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// The hash of the link's random part.
    pub token_hash: SecretHash,
    /// The hash of the password.
    pub password_hash: PasswordHash,
}

impl Operation for AcceptInvitation {
    const NAME: &'static str = "invitation.accept";
    const PERMISSION: Permission = Permission::Public;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const RESOURCE: &'static str = super::RESOURCE;
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn Invitations;
    type Output = LocalUser;
}

impl Command for AcceptInvitation {
    fn run(&self, invitations: &mut Self::Repository, cx: &Context) -> Result<Change<LocalUser>> {
        let found = invitations.lock_by_token(&self.token_hash)?;
        let found = found.filter(|found| found.state(cx.now) == InvitationState::Open).ok_or_else(over)?;
        let role = found.offer.find_role(invitations).map_err(withdrawn)?;
        still_may(invitations, &found, role, cx)?;
        let identifier = Identifier::parse(&found.identifier)?;
        if invitations.is_taken(&identifier)? {
            return Err(Error::conflict("somebody signs in with this identifier already; sign in instead"));
        }
        let account = LocalAccount::new(&identifier, found.offer.role, found.offer.tier.clone(), cx)?;
        invitations.insert_user(&account, &self.password_hash)?;
        let user = &account.user.id;
        let added = Change::of("local_user", user).after(&account).emit(Event::UserRegistered { user: user.clone() });
        let mut change = added.and(assign(invitations, &found, user, cx)?).and(end(invitations, &found, user, cx)?);
        if role.is_some_and(|role| role.is_super_admin) {
            change = change.emit(Event::RightsWidened(WidenedRights::SuperAdminMade(user.clone())));
        }
        Ok(change.invalidate(Topic::Access).returning(account.user))
    }
}

/// Assigns the role that was offered, in the name of who invited.
fn assign(invitations: &mut dyn Invitations, found: &Invitation, user: &UserId, cx: &Context) -> Result<Change<()>> {
    let Some(role_name) = &found.offer.role_name else { return Ok(Change::none()) };
    let assigned_by = found.invited_by.as_ref().map_or("console", UserId::as_str);
    invitations.assign_role(user, role_name, assigned_by, cx.now)?;
    let row =
        json!({ "clerk_user_id": user, "role_name": role_name, "assigned_by": assigned_by, "assigned_at": cx.now });
    Ok(Change::of("role_assignment", user).after(&row))
}

fn end(invitations: &mut dyn Invitations, before: &Invitation, user: &UserId, cx: &Context) -> Result<Change<()>> {
    let after = Invitation { ended_at: Some(cx.now), user_id: Some(user.clone()), ..before.clone() };
    invitations.end(&after)?;
    Ok(Change::of(super::RESOURCE, after.id).before(before).after(&after))
}

/// Says to the invited, who can't mend it, that a tier or a role that was offered is gone or disabled.
fn withdrawn(error: Error) -> Error {
    match error {
        Error::Invalid(_) | Error::NotFound(_) | Error::Conflict(_) => {
            Error::Gone("what you were invited to is not there any more; ask for another invitation".into())
        }
        other => other,
    }
}

/// Refuses a link that is unknown, used, revoked or over, in the same words.
pub(super) fn over() -> Error {
    Error::Gone("this invitation was used, revoked or replaced, or its time is over; ask for another".into())
}

#[cfg(test)]
#[path = "accept_tests.rs"]
mod tests;
