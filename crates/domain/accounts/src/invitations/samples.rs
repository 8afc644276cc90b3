//! Invitations for tests.

use aedile_kernel::mock::NOW;
use aedile_kernel::{AccountState, LocalRole, Permission, PermissionSet, Timestamp, UserId};

use super::model::{Invitation, InvitationId, NewInvitation};
use super::offer::{Inviter, Offer, OfferedRole};
use super::port::MockInvitations;
use crate::local_users::IdentifierType;

pub(super) fn id(text: &str) -> UserId {
    UserId::parse(text).unwrap()
}

pub(super) fn created(new: &NewInvitation) -> Invitation {
    Invitation {
        id: InvitationId(1),
        identifier: new.identifier.clone(),
        identifier_type: new.identifier_type,
        offer: new.offer.clone(),
        invited_by: new.invited_by.clone(),
        is_mailed: new.is_mailed,
        created_at: new.created_at,
        expires_at: new.expires_at,
        ended_at: None,
        user_id: None,
    }
}

/// Bob invited Ada a minute ago, for an hour.
pub(super) fn invitation() -> Invitation {
    let now = Timestamp::from_micros(NOW);
    Invitation {
        id: InvitationId(1),
        identifier: "ada@example.com".into(),
        identifier_type: IdentifierType::Email,
        offer: Offer { role: LocalRole::User, tier: None, role_name: None },
        invited_by: Some(id("bob")),
        is_mailed: false,
        created_at: now.plus_seconds(-60),
        expires_at: now.plus_seconds(3_540),
        ended_at: None,
        user_id: None,
    }
}

/// Somebody who invites, with these rights.
pub(super) fn inviter(permissions: &[Permission]) -> Inviter {
    Inviter { state: AccountState::IN_USE, permissions: permissions.iter().copied().collect() }
}

/// A store with this invitation, whatever is asked for, the tier `pro`, and the roles `auditor`, `disabled` and `super-admin`.
pub(super) fn knowing(found: Option<Invitation>) -> MockInvitations {
    let mut invitations = MockInvitations::new();
    let by_token = found.clone();
    invitations.expect_lock().returning(move |_| Ok(found.clone()));
    invitations.expect_lock_by_token().returning(move |_| Ok(by_token.clone()));
    invitations.expect_tier_exists().returning(|tier| Ok(matches!(tier, "pro" | "admin")));
    invitations.expect_find_role().returning(|name| {
        let role = |permissions: PermissionSet| OfferedRole {
            permissions,
            is_active: name != "disabled",
            is_super_admin: name == "super-admin",
        };
        Ok(match name {
            "auditor" | "disabled" => Some(role([Permission::AuditRead].into_iter().collect())),
            "super-admin" => Some(role(PermissionSet::all())),
            _ => None,
        })
    });
    invitations
}
