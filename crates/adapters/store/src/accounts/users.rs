//! Users as an identity provider reports them.

use aedile_accounts::provider_events::gone;
use aedile_accounts::{User, Users};
use aedile_kernel::{AccountStatus, Result, UserId};
use diesel::prelude::*;

use super::rows::{UserRow, search_text};
use crate::connection::{Connection, Portable};
use crate::error::DriverResult;
use crate::schema::sign_ins::provider_users;
use crate::schema::users::users;

impl Users for Connection {
    fn find(&mut self, id: &UserId) -> Result<Option<User>> {
        let with_id = users::table.filter(users::id.eq(id.as_str())).select(UserRow::as_select());
        let row: Option<UserRow> = with_id.first(self).optional().db()?;
        row.map(User::try_from).transpose()
    }

    fn insert_if_absent(&mut self, user: &User) -> Result<bool> {
        let row = (
            users::id.eq(user.id.as_str()),
            users::email.eq(&user.email),
            users::email_verified.eq(user.email_verified),
            users::display_name.eq(&user.display_name),
            users::search_text.eq(search_text(user.email.as_deref(), user.display_name.as_deref())),
            users::sort_email.eq(user.email.as_deref().unwrap_or_default()),
            users::is_admin.eq(user.is_admin),
            users::status.eq(user.status.as_str()),
            users::api_disabled.eq(user.api_disabled),
            users::tier.eq(&user.tier),
            users::created_at.eq(user.created_at.as_micros()),
            users::updated_at.eq(user.updated_at.as_micros()),
        );
        let insert = diesel::insert_into(users::table).values(row).on_conflict(users::id).do_nothing();
        Ok(Portable(insert).execute(self).db()? == 1)
    }

    fn lock_is_gone(&mut self, id: &UserId) -> Result<bool> {
        // The row is what a deletion at the provider writes, so that one of the two waits for the other.
        let row = (provider_users::user_id.eq(id.as_str()), provider_users::told_at.eq(0));
        let upsert = diesel::insert_into(provider_users::table)
            .values(row)
            .on_conflict(provider_users::user_id)
            .do_update()
            .set(provider_users::told_at.eq(provider_users::told_at))
            .returning(provider_users::told_at);
        let told_at: i64 = Portable(upsert).get_result(self).db()?;
        Ok(told_at == gone().as_micros())
    }

    fn set_identity(&mut self, user: &User) -> Result<bool> {
        let known = users::table.filter(users::id.eq(user.id.as_str()));
        let changed = diesel::update(known.filter(users::status.ne(AccountStatus::Deleted.as_str())))
            .set((
                users::email.eq(&user.email),
                users::email_verified.eq(user.email_verified),
                users::display_name.eq(&user.display_name),
                users::search_text.eq(search_text(user.email.as_deref(), user.display_name.as_deref())),
                users::sort_email.eq(user.email.as_deref().unwrap_or_default()),
                users::updated_at.eq(user.updated_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        Ok(changed == 1)
    }
}
