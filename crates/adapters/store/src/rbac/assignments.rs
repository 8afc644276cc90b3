//! Who holds which role.

use aedile_kernel::{Administrators, Error, Result, Timestamp, UserId};
use aedile_rbac::assignments::{Assignment, AssignmentFilter, Assignments, NewAssignment, Person};
use aedile_rbac::roles::Role;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::role_rows::AssignmentRow;
use super::{people, roles as definitions};
use crate::accounts::lock_administrators;
use crate::connection::{Connection, Portable, cols};
use crate::error::DriverResult;
use crate::schema::roles::{role_assignments, roles};

impl Assignments for Connection {
    fn lock_administrators(&mut self) -> Result<Administrators> {
        lock_administrators(self)
    }

    fn list(&mut self, filter: &AssignmentFilter) -> Result<Vec<Assignment>> {
        let mut query = role_assignments::table.inner_join(roles::table).into_boxed();
        if let Some(user) = &filter.clerk_user_id {
            query = query.filter(role_assignments::user_id.eq(user.as_str()));
        }
        if let Some(role_name) = &filter.role_name {
            query = query.filter(roles::role_name.eq(role_name));
        }
        let rows: Vec<(AssignmentRow, String)> =
            query.order(role_assignments::id).select((AssignmentRow::as_select(), roles::role_name)).load(self).db()?;
        rows.into_iter().map(|(row, role_name)| row.with_role(role_name)).collect()
    }

    fn find(&mut self, user: &UserId) -> Result<Option<Assignment>> {
        let row: Option<(AssignmentRow, String)> = role_assignments::table
            .inner_join(roles::table)
            .filter(role_assignments::user_id.eq(user.as_str()))
            .select((AssignmentRow::as_select(), roles::role_name))
            .first(self)
            .optional()
            .db()?;
        row.map(|(row, role_name)| row.with_role(role_name)).transpose()
    }

    fn find_role(&mut self, role_name: &str) -> Result<Option<Role>> {
        definitions::find_by_name(self, role_name)
    }

    fn set(&mut self, new: &NewAssignment) -> Result<Assignment> {
        let role = definitions::find_by_name(self, &new.role_name)?.ok_or_else(|| Error::not_found("Role"))?;
        let row = (
            role_assignments::user_id.eq(new.clerk_user_id.as_str()),
            role_assignments::role_id.eq(role.id.0),
            role_assignments::assigned_by.eq(&new.assigned_by),
            role_assignments::assigned_at.eq(new.assigned_at.as_micros()),
            role_assignments::expires_at.eq(new.expires_at.map(Timestamp::as_micros)),
        );
        let replaced = (
            role_assignments::role_id.eq(excluded(role_assignments::role_id)),
            role_assignments::assigned_by.eq(excluded(role_assignments::assigned_by)),
            role_assignments::assigned_at.eq(excluded(role_assignments::assigned_at)),
            role_assignments::expires_at.eq(excluded(role_assignments::expires_at)),
        );
        let upsert = diesel::insert_into(role_assignments::table)
            .values(row)
            .on_conflict(role_assignments::user_id)
            .do_update()
            .set(replaced)
            .returning(cols::<AssignmentRow>());
        let row: AssignmentRow = Portable(upsert).get_result(self).db()?;
        row.with_role(role.role_name)
    }

    fn delete(&mut self, user: &UserId) -> Result<()> {
        let held = role_assignments::table.filter(role_assignments::user_id.eq(user.as_str()));
        diesel::delete(held).execute(self).db().map(drop)
    }

    fn lock_person(&mut self, user: &UserId) -> Result<Option<Person>> {
        people::lock(self, user)
    }

    fn lock_people_by_email(&mut self, email: &str) -> Result<Vec<Person>> {
        people::lock_by_email(self, email)
    }

    fn set_admin(&mut self, user: &UserId, now: Timestamp) -> Result<Person> {
        people::set_admin(self, user, now)
    }
}
