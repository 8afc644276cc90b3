//! Who can administer, and what they may do.

use aedile_kernel::administrators::AdministratorAccount;
use aedile_kernel::{Administrator, Administrators, LocalRole, Permission, PermissionSet, Result, UserId};
use diesel::prelude::*;

use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, inconsistent};
use crate::read;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::users::{local_users, users};

const SUPER_ADMIN: &str = "super-admin";

/// Takes the one lock of all changes to roles, assignments and administrators: the row of the role super-admin, which is
/// always there. Every later statement then sees what the holder before committed. SQLite's writers follow one another.
pub(crate) fn lock_rights(connection: &mut Connection) -> Result<()> {
    let row = roles::table.filter(roles::role_name.eq(SUPER_ADMIN)).select(roles::id);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_update().load(c)).db()?;
    Ok(())
}

/// Everybody who can administer, under that lock.
pub(crate) fn lock_administrators(connection: &mut Connection) -> Result<Administrators> {
    lock_rights(connection)?;
    Ok(Administrators {
        local: local(connection)?,
        super_admins: super_admins(connection)?,
        flagged: flagged(connection)?,
    })
}

/// The state of an account, `api_disabled`, and the role of a local sign-in.
type AccountRow = (String, bool, Option<String>);

fn local(connection: &mut Connection) -> Result<Vec<Administrator>> {
    let rows: Vec<(String, AccountRow)> = local_users::table
        .inner_join(users::table.on(users::id.eq(local_users::user_id)))
        .filter(local_users::role.eq(LocalRole::Admin.as_str()))
        .select((users::id, (users::status, users::api_disabled, local_users::role.nullable())))
        .load(connection)
        .db()?;
    rows.into_iter().map(|(id, row)| Ok(Administrator::local(user_id(&id)?, account(&row)?))).collect()
}

fn flagged(connection: &mut Connection) -> Result<Vec<Administrator>> {
    let rows: Vec<(String, AccountRow)> = users::table
        .left_join(local_users::table.on(local_users::user_id.eq(users::id)))
        .filter(users::is_admin.eq(true))
        .select((users::id, (users::status, users::api_disabled, local_users::role.nullable())))
        .load(connection)
        .db()?;
    rows.into_iter().map(|(id, row)| Ok(Administrator::flagged(user_id(&id)?, account(&row)?))).collect()
}

fn super_admins(connection: &mut Connection) -> Result<Vec<Administrator>> {
    type Row = (String, bool, Option<(String, bool)>, Option<String>);
    let rows: Vec<Row> = role_assignments::table
        .inner_join(roles::table)
        .left_join(users::table.on(users::id.eq(role_assignments::user_id)))
        .left_join(local_users::table.on(local_users::user_id.eq(role_assignments::user_id)))
        .filter(roles::role_name.eq(SUPER_ADMIN))
        .filter(role_assignments::expires_at.is_null())
        .select((
            role_assignments::user_id,
            roles::is_active,
            (users::status, users::api_disabled).nullable(),
            local_users::role.nullable(),
        ))
        .load(connection)
        .db()?;
    rows.into_iter()
        .map(|(id, is_role_active, known, local_role)| {
            let known = known.map(|(status, api_disabled)| account(&(status, api_disabled, local_role))).transpose()?;
            Ok(Administrator::super_admin(user_id(&id)?, known, is_role_active))
        })
        .collect()
}

fn account((status, api_disabled, local_role): &AccountRow) -> Result<AdministratorAccount> {
    Ok(AdministratorAccount {
        status: read::account_status(status)?,
        api_disabled: *api_disabled,
        local_role: local_role.as_deref().map(read::local_role).transpose()?,
    })
}

fn user_id(id: &str) -> Result<UserId> {
    read::user_id("users", "id", id)
}

pub(super) fn permissions_of(connection: &mut Connection, id: &UserId) -> Result<PermissionSet> {
    let role: Option<String> = role_assignments::table
        .inner_join(roles::table)
        .filter(role_assignments::user_id.eq(id.as_str()))
        .select(roles::permissions)
        .first(connection)
        .optional()
        .db()?;
    let is_flagged = users::table.filter(users::id.eq(id.as_str())).select(users::is_admin).first(connection);
    let by_flag = if is_flagged.optional().db()? == Some(true) {
        PermissionSet::of_admin_flag()
    } else {
        PermissionSet::default()
    };
    let by_role = role.map_or(Ok(PermissionSet::default()), |json| read_permissions(&json))?;
    Ok(by_role.union(by_flag))
}

fn read_permissions(json: &str) -> Result<PermissionSet> {
    let names: Vec<String> = serde_json::from_str(json).map_err(|error| inconsistent("roles", "permissions", error))?;
    names
        .iter()
        .map(|name| name.parse::<Permission>().map_err(|error| inconsistent("roles", "permissions", error)))
        .collect()
}
