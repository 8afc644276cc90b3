//! The roles.

use aedile_kernel::{Error, Result, UserId};
use aedile_rbac::roles::{NewRole, Role, RoleId, Roles};
use diesel::prelude::*;

use super::role_rows::{RoleRow, write_permissions};
use crate::accounts::lock_rights;
use crate::connection::{Connection, cols};
use crate::error::DriverResult;
use crate::schema::roles::{role_assignments, roles};

impl Roles for Connection {
    fn lock_roles(&mut self) -> Result<()> {
        lock_rights(self)
    }

    fn list(&mut self) -> Result<Vec<Role>> {
        let rows: Vec<RoleRow> = roles::table.order(roles::id).select(RoleRow::as_select()).load(self).db()?;
        rows.into_iter().map(Role::try_from).collect()
    }

    fn find(&mut self, id: RoleId) -> Result<Option<Role>> {
        let row = roles::table.find(id.0).select(RoleRow::as_select()).first(self).optional().db()?;
        row.map(Role::try_from).transpose()
    }

    fn find_by_name(&mut self, role_name: &str) -> Result<Option<Role>> {
        find_by_name(self, role_name)
    }

    fn find_role_of(&mut self, user: &UserId) -> Result<Option<RoleId>> {
        let id = role_assignments::table
            .filter(role_assignments::user_id.eq(user.as_str()))
            .select(role_assignments::role_id)
            .first(self)
            .optional()
            .db()?;
        Ok(id.map(RoleId))
    }

    fn insert(&mut self, role: &NewRole) -> Result<Role> {
        let row: RoleRow = diesel::insert_into(roles::table)
            .values((
                roles::role_name.eq(&role.role_name),
                roles::display_name.eq(&role.display_name),
                roles::description.eq(&role.description),
                roles::permissions.eq(write_permissions(&role.permissions)?),
                roles::is_active.eq(true),
                roles::is_built_in.eq(false),
                roles::requires_second_factor.eq(role.requires_second_factor),
                roles::created_at.eq(role.created_at.as_micros()),
                roles::updated_at.eq(role.created_at.as_micros()),
            ))
            .returning(cols::<RoleRow>())
            .get_result(self)
            .db_unique("a role of this name exists")?;
        row.try_into()
    }

    fn update(&mut self, role: &Role) -> Result<()> {
        let changed = diesel::update(roles::table.find(role.id.0))
            .set((
                roles::display_name.eq(&role.display_name),
                roles::description.eq(&role.description),
                roles::permissions.eq(write_permissions(&role.permissions)?),
                roles::is_active.eq(role.is_active),
                roles::requires_second_factor.eq(role.requires_second_factor),
                roles::updated_at.eq(role.updated_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        if changed == 0 { Err(Error::not_found("Role")) } else { Ok(()) }
    }
}

pub(super) fn find_by_name(connection: &mut Connection, role_name: &str) -> Result<Option<Role>> {
    let named = roles::table.filter(roles::role_name.eq(role_name));
    let row = named.select(RoleRow::as_select()).first(connection).optional().db()?;
    row.map(Role::try_from).transpose()
}
