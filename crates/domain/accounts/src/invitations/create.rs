//! `invitation.create`

use aedile_kernel::event::PUBLIC_URL;
use aedile_kernel::{
    Authority, Caller, Change, Command, Context, Effect, Entropy, Error, LocalRole, Operation, Operations, Permission,
    Result, Timestamp,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::{Invitation, InvitationState, Invited, NewInvitation};
use super::offer::{Offer, may_offer};
use super::port::Invitations;
use super::token::InvitationToken;
use crate::local_users::{Identifier, IdentifierType};

/// The longest that a link is good.
const MOST_DAYS: u32 = 30;

/// For how long, when nothing else is said.
const USUAL_DAYS: u32 = 7;

/// Invites somebody to become a local user, by a link that is good once.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateInvitation {
    /// What somebody wants.
    pub wanted: WantedInvitation,
    /// The random part of the link.
    pub token: InvitationToken,
}

/// Invites somebody to become a local user. They choose their password by a link, which is good once, and get the role that
/// was chosen for them. Whoever gives a role, or the role or tier admin, needs the permission to assign roles, every
/// permission of the role, and a recent proof. The permissions are asked again when the invitation is accepted.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct WantedInvitation {
    /// An e-mail address or an E.164 phone number.
    pub identifier: String,
    /// `admin` enters the access-control area, where an assigned role counts, and has the tier `admin`; `user` does neither.
    /// Default: `admin` with a `role_name`, else `user`.
    #[serde(default)]
    pub role: Option<LocalRole>,
    /// Tier; default: that of the role.
    #[serde(default)]
    pub tier: Option<String>,
    /// Name of a role to assign, such as `viewer`.
    #[serde(default)]
    pub role_name: Option<String>,
    /// Days for which the link is good: 1 to 30, or 7 when omitted.
    #[serde(default)]
    pub days: Option<u32>,
    /// Whether the link is mailed, and not shown.
    #[serde(default)]
    pub send_mail: bool,
}

impl Operation for CreateInvitation {
    const NAME: &'static str = "invitation.create";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const IDEMPOTENT: bool = false;
    const REACHES_OUT: bool = true;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Invitations;
    type Output = Invitation;
}

impl Command for CreateInvitation {
    fn run(&self, invitations: &mut Self::Repository, cx: &Context) -> Result<Change<Invitation>> {
        let wanted = &self.wanted;
        let identifier = Identifier::parse(&wanted.identifier)?;
        let offer = Offer::parse(wanted.role, wanted.tier.as_deref(), wanted.role_name.as_deref())?;
        let expires_at = expiry(wanted.days, cx)?;
        may_offer(invitations, &offer, cx)?;
        if invitations.is_taken(&identifier)? {
            return Err(Error::conflict("somebody signs in with this identifier already"));
        }
        mailable(wanted.send_mail, identifier.kind())?;
        let replaced = replace_expired(invitations, &identifier, cx)?;
        let new = NewInvitation {
            token_hash: self.token.hash(),
            identifier: identifier.as_str().to_owned(),
            identifier_type: identifier.kind(),
            offer,
            invited_by: cx.caller.user_id.clone(),
            is_mailed: wanted.send_mail,
            created_at: cx.now,
            expires_at,
        };
        let created = invitations.insert(&new)?;
        mail(invitations, &created, &self.token, cx)?;
        Ok(Change::of(Self::RESOURCE, created.id).after(&created).and(replaced).returning(created))
    }
}

/// Until when a link is good that is made now.
pub(super) fn expiry(days: Option<u32>, cx: &Context) -> Result<Timestamp> {
    let days = days.unwrap_or(USUAL_DAYS);
    if (1..=MOST_DAYS).contains(&days) {
        Ok(cx.now.plus_seconds(i64::from(days) * 24 * 60 * 60))
    } else {
        Err(Error::invalid("days", format!("must be 1 to {MOST_DAYS}")))
    }
}

/// Refuses to mail a link to who has no address.
pub(super) fn mailable(send_mail: bool, kind: IdentifierType) -> Result<()> {
    if send_mail && kind != IdentifierType::Email {
        return Err(Error::invalid("send_mail", "a phone number gets no mail; show them the link"));
    }
    Ok(())
}

/// Mails the link, if that is wanted.
pub(super) fn mail(
    invitations: &mut dyn Invitations,
    invitation: &Invitation,
    token: &InvitationToken,
    cx: &Context,
) -> Result<()> {
    if !invitation.is_mailed {
        return Ok(());
    }
    let text = format!(
        "You are invited to open an account. Choose your password here:\n\n{PUBLIC_URL}{}\n\nThe link is good once, until \
         {}. If you don't expect it, do nothing: no account is made without you.\n",
        token.path(),
        invitation.expires_at
    );
    invitations.insert_mail(&invitation.identifier, "You are invited", &text, cx.now)
}

/// Revokes an invitation for the same identifier whose time is over; of one that is open it says what to do.
fn replace_expired(invitations: &mut dyn Invitations, identifier: &Identifier, cx: &Context) -> Result<Change<()>> {
    let Some(found) = invitations.find_unanswered(identifier)? else { return Ok(Change::none()) };
    if found.state(cx.now) == InvitationState::Open {
        let id = found.id;
        return Err(Error::conflict(format!("invitation {id} is open for this identifier; resend or revoke it")));
    }
    super::revoke::take_back(invitations, &found, cx)
}

impl CreateInvitation {
    /// The command with a link that nobody else has.
    #[must_use]
    pub fn draw(wanted: WantedInvitation, entropy: &dyn Entropy) -> Self {
        Self { wanted, token: InvitationToken::generate(entropy) }
    }
}

/// Draws a link, and mails it or gives it to the caller.
///
/// # Errors
/// Of the permission, and of [`CreateInvitation`].
pub async fn invite(
    operations: &Operations,
    entropy: &dyn Entropy,
    caller: &Caller,
    wanted: WantedInvitation,
) -> Result<Invited> {
    let command = CreateInvitation::draw(wanted, entropy);
    let token = command.token.clone();
    let invitation = operations.run(caller, command).await?.output;
    let token = (!invitation.is_mailed).then_some(token);
    Ok(Invited { invitation, token })
}

#[cfg(test)]
#[path = "create_tests.rs"]
mod tests;
