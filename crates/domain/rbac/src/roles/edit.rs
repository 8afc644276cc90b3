//! An edit of a role: what was asked for, read and applied.

use aedile_kernel::{Error, Permission, PermissionSet, Result};

use super::model::{Role, description, display_name, permissions};
use super::update::UpdateRole;

/// The fields of an update, read.
pub(super) struct Edit {
    display_name: Option<String>,
    description: Option<Option<String>>,
    permissions: Option<Vec<Permission>>,
    is_active: Option<bool>,
    requires_second_factor: Option<bool>,
}

impl Edit {
    pub(super) fn checked(input: &UpdateRole) -> Result<Self> {
        let edit = Self {
            display_name: input.display_name.as_deref().map(display_name).transpose()?,
            description: input.description.as_ref().map(|text| description(text.as_deref())).transpose()?,
            permissions: input.permissions.as_deref().map(permissions).transpose()?,
            is_active: input.is_active,
            requires_second_factor: input.requires_second_factor,
        };
        match edit {
            Self {
                display_name: None,
                description: None,
                permissions: None,
                is_active: None,
                requires_second_factor: None,
            } => Err(Error::invalid(
                "role",
                "give at least one of display_name, description, permissions, is_active, requires_second_factor",
            )),
            edit => Ok(edit),
        }
    }

    /// The same permissions in another order are the same permissions.
    pub(super) fn applied_to(self, before: &Role) -> Role {
        let same = |new: &Vec<Permission>| new.iter().copied().collect::<PermissionSet>() == before.permission_set();
        Role {
            display_name: self.display_name.unwrap_or_else(|| before.display_name.clone()),
            description: self.description.unwrap_or_else(|| before.description.clone()),
            permissions: self.permissions.filter(|new| !same(new)).unwrap_or_else(|| before.permissions.clone()),
            is_active: self.is_active.unwrap_or(before.is_active),
            requires_second_factor: self.requires_second_factor.unwrap_or(before.requires_second_factor),
            ..before.clone()
        }
    }
}
