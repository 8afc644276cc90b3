//! Users with the `is_admin` flag.

use aedile_accounts::User;
use aedile_accounts::admins::{AdminProfile, MarketplaceAdmins};
use aedile_kernel::{Administrators, Result, Timestamp, UserId};
use diesel::prelude::*;

use super::admins;
use super::rows::UserRow;
use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::users::users;

impl MarketplaceAdmins for Connection {
    fn list(&mut self) -> Result<Vec<AdminProfile>> {
        let rows: Vec<(String, Option<String>, Option<String>)> = users::table
            .filter(users::is_admin.eq(true))
            .order(users::number)
            .select((users::id, users::email, users::display_name))
            .load(self)
            .db()?;
        rows.into_iter()
            .map(|(id, email, display_name)| {
                Ok(AdminProfile { user_id: read::user_id("users", "id", &id)?, email, display_name })
            })
            .collect()
    }

    fn find(&mut self, id: &UserId) -> Result<Option<User>> {
        let with_id = users::table.filter(users::id.eq(id.as_str())).select(UserRow::as_select());
        let row: Option<UserRow> = with_id.first(self).optional().db()?;
        row.map(User::try_from).transpose()
    }

    fn lock_admins(&mut self) -> Result<Administrators> {
        admins::lock_administrators(self)
    }

    fn lock_user(&mut self, id: &UserId) -> Result<Option<User>> {
        lock_row(self, id)?;
        MarketplaceAdmins::find(self, id)
    }

    fn set_admin(&mut self, id: &UserId, is_admin: bool, now: Timestamp) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(id.as_str())))
            .set((users::is_admin.eq(is_admin), users::updated_at.eq(now.as_micros())))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn set_owner(&mut self, id: &UserId, now: Timestamp) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(id.as_str())))
            .set((users::is_owner.eq(true), users::updated_at.eq(now.as_micros())))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }
}

/// Locks a user's row until the transaction ends. Rows that refer to the user can still be added.
pub(crate) fn lock_row(connection: &mut Connection, id: &UserId) -> Result<()> {
    let row = users::table.filter(users::id.eq(id.as_str())).select(users::number);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_no_key_update().load(c)).db()?;
    Ok(())
}
