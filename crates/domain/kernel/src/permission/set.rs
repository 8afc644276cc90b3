//! Sets of permissions, and what each kind of credential holds.

use std::fmt;

use super::Permission;

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u64);

impl PermissionSet {
    /// What everyone has: `public`.
    pub const ANONYMOUS: Self = Self(1 << Permission::Public.bit());
    /// What whoever acts for a user may read of theirs: `public` and `own`.
    pub const READER: Self = Self(Self::ANONYMOUS.0 | 1 << Permission::Own.bit());
    /// What any signed-in user has: `public`, `own` and `user:write`.
    pub const USER: Self = Self(Self::READER.0 | 1 << Permission::UserWrite.bit());

    /// What an API key with `scopes` may do for an owner who may do `owner` now. Every key reads what is its owner's;
    /// nothing is changed outside its scopes.
    #[must_use]
    pub fn of_api_key(scopes: Self, owner: Self) -> Self {
        Self::READER.union(scopes.intersection(owner).with_implied().intersection(owner))
    }

    /// What the flag `is_admin` permits, and the operator's key as far as its families reach: `admin:read`, `admin:write`
    /// and all that they imply.
    #[must_use]
    pub fn of_admin_flag() -> Self {
        Permission::scopes().collect()
    }

    /// The set with all that its `admin:read` and `admin:write` imply as scopes.
    #[must_use]
    pub fn with_implied(self) -> Self {
        let implied = |permission: &Permission| permission.implied_by().is_some_and(|implying| self.contains(implying));
        self.union(Permission::ALL.iter().copied().filter(implied).collect())
    }

    /// Every permission there is.
    #[must_use]
    pub fn all() -> Self {
        Permission::ALL.iter().copied().collect()
    }

    /// Whether `permission` is in the set.
    #[must_use]
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission.bit()) != 0
    }

    /// Whether every permission of `other` is in this set.
    #[must_use]
    pub const fn covers(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The permissions in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The permissions in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The permissions in declaration order.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL.iter().copied().filter(move |p| self.contains(*p))
    }

    /// The first permission of `other` that is missing here.
    #[must_use]
    pub fn first_missing(self, other: Self) -> Option<Permission> {
        other.iter().find(|p| !self.contains(*p))
    }
}

impl Permission {
    #[expect(clippy::as_conversions, reason = "a const read of the discriminant, which is below 64")]
    const fn bit(self) -> u64 {
        self as u64
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::default(), |set, p| Self(set.0 | 1 << p.bit()))
    }
}

impl fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Permission::as_str)).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in() {
        let set: PermissionSet = [Permission::FlagsRead, Permission::RolesAssign].into_iter().collect();
        assert!(set.contains(Permission::FlagsRead) && !set.contains(Permission::FlagsWrite));
        assert!(PermissionSet::all().covers(set) && !set.covers(PermissionSet::all()));
        assert_eq!(set.first_missing(PermissionSet::USER), Some(Permission::Public));
    }

    #[test]
    fn c_12_a_key_does_what_its_scopes_and_its_owner_both_allow() {
        use Permission::{AdminRead, AdminWrite, BillingGrant, BillingRead, FlagsWrite, UserWrite};
        let admin = PermissionSet::USER.union(PermissionSet::of_admin_flag());
        let clerk = PermissionSet::USER.union([AdminRead, BillingRead].into_iter().collect());
        let all_read: Vec<Permission> =
            Permission::scopes().filter(|scope| scope.as_str().ends_with(":read")).collect();
        for (scopes, owner, more) in [
            (&[AdminRead][..], admin, &all_read[..]),
            (&[AdminRead], clerk, &[AdminRead, BillingRead]),
            (&[BillingGrant, FlagsWrite], admin, &[BillingGrant]),
            (&[BillingGrant], clerk, &[]),
            (&[UserWrite], admin, &[UserWrite]),
            (&[AdminRead, UserWrite], PermissionSet::USER, &[UserWrite]),
            (&[AdminRead, AdminWrite], PermissionSet::USER, &[]),
        ] {
            let may = PermissionSet::of_api_key(scopes.iter().copied().collect(), owner);
            assert_eq!(may, PermissionSet::READER.union(more.iter().copied().collect()), "{scopes:?}");
        }
        let writing = PermissionSet::of_api_key([AdminWrite].into_iter().collect(), admin);
        assert!(writing.contains(UserWrite) && writing.contains(BillingGrant) && !writing.contains(BillingRead));
    }
}
