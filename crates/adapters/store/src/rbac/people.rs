//! Users, as far as promotion is concerned.

use aedile_kernel::{Error, Result, Timestamp, UserId};
use aedile_rbac::assignments::Person;
use aedile_rbac::principal::LocalRole;
use diesel::prelude::*;

use super::role_rows::read_user_id;
use crate::accounts::owners_of_address;
use crate::connection::{Connection, Portable, on_postgres};
use crate::error::DriverResult;
use crate::read;
use crate::schema::users::{local_users, users};

pub(super) fn lock(connection: &mut Connection, user: &UserId) -> Result<Option<Person>> {
    let row = users::table.filter(users::id.eq(user.as_str())).select(users::number);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_update().load(c)).db()?;
    find(connection, user.as_str())
}

pub(super) fn lock_by_email(connection: &mut Connection, email: &str) -> Result<Vec<Person>> {
    let owners = owners_of_address(connection, email)?;
    owners.iter().filter_map(|owner| lock(connection, owner).transpose()).collect()
}

pub(super) fn set_admin(connection: &mut Connection, user: &UserId, now: Timestamp) -> Result<Person> {
    let new = (
        users::id.eq(user.as_str()),
        users::is_admin.eq(true),
        users::created_at.eq(now.as_micros()),
        users::updated_at.eq(now.as_micros()),
    );
    let promoted = (users::is_admin.eq(true), users::updated_at.eq(now.as_micros()));
    let upsert = diesel::insert_into(users::table).values(new).on_conflict(users::id).do_update().set(promoted);
    Portable(upsert).execute(connection).db()?;
    diesel::update(local_users::table.find(user.as_str()))
        .set((local_users::role.eq(LocalRole::Admin.as_str()), local_users::updated_at.eq(now.as_micros())))
        .execute(connection)
        .db()?;
    find(connection, user.as_str())?.ok_or_else(|| Error::not_found("User"))
}

fn find(connection: &mut Connection, id: &str) -> Result<Option<Person>> {
    type Row = (String, Option<String>, bool, String, Option<String>);
    let row: Option<Row> = users::table
        .left_join(local_users::table.on(local_users::user_id.eq(users::id)))
        .filter(users::id.eq(id))
        .select((users::id, users::email, users::is_admin, users::status, local_users::role.nullable()))
        .first(connection)
        .optional()
        .db()?;
    row.map(|(id, email, is_admin, status, local_role)| {
        Ok(Person {
            user_id: read_user_id("users", &id)?,
            email,
            is_admin,
            local_role: local_role.as_deref().map(read::local_role).transpose()?,
            status: read::account_status(&status)?,
        })
    })
    .transpose()
}
