//! Roles, their assignments, and the principals that follow from them.

mod access;
mod assignments;
mod definitions;
mod people;
mod principals;
mod rows;

#[cfg(test)]
mod contract;
#[cfg(test)]
mod races;

use aedile_kernel::Result;
use aedile_rbac::roles::SUPER_ADMIN;
use diesel::prelude::*;

use crate::connection::{Connection, on_postgres};
use crate::error::DriverResult;
use crate::schema::roles::roles as roles_table;

/// Takes the one lock of all changes to roles and assignments: the row of the super-admin, which is always there. Every
/// later statement then sees what the holder before committed. SQLite's writers follow one another anyway.
fn lock(connection: &mut Connection) -> Result<()> {
    let row = roles_table::table.filter(roles_table::role_name.eq(SUPER_ADMIN)).select(roles_table::id);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_update().load(c)).db()?;
    Ok(())
}
