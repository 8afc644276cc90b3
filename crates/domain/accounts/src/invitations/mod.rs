//! Invitations: a link by which somebody chooses a password and becomes a local user, with the role that was meant for them.
//!
//! A link is good once and for its days. What it gives is within the rights of who invites, when they invite and again when
//! it is accepted.

mod accept;
mod create;
mod list;
mod model;
mod offer;
mod port;
mod resend;
mod revoke;
#[cfg(test)]
mod samples;
mod service;
mod token;

pub use accept::AcceptInvitation;
pub use create::{CreateInvitation, WantedInvitation, invite};
pub use list::ListInvitations;
pub use model::{Invitation, InvitationId, InvitationState, Invited, NewInvitation};
pub use offer::{Inviter, Offer, OfferedRole};
pub use port::Invitations;
#[cfg(any(test, feature = "mock"))]
pub use port::MockInvitations;
pub use resend::{ResendInvitation, WantedResend, resend};
pub use revoke::RevokeInvitation;
pub use service::{AcceptsInvitations, InvitationService};
pub use token::InvitationToken;

const RESOURCE: &str = "invitation";
