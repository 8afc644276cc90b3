//! Who is invited to become a local user.

use aedile_accounts::invitations::{Invitation, InvitationState, ListInvitations};
use aedile_kernel::{PageRequest, Result};

use super::{change, changes};
use crate::backend::DashboardBackend;
use crate::view::{Cell, Section, Table, Tone};

/// The newest invitations.
pub(crate) async fn newest(backend: &dyn DashboardBackend, back: &str) -> Result<Section> {
    let page = PageRequest { limit: 20, ..PageRequest::first() };
    let found = backend.read(ListInvitations { open: false, page }).await?;
    let table = Table::new(
        "Invitations",
        &["Invited", "Gets", "By", "Link good until", "State", ""],
        "No invitations. Invite somebody, and they choose their own password.",
    )
    .rows(found.items.iter().map(|found| row(backend, found, back)))
    .total(found.total);
    Ok(Section::new("Invitations").action(change(backend, "invitation.create", &[], back)).block(table))
}

fn row(backend: &dyn DashboardBackend, found: &Invitation, back: &str) -> [Cell; 6] {
    let (state, id) = (found.state(backend.now()), found.id.to_string());
    let tone = match state {
        InvitationState::Open => Tone::Warning,
        InvitationState::Accepted => Tone::Good,
        InvitationState::Revoked | InvitationState::Expired => Tone::Neutral,
    };
    let is_unanswered = matches!(state, InvitationState::Open | InvitationState::Expired);
    let unanswered = [("invitation.resend", "New link"), ("invitation.revoke", "Revoke")];
    [
        match &found.user_id {
            Some(user) => Cell::user(user, Some(&found.identifier)),
            None => Cell::from(found.identifier.clone()),
        },
        Cell::from(gets(found)),
        found.invited_by.as_ref().map_or_else(|| Cell::from("console"), |user| Cell::user(user, None)),
        Cell::Time(found.expires_at),
        Cell::Badge(tone, state.as_str().to_owned()),
        if is_unanswered { changes(backend, &unanswered, &[("id", &id)], back) } else { Cell::Nothing },
    ]
}

/// The role, the tier and the assigned role, as far as they are more than what everybody gets.
fn gets(found: &Invitation) -> String {
    let tier = found.offer.tier.as_ref().map(|tier| format!("tier {tier}"));
    let role = found.offer.role_name.as_ref().map(|role| format!("role {role}"));
    let parts = [Some(found.offer.role.as_str().to_owned()), tier, role];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}
