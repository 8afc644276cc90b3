//! Administrators who can act, and the rule that one of each kind always remains.

use crate::account::{AccountStatus, LocalRole};
use crate::error::{Error, Result};
use crate::id::UserId;

/// The account of somebody who holds a right to administer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdministratorAccount {
    /// The state of the account.
    pub status: AccountStatus,
    /// Whether the account is kept from every API.
    pub api_disabled: bool,
    /// The role of the local sign-in; `None` for users of the identity provider.
    pub local_role: Option<LocalRole>,
}

impl AdministratorAccount {
    /// Whether the owner can make requests that change something.
    const fn is_in_use(self) -> bool {
        matches!(self.status, AccountStatus::Active) && !self.api_disabled
    }

    /// Whether the owner can use a role, too: a local sign-in without the role admin carries no admin claim.
    const fn can_use_roles(self) -> bool {
        self.is_in_use() && !matches!(self.local_role, Some(LocalRole::User))
    }
}

/// Somebody with a right to administer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Administrator {
    /// The user.
    pub user: UserId,
    /// Whether the user can act on the right now, and goes on doing so without anybody's help.
    pub can_act: bool,
}

impl Administrator {
    /// A user with the flag `is_admin`.
    #[must_use]
    pub const fn flagged(user: UserId, account: AdministratorAccount) -> Self {
        Self { user, can_act: account.is_in_use() }
    }

    /// A local user with the role admin.
    #[must_use]
    pub const fn local(user: UserId, account: AdministratorAccount) -> Self {
        Self { user, can_act: account.can_use_roles() }
    }

    /// A holder of super-admin without an expiry. Somebody who has never signed in has no account yet and can't be
    /// relied on.
    #[must_use]
    pub fn super_admin(user: UserId, account: Option<AdministratorAccount>, is_role_active: bool) -> Self {
        Self { user, can_act: is_role_active && account.is_some_and(AdministratorAccount::can_use_roles) }
    }
}

/// Everybody with a right to administer, by where the right comes from. Every guard against losing the last
/// administrator reads it, under the lock that every change of such a right takes first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Administrators {
    /// Local users with the role admin.
    pub local: Vec<Administrator>,
    /// Holders of super-admin without an expiry.
    pub super_admins: Vec<Administrator>,
    /// Users with the flag `is_admin`.
    pub flagged: Vec<Administrator>,
}

impl Administrators {
    /// Judges what keeps `user` from acting at all: hold, deletion, disabled access.
    ///
    /// # Errors
    /// `Conflict` when nobody else of a kind of `user` can act.
    pub fn outlive_removal_of(&self, user: &UserId) -> Result<()> {
        self.outlive_demotion_of(user)?;
        self.outlive_unflagging_of(user)
    }

    /// Judges taking the flag `is_admin` from `user`.
    ///
    /// # Errors
    /// `Conflict` when nobody else with the flag can act.
    pub fn outlive_unflagging_of(&self, user: &UserId) -> Result<()> {
        stays(&self.flagged, user, "this is the last admin; make somebody else an admin first")
    }

    /// Judges taking the local role admin from `user`, and with it the use of an assigned role.
    ///
    /// # Errors
    /// `Conflict` when no other local admin, or no other super-admin, can act.
    pub fn outlive_demotion_of(&self, user: &UserId) -> Result<()> {
        stays(&self.local, user, "this is the last admin among the local users; make somebody else one first")?;
        self.outlive_revocation_of(user)
    }

    /// Judges taking super-admin from `user`, replacing it, or giving it an expiry.
    ///
    /// # Errors
    /// `Conflict` when no other super-admin without an expiry can act.
    pub fn outlive_revocation_of(&self, user: &UserId) -> Result<()> {
        stays(
            &self.super_admins,
            user,
            "this is the last super-admin who can act; assign the role without an expiry to somebody else first",
        )
    }
}

/// Whoever holds the right stays unless another one can act; also when the holder can't act now, because a release would
/// change that.
fn stays(administrators: &[Administrator], user: &UserId, refusal: &'static str) -> Result<()> {
    let is_one = administrators.iter().any(|administrator| &administrator.user == user);
    let is_alone = !administrators.iter().any(|administrator| administrator.can_act && &administrator.user != user);
    if is_one && is_alone { Err(Error::conflict(refusal)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_USE: AdministratorAccount =
        AdministratorAccount { status: AccountStatus::Active, api_disabled: false, local_role: None };

    fn id(name: &str) -> UserId {
        UserId::parse(name).unwrap()
    }

    fn list(administrators: &[(&str, bool)]) -> Vec<Administrator> {
        administrators.iter().map(|(name, can_act)| Administrator { user: id(name), can_act: *can_act }).collect()
    }

    #[test]
    fn c_08_the_last_of_each_kind_stays() {
        let only_ada = list(&[("ada", true)]);
        for administrators in [
            Administrators { local: only_ada.clone(), ..Administrators::default() },
            Administrators { super_admins: only_ada.clone(), ..Administrators::default() },
            Administrators { flagged: only_ada.clone(), ..Administrators::default() },
        ] {
            let refused = administrators.outlive_removal_of(&id("ada"));
            assert!(matches!(refused, Err(Error::Conflict(_))), "{administrators:?}");
            assert!(administrators.outlive_removal_of(&id("bob")).is_ok());
        }
    }

    #[test]
    fn somebody_who_can_not_act_does_not_count() {
        let local = list(&[("ada", true), ("held", false)]);
        let administrators = Administrators { local, ..Administrators::default() };
        assert!(administrators.outlive_demotion_of(&id("ada")).is_err());
        assert!(administrators.outlive_demotion_of(&id("held")).is_ok());
        let nobody = Administrators { local: list(&[("held", false)]), ..Administrators::default() };
        assert!(nobody.outlive_demotion_of(&id("held")).is_err(), "a release would make an administrator of them");
    }

    #[test]
    fn the_flag_outlives_a_demotion_and_a_revocation() {
        let administrators = Administrators { flagged: list(&[("ada", true)]), ..Administrators::default() };
        assert!(administrators.outlive_demotion_of(&id("ada")).is_ok());
        assert!(administrators.outlive_revocation_of(&id("ada")).is_ok());
    }

    #[test]
    fn c_08_who_is_held_leaving_gone_or_disabled_can_not_act() {
        use AccountStatus::{Deleted, Held, PendingDeletion};
        let can_act = |account| {
            [
                Administrator::flagged(id("ada"), account).can_act,
                Administrator::local(id("ada"), account).can_act,
                Administrator::super_admin(id("ada"), Some(account), true).can_act,
            ]
        };
        assert_eq!(can_act(IN_USE), [true; 3]);
        for status in [Held, PendingDeletion, Deleted] {
            assert_eq!(can_act(AdministratorAccount { status, ..IN_USE }), [false; 3], "{status:?}");
        }
        assert_eq!(can_act(AdministratorAccount { api_disabled: true, ..IN_USE }), [false; 3]);
    }

    #[test]
    fn c_08_a_super_admin_needs_an_account_an_active_role_and_the_admin_claim() {
        let can_act = |account, is_role_active| Administrator::super_admin(id("ada"), account, is_role_active).can_act;
        let local = |role| Some(AdministratorAccount { local_role: Some(role), ..IN_USE });
        assert!(can_act(Some(IN_USE), true) && can_act(local(LocalRole::Admin), true));
        assert!(!can_act(local(LocalRole::User), true), "without the claim the role is worth nothing");
        assert!(!can_act(Some(IN_USE), false) && !can_act(None, true));
        let user = AdministratorAccount { local_role: Some(LocalRole::User), ..IN_USE };
        assert!(Administrator::flagged(id("ada"), user).can_act, "the flag needs no claim");
    }
}
