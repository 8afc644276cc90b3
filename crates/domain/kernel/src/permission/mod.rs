//! The catalogue of permissions: each operation needs one of them, whichever way it is called.

mod set;

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::error::Error;
pub use set::PermissionSet;

/// How much harm somebody can do with a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Risk {
    /// Shows how the installation is set up, and nothing about people or money.
    Low,
    /// Shows people or money, or changes what can be changed back.
    Medium,
    /// Moves money, gives rights, reaches many people, or can't be undone.
    High,
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])+ $variant:ident = $name:literal, $risk:ident;)*) => {
        /// One right; an operation names the one it needs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[repr(u8)]
        pub enum Permission {
            $($(#[doc = $doc])+ #[serde(rename = $name)] $variant,)*
        }

        impl Permission {
            /// Every permission, in the order of declaration.
            pub const ALL: &[Permission] = &[$(Permission::$variant,)*];

            /// The name on the wire, such as `flags:write`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What it permits, in one or two sentences.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii(),)* }
            }

            /// How much harm can be done with it.
            #[must_use]
            pub const fn risk(self) -> Risk {
                match self { $(Self::$variant => Risk::$risk,)* }
            }
        }
    };
}

permissions! {
    /// Needs no credential.
    Public = "public", Low;
    /// Your own profile, purchases and credits; any signed-in user.
    Own = "own", Low;
    /// Spend from your own wallet and redeem vouchers into it.
    UserWrite = "user:write", Medium;
    /// Enter the admin area at all: the admin claim of the sign-in. What to do there, a role says.
    AdminArea = "admin", Low;
    /// See roles, assignments, tiers, scopes, endpoint overrides, feature flags and announcements. As a scope of an API
    /// key: see everything that a marketplace admin may see.
    AdminRead = "admin:read", Low;
    /// Nothing by itself in a role. As a scope of an API key: change everything that a marketplace admin may change.
    AdminWrite = "admin:write", High;
    /// Read and verify the audit log.
    AuditRead = "audit:read", Medium;
    /// See usage, and the overview of users, sales and moderation.
    MetricsRead = "metrics:read", Medium;
    /// Read the configuration.
    ConfigRead = "config:read", Low;
    /// Change tiers, scopes, endpoint overrides and announcements.
    ConfigWrite = "config:write", High;
    /// Look users up, with their balances, plan, flags and last audit rows.
    UsersRead = "users:read", Medium;
    /// Create, change and delete local users, and cancel requested deletions.
    UsersWrite = "users:write", High;
    /// Evaluate feature flags for other users.
    FlagsRead = "flags:read", Low;
    /// Create, change and delete feature flags.
    FlagsWrite = "flags:write", High;
    /// Create and change roles, within your own permissions.
    RolesWrite = "roles:write", High;
    /// Assign and revoke roles, within your own permissions.
    RolesAssign = "roles:assign", High;
    /// Put accounts on hold and release them, except those with permissions that you lack.
    UsersHold = "users:hold", Medium;
    /// Act as a user who is no admin, to see what they see.
    UsersImpersonate = "users:impersonate", High;
    /// Make users marketplace admins and demote them, if you may do all that they may.
    AdminsWrite = "admins:write", High;
    /// See abuse flags and sandboxed claims.
    ModerationRead = "moderation:read", Medium;
    /// Resolve abuse flags, approve and reject claims.
    ModerationWrite = "moderation:write", Medium;
    /// See categories, withdrawn skills and removed reviews.
    CatalogRead = "catalog:read", Low;
    /// Change categories, import skills, withdraw and restore skills and reviews.
    CatalogWrite = "catalog:write", Medium;
    /// See sales, refunds, disputes, plans, wallets and the ledger.
    BillingRead = "billing:read", Medium;
    /// Change plans, freeze and release wallets.
    BillingWrite = "billing:write", High;
    /// Refund purchases.
    BillingRefund = "billing:refund", High;
    /// Grant credits to wallets, and adjust the credits of plans.
    BillingGrant = "billing:grant", High;
    /// See vouchers, without their codes.
    VouchersRead = "vouchers:read", Medium;
    /// Mint and withdraw vouchers.
    VouchersWrite = "vouchers:write", High;
    /// See campaigns, and e-mail that waits or failed.
    MailRead = "mail:read", Medium;
    /// Send campaigns and test e-mails, and send failed e-mail again.
    MailSend = "mail:send", High;
    /// See API keys, without their secrets, and verify a key that was shown.
    KeysRead = "keys:read", Medium;
    /// Mint, change and rotate API keys for yourself, within your own permissions; disable and revoke any.
    KeysWrite = "keys:write", High;
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

    /// Every permission that a role may carry, in the order of declaration.
    pub fn grantable() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|permission| permission.is_grantable())
    }

    /// Which of `admin:read` and `admin:write` implies it, as a scope of an API key and of the operator's key; `None` for
    /// what neither implies. A role's `admin:read` and `admin:write` imply nothing.
    #[must_use]
    pub const fn implied_by(self) -> Option<Self> {
        match self {
            Self::UsersRead
            | Self::MetricsRead
            | Self::ModerationRead
            | Self::CatalogRead
            | Self::BillingRead
            | Self::VouchersRead
            | Self::MailRead
            | Self::KeysRead => Some(Self::AdminRead),
            Self::UserWrite
            | Self::UsersWrite
            | Self::UsersHold
            | Self::UsersImpersonate
            | Self::AdminsWrite
            | Self::ModerationWrite
            | Self::CatalogWrite
            | Self::BillingWrite
            | Self::BillingRefund
            | Self::BillingGrant
            | Self::VouchersWrite
            | Self::MailSend
            | Self::KeysWrite => Some(Self::AdminWrite),
            _ => None,
        }
    }

    /// Whether it changes nothing: `admin:read` and what it implies.
    #[must_use]
    pub const fn only_reads(self) -> bool {
        matches!(self, Self::AdminRead) || matches!(self.implied_by(), Some(Self::AdminRead))
    }

    /// What an API key may be allowed: `admin:read`, `admin:write` and what they imply.
    pub fn scopes() -> impl Iterator<Item = Self> {
        let is_scope = |permission: &Self| matches!(permission, Self::AdminRead | Self::AdminWrite);
        Self::ALL.iter().copied().filter(move |permission| is_scope(permission) || permission.implied_by().is_some())
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
    /// `Invalid` for a name that is not in the catalogue; wildcards are not names.
    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::grantable().find(|permission| permission.as_str() == name);
        found.ok_or_else(|| Error::invalid("permissions", "unknown permission"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn c_07_only_listed_names_are_permissions() {
        assert_eq!("flags:write".parse::<Permission>().unwrap(), Permission::FlagsWrite);
        for name in ["*", "flags:*", "FLAGS:WRITE", "public", "own", "user:write", "", "root", " flags:read"] {
            assert!(name.parse::<Permission>().is_err(), "{name:?}");
        }
    }

    #[test]
    fn each_has_a_name_of_its_own_and_says_what_it_permits() {
        let names: BTreeSet<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
        assert_eq!(names.len(), Permission::ALL.len());
        for permission in Permission::ALL {
            let text = permission.description();
            assert!(text.ends_with('.') && !text.contains("  ") && text == text.trim(), "{permission}: {text}");
            assert!(!text.contains('`'), "{permission}: pages show it as it is");
        }
        assert_eq!(
            Permission::AdminRead.description(),
            "See roles, assignments, tiers, scopes, endpoint overrides, feature flags and announcements. As a scope of an API \
             key: see everything that a marketplace admin may see."
        );
    }

    #[test]
    fn reading_is_implied_by_reading_and_writing_by_writing() {
        for permission in Permission::ALL {
            let expected =
                if permission.as_str().ends_with(":read") { Permission::AdminRead } else { Permission::AdminWrite };
            assert!(permission.implied_by().is_none_or(|implying| implying == expected), "{permission}");
        }
        let reading = |permission: &Permission| permission.as_str().ends_with(":read");
        assert!(Permission::scopes().all(|scope| scope.only_reads() == reading(&scope)));
    }
}
