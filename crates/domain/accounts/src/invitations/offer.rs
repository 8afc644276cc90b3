//! What an invitation gives, and who may give it.

use aedile_kernel::{AccountState, Admits, Context, Effect, Error, LocalRole, Permission, PermissionSet, Result, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Invitation;
use super::port::Invitations;
use crate::local_users::guard;

/// What somebody gets who accepts an invitation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Offer {
    /// `admin` enters the access-control area, `user` does not.
    pub role: LocalRole,
    /// Tier; null for that of the role.
    pub tier: Option<String>,
    /// Name of the role that is assigned, such as `viewer`; null for none.
    pub role_name: Option<String>,
}

/// A role that is assigned by an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfferedRole {
    /// What it permits, when it is enabled.
    pub permissions: PermissionSet,
    /// Whether it is enabled.
    pub is_active: bool,
    /// Whether the other super-admins hear of who gets it.
    pub is_super_admin: bool,
}

/// Who invited, as they are now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inviter {
    /// The state of the account.
    pub state: AccountState,
    /// What their role permits.
    pub permissions: PermissionSet,
}

impl Offer {
    /// The offer, if its names are well spelled. An assigned role counts only for who enters the access-control area.
    ///
    /// # Errors
    /// `Invalid` about `tier` or `role_name`.
    pub(super) fn parse(role: Option<LocalRole>, tier: Option<&str>, role_name: Option<&str>) -> Result<Self> {
        let role_name = role_name.map(|name| text::identifier("role_name", name)).transpose()?;
        let tier = tier.map(|tier| text::identifier("tier", tier)).transpose()?;
        let usual = if role_name.is_some() { LocalRole::Admin } else { LocalRole::User };
        Ok(Self { role: role.unwrap_or(usual), tier, role_name })
    }

    /// The role that it assigns, when all that it names is there. The tier stays until the transaction ends.
    ///
    /// # Errors
    /// `Invalid` about `tier` and `NotFound` for a role that there is not, `Conflict` for a disabled role.
    pub(super) fn find_role(&self, invitations: &mut dyn Invitations) -> Result<Option<OfferedRole>> {
        if let Some(tier) = &self.tier
            && !invitations.tier_exists(tier)?
        {
            return Err(Error::invalid("tier", "there is no such tier"));
        }
        let Some(name) = &self.role_name else { return Ok(None) };
        let role = invitations.find_role(name)?.ok_or_else(|| Error::not_found("Role"))?;
        if role.is_active { Ok(Some(role)) } else { Err(Error::conflict("the role is disabled; enable it first")) }
    }

    /// What who gives it must hold.
    pub(super) fn needed(&self, role: Option<OfferedRole>) -> PermissionSet {
        let held = role.map(|role| role.permissions).unwrap_or_default();
        if self.widens() {
            held.union([Permission::UsersWrite, Permission::RolesAssign].into_iter().collect())
        } else {
            [Permission::UsersWrite].into_iter().collect()
        }
    }

    fn widens(&self) -> bool {
        self.role_name.is_some() || guard::makes_admin(self.role, self.tier.as_deref())
    }
}

/// Refuses an offer that names what there is not, and a caller who lacks any of what it gives.
pub(super) fn may_offer(invitations: &mut dyn Invitations, offer: &Offer, cx: &Context) -> Result<()> {
    let role = offer.find_role(invitations)?;
    cx.caller.require_all(offer.needed(role))?;
    if offer.widens() { cx.require_recent_proof() } else { Ok(()) }
}

/// Refuses an invitation whose inviter could not give what it offers any more. The console may give everything.
pub(super) fn still_may(
    invitations: &mut dyn Invitations,
    found: &Invitation,
    role: Option<OfferedRole>,
    cx: &Context,
) -> Result<()> {
    let Some(inviter) = &found.invited_by else { return Ok(()) };
    let inviter = invitations.find_inviter(inviter, cx.now)?.filter(|inviter| {
        inviter.state.admit(Admits::InUse, Effect::Write).is_ok()
            && inviter.permissions.first_missing(found.offer.needed(role)).is_none()
    });
    let gone = || Error::Gone("who invited you can't do so any more; ask for another invitation".into());
    inviter.map(drop).ok_or_else(gone)
}
