//! `/admin/invitations`: who is invited to become a local user.

use actix_web::HttpResponse;
use aedile_accounts::invitations::{
    CreateInvitation, Invitation, InvitationId, InvitationState, Invited, ListInvitations, ResendInvitation,
    RevokeInvitation, WantedInvitation, WantedResend, invite, resend as resend_link,
};
use aedile_accounts::{IdentifierType, LocalRole};
use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::wire::Bit;
use super::{Call, Envelope, one};
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::openapi::Shape;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListInvitations>) -> Answer {
    let Asked { open, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let operation = ListInvitations { open: open.unwrap_or(false), page: page.clone() };
    let (key, now) = (&call.app.dependencies.installation_key, call.app.dependencies.clock.now());
    let encode = |found: aedile_kernel::Page<Invitation>| {
        let bodies = found.map(|invitation| InvitationBody::of(invitation, now));
        Envelope::page::<_, InvitationBody>("invitations", bodies, &page, key)
    };
    call.answer(operation, |found| (HttpResponse::Ok(), encode(found))).await
}

pub(super) async fn create(mut call: Call<CreateInvitation>) -> Answer {
    let wanted: WantedInvitation = call.json().await?;
    let parts = &call.app.dependencies;
    let invited = invite(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    Ok(HttpResponse::Created().json(with_link(&call.app.dependencies.public_url, invited, parts.clock.now())))
}

/// Replaces the link.
pub(super) async fn resend(mut call: Call<ResendInvitation>) -> Answer {
    let Again { days, send_mail } = call.optional_json().await?.unwrap_or_default();
    let wanted = WantedResend { id: InvitationId(call.number()?), days, send_mail };
    let parts = &call.app.dependencies;
    let invited = resend_link(&parts.operations, parts.entropy.as_ref(), call.caller(), wanted).await?;
    Ok(HttpResponse::Ok().json(with_link(&parts.public_url, invited, parts.clock.now())))
}

pub(super) async fn revoke(call: Call<RevokeInvitation>) -> Answer {
    let operation = RevokeInvitation { id: InvitationId(call.number()?) };
    call.answer(operation, |()| (HttpResponse::Ok(), Envelope::message("Invitation revoked"))).await
}

fn with_link(public_url: &str, Invited { invitation, token }: Invited, now: Timestamp) -> Fields {
    let link = token.map(|token| format!("{public_url}{}", token.path()));
    Envelope::of("invitation", InvitationBody::of(invitation, now)).with("link", link)
}

/// What [`with_link`] writes; `link` is null when it was mailed.
pub(super) fn invited() -> Shape {
    one::<InvitationBody>("invitation").with::<Option<String>>("link")
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InvitationsQuery")]
pub(super) struct Asked {
    /// Whether only those are listed whose link is good now.
    open: Option<bool>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "InvitationAgain")]
pub(super) struct Again {
    /// Days for which the new link is good.
    #[serde(default)]
    days: Option<u32>,
    /// Whether the link is mailed, and not shown.
    #[serde(default)]
    send_mail: bool,
}

/// An invitation, without its link.
#[derive(Serialize, JsonSchema)]
pub(super) struct InvitationBody {
    id: InvitationId,
    identifier: String,
    identifier_type: IdentifierType,
    role: LocalRole,
    /// Null for that of the role.
    tier: Option<String>,
    /// Name of the role that is assigned.
    role_name: Option<String>,
    /// Null for the console.
    invited_by: Option<UserId>,
    is_mailed: Bit,
    state: InvitationState,
    created_at: Zoned,
    expires_at: Zoned,
    ended_at: Option<Zoned>,
    /// The user it became.
    user_id: Option<UserId>,
}

impl InvitationBody {
    fn of(invitation: Invitation, now: Timestamp) -> Self {
        Self {
            state: invitation.state(now),
            id: invitation.id,
            identifier: invitation.identifier,
            identifier_type: invitation.identifier_type,
            role: invitation.offer.role,
            tier: invitation.offer.tier,
            role_name: invitation.offer.role_name,
            invited_by: invitation.invited_by,
            is_mailed: Bit(invitation.is_mailed),
            created_at: invitation.created_at.into(),
            expires_at: invitation.expires_at.into(),
            ended_at: invitation.ended_at.map(Zoned::from),
            user_id: invitation.user_id,
        }
    }
}
