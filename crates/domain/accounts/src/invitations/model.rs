//! An invitation.

use aedile_kernel::{Timestamp, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::offer::Offer;
use super::token::InvitationToken;
use crate::local_users::IdentifierType;
use crate::secrets::SecretHash;

aedile_kernel::numeric_id! {
    /// Number of an invitation.
    InvitationId
}

/// An invitation to become a local user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Invitation {
    /// Number of the invitation.
    pub id: InvitationId,
    /// E-mail address or phone number that the user will sign in with.
    #[serde(serialize_with = "aedile_kernel::personal::serialize")]
    pub identifier: String,
    /// Its kind.
    pub identifier_type: IdentifierType,
    /// What the user gets.
    #[serde(flatten)]
    pub offer: Offer,
    /// ID of who invited; null for the console.
    pub invited_by: Option<UserId>,
    /// Whether the link was mailed, and not shown.
    pub is_mailed: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// Until when its link is good.
    pub expires_at: Timestamp,
    /// When it was accepted or revoked.
    pub ended_at: Option<Timestamp>,
    /// ID of the user it became.
    pub user_id: Option<UserId>,
}

/// Where an invitation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum InvitationState {
    /// Its link is good.
    Open,
    /// Somebody became a user by it.
    Accepted,
    /// Somebody took it back.
    Revoked,
    /// Its time is over; it can be sent again.
    Expired,
}

impl InvitationState {
    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Accepted => "accepted",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }
}

impl Invitation {
    /// Where it stands at `now`.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> InvitationState {
        match (self.ended_at, &self.user_id) {
            (Some(_), Some(_)) => InvitationState::Accepted,
            (Some(_), None) => InvitationState::Revoked,
            (None, _) if now < self.expires_at => InvitationState::Open,
            (None, _) => InvitationState::Expired,
        }
    }
}

/// An invitation that is created.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewInvitation {
    /// What is kept of the link.
    pub token_hash: SecretHash,
    /// E-mail address or phone number that the user will sign in with.
    pub identifier: String,
    /// Its kind.
    pub identifier_type: IdentifierType,
    /// What the user gets.
    pub offer: Offer,
    /// ID of who invites; `None` for the console.
    pub invited_by: Option<UserId>,
    /// Whether the link is mailed, and not shown.
    pub is_mailed: bool,
    /// When it is created.
    pub created_at: Timestamp,
    /// Until when its link is good.
    pub expires_at: Timestamp,
}

/// An invitation with its link, unless that was mailed.
#[derive(Debug, Clone)]
pub struct Invited {
    /// The invitation.
    pub invitation: Invitation,
    /// Random part of the link; `None` when it was mailed.
    pub token: Option<InvitationToken>,
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::NOW;

    use super::super::samples::{id, invitation};
    use super::*;

    #[test]
    fn an_invitation_is_open_until_it_ends_or_its_time_is_over() {
        let now = Timestamp::from_micros(NOW);
        let state = |invitation: Invitation| invitation.state(now);
        assert_eq!(state(invitation()), InvitationState::Open);
        assert_eq!(state(Invitation { expires_at: now, ..invitation() }), InvitationState::Expired);
        let ended = Invitation { ended_at: Some(now), ..invitation() };
        assert_eq!(state(ended.clone()), InvitationState::Revoked);
        assert_eq!(state(Invitation { user_id: Some(id("ada")), ..ended }), InvitationState::Accepted);
    }
}
