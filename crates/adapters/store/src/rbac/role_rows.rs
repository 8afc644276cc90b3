//! Rows as stored, and their reading.

use aedile_kernel::{Error, Permission, Result, Timestamp, UserId};
use aedile_rbac::assignments::{Assignment, AssignmentId};
use aedile_rbac::roles::{Role, RoleId};
use diesel::prelude::*;

use crate::connection::Backend;
use crate::error::inconsistent;
use crate::schema::roles::{role_assignments, roles};

#[derive(Queryable, Selectable)]
#[diesel(table_name = roles, check_for_backend(Backend))]
pub(super) struct RoleRow {
    id: i64,
    role_name: String,
    display_name: String,
    description: Option<String>,
    permissions: String,
    is_active: bool,
    is_built_in: bool,
    created_at: i64,
    updated_at: i64,
    requires_second_factor: bool,
}

impl TryFrom<RoleRow> for Role {
    type Error = Error;

    fn try_from(row: RoleRow) -> Result<Self> {
        Ok(Self {
            id: RoleId(row.id),
            role_name: row.role_name,
            display_name: row.display_name,
            description: row.description,
            permissions: read_permissions(&row.permissions)?,
            is_active: row.is_active,
            requires_second_factor: row.requires_second_factor,
            is_built_in: row.is_built_in,
            created_at: Timestamp::from_micros(row.created_at),
            updated_at: Timestamp::from_micros(row.updated_at),
        })
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = role_assignments, check_for_backend(Backend))]
pub(super) struct AssignmentRow {
    id: i64,
    user_id: String,
    assigned_by: String,
    assigned_at: i64,
    expires_at: Option<i64>,
}

impl AssignmentRow {
    pub(super) fn with_role(self, role_name: String) -> Result<Assignment> {
        Ok(Assignment {
            id: AssignmentId(self.id),
            clerk_user_id: read_user_id("role_assignments", &self.user_id)?,
            role_name,
            assigned_by: self.assigned_by,
            assigned_at: Timestamp::from_micros(self.assigned_at),
            expires_at: self.expires_at.map(Timestamp::from_micros),
        })
    }
}

pub(super) fn read_user_id(table: &'static str, text: &str) -> Result<UserId> {
    UserId::parse(text).map_err(|error| inconsistent(table, "user id", error))
}

/// Only grantable permissions come out, whatever was put in behind our back.
pub(super) fn read_permissions(json: &str) -> Result<Vec<Permission>> {
    let names: Vec<String> = serde_json::from_str(json).map_err(|error| inconsistent("roles", "permissions", error))?;
    names.iter().map(|name| name.parse().map_err(|error| inconsistent("roles", "permissions", error))).collect()
}

pub(super) fn write_permissions(permissions: &[Permission]) -> Result<String> {
    serde_json::to_string(permissions).map_err(Error::internal)
}
