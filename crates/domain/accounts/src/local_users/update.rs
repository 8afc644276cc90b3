//! Changing a local user.

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Event, LocalRole, Operation, Permission, Prefill, Result,
    Topic, UserId, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::guard;
use super::model::{LocalAccount, LocalUser};
use super::port::LocalUsers;
use crate::patch::nullable;

/// Updates a local user's role, tier or API access, or has them change their password; at least one of these. A role without a tier brings its default tier.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateLocalUser {
    /// ID of the user.
    pub id: UserId,
    /// The new role.
    #[serde(default)]
    pub role: Option<LocalRole>,
    /// Tier; null for the role's default.
    #[serde(default, deserialize_with = "nullable")]
    pub tier: Option<Option<String>>,
    /// Whether the user's API access is disabled.
    #[serde(default)]
    pub api_disabled: Option<bool>,
    /// Whether the user must choose a new password before the next sign-in.
    #[serde(default)]
    pub must_change_password: Option<bool>,
}

impl Operation for UpdateLocalUser {
    const NAME: &'static str = "local_user.update";
    const PERMISSION: Permission = Permission::UsersWrite;
    const AUTHORITIES: &'static [Authority] = &[Authority::Role];
    const EFFECT: Effect = Effect::Write;
    const PREFILL: Option<Prefill> = Some(Prefill { query: "local_user.get", key: Some("id") });
    const RESOURCE: &'static str = "local_user";
    const CHANGES_ACCESS: bool = true;
    type Repository = dyn LocalUsers;
    type Output = LocalUser;

    fn resource_id(&self) -> Option<String> {
        Some(self.id.to_string())
    }
}

impl Command for UpdateLocalUser {
    fn run(&self, users: &mut Self::Repository, cx: &Context) -> Result<Change<LocalUser>> {
        let is_empty = self.role.is_none() && self.tier.is_none() && self.api_disabled.is_none();
        if is_empty && self.must_change_password.is_none() {
            return Err(Error::invalid(
                "role",
                "give at least one of role, tier, api_disabled and must_change_password",
            ));
        }
        let admins = users.lock_admins()?;
        let before = users.lock(&self.id)?.ok_or_else(|| Error::not_found("User"))?;
        let after = self.applied_to(before.clone());
        guard::may_change(cx, &before, users.permissions_of(&self.id)?)?;
        guard::may_become(cx, &after)?;
        known_tier(users, after.explicit_tier.as_deref())?;
        let (is_disabled, is_demoted) = losses(&before.user, &after.user);
        if (is_disabled || is_demoted) && cx.caller.is(&self.id) {
            return Err(Error::conflict("nobody disables or demotes themself; ask another admin"));
        }
        if is_disabled {
            admins.outlive_removal_of(&self.id)?;
        }
        if is_demoted {
            admins.outlive_demotion_of(&self.id)?;
        }
        if after == before {
            return Ok(Change::none().returning(before.user));
        }
        let after = touched(after, cx);
        users.update(&after)?;
        let change = Change::of(Self::RESOURCE, &self.id).before(&before).after(&after).invalidate(Topic::Access);
        let change = if is_disabled { change.emit(Event::AccessTaken { user: self.id.clone() }) } else { change };
        let is_restored = before.user.api_disabled && !after.user.api_disabled;
        let change = if is_restored { change.emit(Event::AccessRestored { user: self.id.clone() }) } else { change };
        let has_new_role = after.user.role != before.user.role;
        let change = if has_new_role { change.emit(Event::RoleChanged { user: self.id.clone() }) } else { change };
        Ok(change.returning(after.user))
    }
}

impl UpdateLocalUser {
    fn applied_to(&self, account: LocalAccount) -> LocalAccount {
        let tier = match (&self.tier, self.role) {
            (Some(tier), _) => tier.clone(),
            (None, Some(_)) => None,
            (None, None) => account.explicit_tier.clone(),
        };
        let role = self.role.unwrap_or(account.user.role);
        let mut account = account.with(role, tier);
        account.user.api_disabled = self.api_disabled.unwrap_or(account.user.api_disabled);
        account.user.must_change_password = self.must_change_password.unwrap_or(account.user.must_change_password);
        account
    }
}

/// Whether the user loses access to the API, and whether they lose the role admin.
fn losses(before: &LocalUser, after: &LocalUser) -> (bool, bool) {
    let is_demoted = before.role == LocalRole::Admin && after.role != LocalRole::Admin;
    (after.api_disabled && !before.api_disabled, is_demoted)
}

fn touched(mut account: LocalAccount, cx: &Context) -> LocalAccount {
    account.user.updated_at = cx.now;
    account
}

/// Refuses a tier that does not exist.
pub(super) fn known_tier(users: &mut dyn LocalUsers, tier: Option<&str>) -> Result<()> {
    let Some(tier) = tier else { return Ok(()) };
    if users.tier_exists(&text::identifier("tier", tier)?)? {
        Ok(())
    } else {
        Err(Error::invalid("tier", "there is no such tier"))
    }
}

#[cfg(test)]
#[path = "update_tests.rs"]
mod tests;
