//! What every store of roles, assignments and principals must do.

mod access;
mod assigning;
mod definitions;
mod people;

use aedile_kernel::mock::NOW;
use aedile_kernel::{Permission, Timestamp, UserId};
use aedile_rbac::assignments::{Assignment, Assignments, NewAssignment};
use aedile_rbac::principal::{AccountStatus, LocalRole, Principal, Principals};
use aedile_rbac::roles::{NewRole, Roles};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::schema::users::{local_users, users};

fn now() -> Timestamp {
    Timestamp::from_micros(NOW)
}

fn user(id: &str) -> UserId {
    UserId::parse(id).unwrap()
}

fn roles(connection: &mut Connection) -> &mut (dyn Roles + 'static) {
    connection
}

pub(in crate::rbac) fn assignments(connection: &mut Connection) -> &mut (dyn Assignments + 'static) {
    connection
}

fn principal(connection: &mut Connection, id: &str) -> Option<Principal> {
    Principals::find(connection, &user(id)).unwrap()
}

fn flag_manager() -> NewRole {
    NewRole {
        role_name: "flag-manager".into(),
        display_name: "Flag Manager".into(),
        description: None,
        permissions: vec![Permission::FlagsWrite, Permission::AdminRead],
        requires_second_factor: true,
        created_at: now(),
    }
}

pub(in crate::rbac) fn assign(
    connection: &mut Connection,
    id: &str,
    role: &str,
    expires_in: Option<i64>,
) -> Assignment {
    let new = NewAssignment {
        clerk_user_id: user(id),
        role_name: role.into(),
        assigned_by: "user_boss".into(),
        assigned_at: now(),
        expires_at: expires_in.map(|seconds| now().plus_seconds(seconds)),
    };
    assignments(connection).set(&new).unwrap()
}

pub(in crate::rbac) fn add_user(connection: &mut Connection, id: &str, email: Option<&str>, status: AccountStatus) {
    diesel::insert_into(users::table)
        .values((
            users::id.eq(id),
            users::email.eq(email),
            users::sort_email.eq(email.unwrap_or_default()),
            users::status.eq(status.as_str()),
            users::created_at.eq(NOW),
            users::updated_at.eq(NOW),
        ))
        .execute(connection)
        .unwrap();
}

fn add_local(connection: &mut Connection, id: &str, role: LocalRole) {
    diesel::insert_into(local_users::table)
        .values((
            local_users::user_id.eq(id),
            local_users::identifier.eq(format!("{}@example.com", id.trim_start_matches("user_"))),
            local_users::identifier_type.eq("email"),
            local_users::role.eq(role.as_str()),
            local_users::password_hash.eq("x"),
            local_users::created_at.eq(NOW),
            local_users::updated_at.eq(NOW),
        ))
        .execute(connection)
        .unwrap();
}
