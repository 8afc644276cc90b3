//! Who may call.

use aedile_kernel::{Result, Timestamp, UserId};
use aedile_rbac::principal::{AssignedRole, Principal, Principals};
use diesel::prelude::*;

use super::role_rows::{read_permissions, read_user_id};
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::read;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::sign_ins::authenticator_apps;
use crate::schema::users::{local_users, users};

type UserRow = (String, Option<String>, Option<String>, bool, String, bool, Option<String>, Option<String>);
type RoleRow = (String, String, bool, bool);
/// With when the assignment ends, and since when there is a second factor.
type Row = (UserRow, Option<RoleRow>, Option<i64>, Option<i64>);

impl Principals for Connection {
    /// One statement, so that all of it is of one moment. A join inside a left join would have SQLite read every assignment.
    fn find(&mut self, user: &UserId) -> Result<Option<Principal>> {
        let row: Option<Row> = users::table
            .left_join(local_users::table.on(local_users::user_id.eq(users::id)))
            .left_join(authenticator_apps::table.on(authenticator_apps::user_id.eq(users::id)))
            .left_join(role_assignments::table.on(role_assignments::user_id.eq(users::id)))
            .left_join(roles::table.on(roles::id.eq(role_assignments::role_id)))
            .filter(users::id.eq(user.as_str()))
            .select((
                (
                    users::id,
                    users::email,
                    users::display_name,
                    users::is_admin,
                    users::status,
                    users::api_disabled,
                    users::tier,
                    local_users::role.nullable(),
                ),
                (roles::role_name, roles::permissions, roles::is_active, roles::requires_second_factor).nullable(),
                role_assignments::expires_at.nullable(),
                authenticator_apps::confirmed_at.nullable(),
            ))
            .first(self)
            .optional()
            .db()?;
        row.map(|(user, role, expires_at, app)| read(user, role, expires_at, app.is_some())).transpose()
    }
}

fn read(user: UserRow, role: Option<RoleRow>, expires_at: Option<i64>, has_second_factor: bool) -> Result<Principal> {
    let (id, email, display_name, is_admin, status, api_disabled, tier, local_role) = user;
    Ok(Principal {
        id: read_user_id("users", &id)?,
        email,
        display_name,
        is_admin,
        status: read::account_status(&status)?,
        api_disabled,
        tier,
        local_role: local_role.as_deref().map(read::local_role).transpose()?,
        assignment: role.map(|role| read_role(role, expires_at)).transpose()?,
        has_second_factor,
    })
}

fn read_role(role: RoleRow, expires_at: Option<i64>) -> Result<AssignedRole> {
    let (role_name, permissions, is_active, requires_second_factor) = role;
    let permissions = read_permissions(&permissions)?.into_iter().collect();
    let expires_at = expires_at.map(Timestamp::from_micros);
    Ok(AssignedRole { role_name, permissions, is_active, requires_second_factor, expires_at })
}
