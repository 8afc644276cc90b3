//! Who can administer, and what they may do.

use aedile_accounts::local_users::{Administrator, Admins};
use aedile_accounts::{AccountStatus, LocalRole};
use aedile_kernel::{Permission, PermissionSet, Result, UserId};
use diesel::prelude::*;

use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, inconsistent};
use crate::read;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::users::{local_users, users};

const SUPER_ADMIN: &str = "super-admin";

/// Takes the lock of all changes to roles and assignments, the row of the role super-admin, so that those and changes to
/// local users follow one another. Then reads what is committed.
pub(super) fn lock_all(connection: &mut Connection) -> Result<Admins> {
    let row = roles::table.filter(roles::role_name.eq(SUPER_ADMIN)).select(roles::id);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_update().load(c)).db()?;
    Ok(Admins { local: local(connection)?, super_admins: super_admins(connection)?, flagged: flagged(connection)? })
}

fn local(connection: &mut Connection) -> Result<Vec<Administrator>> {
    let rows: Vec<(String, String, bool)> = local_users::table
        .inner_join(users::table.on(users::id.eq(local_users::user_id)))
        .filter(local_users::role.eq(LocalRole::Admin.as_str()))
        .select((users::id, users::status, users::api_disabled))
        .load(connection)
        .db()?;
    rows.into_iter().map(|(id, status, api_disabled)| administrator(&id, is_able(&status, api_disabled))).collect()
}

fn flagged(connection: &mut Connection) -> Result<Vec<Administrator>> {
    let rows: Vec<(String, String, bool)> = users::table
        .filter(users::is_admin.eq(true))
        .select((users::id, users::status, users::api_disabled))
        .load(connection)
        .db()?;
    rows.into_iter().map(|(id, status, api_disabled)| administrator(&id, is_able(&status, api_disabled))).collect()
}

/// Somebody who never signed in has no row yet, and can all the same.
fn super_admins(connection: &mut Connection) -> Result<Vec<Administrator>> {
    type Row = (String, Option<(String, bool)>, Option<String>);
    let rows: Vec<Row> = role_assignments::table
        .inner_join(roles::table)
        .left_join(users::table.on(users::id.eq(role_assignments::user_id)))
        .left_join(local_users::table.on(local_users::user_id.eq(role_assignments::user_id)))
        .filter(roles::role_name.eq(SUPER_ADMIN))
        .filter(role_assignments::expires_at.is_null())
        .select((
            role_assignments::user_id,
            (users::status, users::api_disabled).nullable(),
            local_users::role.nullable(),
        ))
        .load(connection)
        .db()?;
    rows.into_iter()
        .map(|(id, account, local_role)| {
            let may_enter = local_role.is_none_or(|role| role == LocalRole::Admin.as_str());
            let is_able = account.is_none_or(|(status, api_disabled)| is_able(&status, api_disabled));
            administrator(&id, may_enter && is_able)
        })
        .collect()
}

fn administrator(id: &str, able: bool) -> Result<Administrator> {
    Ok(Administrator { user: read::user_id("users", "id", id)?, able })
}

fn is_able(status: &str, api_disabled: bool) -> bool {
    status == AccountStatus::Active.as_str() && !api_disabled
}

/// What the flag `is_admin` permits.
const FLAGGED: [Permission; 4] =
    [Permission::AdminRead, Permission::AdminWrite, Permission::UsersRead, Permission::UsersWrite];

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
        FLAGGED.into_iter().collect()
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
