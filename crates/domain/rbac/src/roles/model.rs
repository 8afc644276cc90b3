//! What a role is, and how its parts are read.

use aedile_kernel::{Error, Permission, PermissionSet, Result, Timestamp, text};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The built-in role that carries every permission.
pub const SUPER_ADMIN: &str = "super-admin";

aedile_kernel::numeric_id! {
    /// A role's number.
    RoleId
}

/// A named set of permissions. The name never changes, so an assignment can't come to mean another role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Role {
    /// The role's number.
    pub id: RoleId,
    /// The name that assignments refer to.
    pub role_name: String,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: Option<String>,
    /// What its holders may do; no permission twice, in the order they were given.
    pub permissions: Vec<Permission>,
    /// Whether it counts; a disabled role gives its holders nothing.
    pub is_active: bool,
    /// Whether its holders must have a second factor; whoever lacks one can do nothing but set one up.
    #[serde(default)]
    pub requires_second_factor: bool,
    /// Whether it came with the system; its permissions and state are then fixed.
    pub is_built_in: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Role {
    /// The permissions as a set.
    #[must_use]
    pub fn permission_set(&self) -> PermissionSet {
        self.permissions.iter().copied().collect()
    }
}

/// A role before the store numbers it: active, and not built in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRole {
    /// The name that assignments will refer to.
    pub role_name: String,
    /// Display name.
    pub display_name: String,
    /// Description.
    pub description: Option<String>,
    /// What its holders may do.
    pub permissions: Vec<Permission>,
    /// Whether its holders must have a second factor.
    pub requires_second_factor: bool,
    /// When it is created.
    pub created_at: Timestamp,
}

pub(super) fn display_name(text: &str) -> Result<String> {
    text::line("display_name", text, 100)
}

/// An empty description is none.
pub(super) fn description(text: Option<&str>) -> Result<Option<String>> {
    match text {
        Some(text) if !text.trim().is_empty() => text::paragraphs("description", text, 1000).map(Some),
        _ => Ok(None),
    }
}

/// Reads permissions from their names: only names on the closed list, each kept once, at least one.
pub(super) fn permissions(names: &[String]) -> Result<Vec<Permission>> {
    let mut permissions = Vec::new();
    for name in names {
        let permission = name.parse()?;
        if !permissions.contains(&permission) {
            permissions.push(permission);
        }
    }
    if permissions.is_empty() {
        return Err(Error::invalid("permissions", "must name at least one permission"));
    }
    Ok(permissions)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn permissions_are_kept_once_in_their_order() {
        let read = permissions(&names(&["flags:write", "admin:read", "flags:write"])).unwrap();
        assert_eq!(read, [Permission::FlagsWrite, Permission::AdminRead]);
    }

    #[test]
    fn c_07_wildcards_and_unknown_names_are_no_permissions() {
        for bad in
            [&["*"][..], &["admin:*"], &["admin:read", "own"], &["public"], &["ADMIN:READ"], &["root"], &[""], &[]]
        {
            let error = permissions(&names(bad)).unwrap_err();
            let Error::Invalid(fields) = error else { panic!("{bad:?}: {error}") };
            assert_eq!(fields[0].field, "permissions", "{bad:?}");
        }
    }

    #[test]
    fn an_empty_description_is_none() {
        assert_eq!(description(Some("  ")).unwrap(), None);
        assert_eq!(description(Some(" two\nlines ")).unwrap().as_deref(), Some("two\nlines"));
        assert!(description(Some("a\0b")).is_err());
    }
}
