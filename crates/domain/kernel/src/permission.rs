//! The closed list of permissions.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;

macro_rules! permissions {
    ($($(#[$doc:meta])* $variant:ident = $name:literal,)*) => {
        /// One right; an operation names the one it needs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Permission {
            /// Every permission, in the order of declaration.
            pub const ALL: &[Permission] = &[$(Permission::$variant,)*];

            /// The name on the wire, such as `flags:write`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

permissions! {
    /// Needs no credential.
    Public = "public",
    /// One's own profile, purchases, credits; any signed-in user.
    Own = "own",
    /// Spend from one's own wallet and redeem vouchers into it; any signed-in user, and API keys with this scope or
    /// `admin:write`.
    UserWrite = "user:write",
    /// Enter the admin area at all: the admin claim of the sign-in. What to do there, a role says.
    AdminArea = "admin",
    /// See the admin area.
    AdminRead = "admin:read",
    /// Change things in the admin area.
    AdminWrite = "admin:write",
    /// Read the audit log.
    AuditRead = "audit:read",
    /// Read usage and metrics.
    MetricsRead = "metrics:read",
    /// Read the configuration.
    ConfigRead = "config:read",
    /// Change tiers, scopes, endpoint overrides and announcements.
    ConfigWrite = "config:write",
    /// See users.
    UsersRead = "users:read",
    /// Change users.
    UsersWrite = "users:write",
    /// See feature flags, and evaluate them for other users.
    FlagsRead = "flags:read",
    /// Change feature flags.
    FlagsWrite = "flags:write",
    /// Create and change roles.
    RolesWrite = "roles:write",
    /// Assign and revoke roles.
    RolesAssign = "roles:assign",
}

impl Permission {
    /// Whether a role may carry it: everything but `public`, `own`, `user:write` and `admin`, which nobody is granted.
    #[must_use]
    pub const fn is_grantable(self) -> bool {
        !matches!(self, Self::Public | Self::Own | Self::UserWrite | Self::AdminArea)
    }

    /// Whether operations that need it belong to the admin area, where refusals are audited.
    #[must_use]
    pub const fn is_administrative(self) -> bool {
        !matches!(self, Self::Public | Self::Own | Self::UserWrite)
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Permission {
    type Err = Error;

    /// Reads a grantable permission.
    ///
    /// # Errors
    /// `Invalid` for a name that is not on the list; wildcards are not names.
    fn from_str(name: &str) -> Result<Self, Error> {
        Self::ALL
            .iter()
            .copied()
            .find(|p| p.is_grantable() && p.as_str() == name)
            .ok_or_else(|| Error::invalid("permissions", "unknown permission"))
    }
}

/// A set of permissions.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct PermissionSet(u32);

impl PermissionSet {
    /// What everyone has: `public`.
    pub const ANONYMOUS: Self = Self(1 << Permission::Public.bit());
    /// What whoever acts for a user may read of theirs: `public` and `own`.
    pub const READER: Self = Self(Self::ANONYMOUS.0 | 1 << Permission::Own.bit());
    /// What any signed-in user has: `public`, `own` and `user:write`.
    pub const USER: Self = Self(Self::READER.0 | 1 << Permission::UserWrite.bit());

    /// What an API key with `scopes` may do for an owner who may do `owner` now. Every key reads what is its owner's;
    /// nothing is changed outside its scopes. `admin:write` covers `user:write`.
    #[must_use]
    pub fn of_api_key(scopes: Self, owner: Self) -> Self {
        let held = scopes.intersection(owner);
        let implied = held.contains(Permission::AdminWrite).then_some(Permission::UserWrite);
        Self::READER.union(held).union(implied.into_iter().collect())
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
    #[expect(clippy::as_conversions, reason = "a const read of the discriminant, which is below 32")]
    const fn bit(self) -> u32 {
        self as u32
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
        use Permission::{AdminRead, AdminWrite, UserWrite};
        let owner = PermissionSet::USER.union([AdminRead, AdminWrite].into_iter().collect());
        for (scopes, owner, more) in [
            (&[AdminRead][..], owner, &[AdminRead][..]),
            (&[AdminWrite], owner, &[AdminWrite, UserWrite]),
            (&[UserWrite], owner, &[UserWrite]),
            (&[AdminRead, UserWrite], PermissionSet::USER, &[UserWrite]),
            (&[AdminRead, AdminWrite], PermissionSet::USER, &[]),
        ] {
            let may = PermissionSet::of_api_key(scopes.iter().copied().collect(), owner);
            assert_eq!(may, PermissionSet::READER.union(more.iter().copied().collect()), "{scopes:?}");
        }
    }

    #[test]
    fn c_07_only_listed_names_are_permissions() {
        assert_eq!("flags:write".parse::<Permission>().unwrap(), Permission::FlagsWrite);
        for name in ["*", "flags:*", "FLAGS:WRITE", "public", "own", "user:write", "", "root", " flags:read"] {
            assert!(name.parse::<Permission>().is_err(), "{name:?}");
        }
    }
}
