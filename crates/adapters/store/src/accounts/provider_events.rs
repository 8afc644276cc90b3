//! Events of the identity provider.

use aedile_accounts::provider_events::{EventStamp, ProviderEvents};
use aedile_kernel::{Administrators, Result, Timestamp, UserId};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;

use crate::accounts::{forget_person, lock_administrators};
use crate::connection::{Connection, Portable};
use crate::error::DriverResult;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::sign_ins::{provider_events, provider_users};
use crate::schema::users::{local_users, users};

impl ProviderEvents for Connection {
    fn insert_event(&mut self, event: &EventStamp, now: Timestamp) -> Result<bool> {
        let row = (
            provider_events::id.eq(&event.id),
            provider_events::event_type.eq(&event.event_type),
            provider_events::received_at.eq(now.as_micros()),
        );
        let insert = diesel::insert_into(provider_events::table).values(row).on_conflict_do_nothing();
        Ok(Portable(insert).execute(self).db()? == 1)
    }

    fn advance(&mut self, user: &UserId, at: Timestamp) -> Result<bool> {
        let row = (provider_users::user_id.eq(user.as_str()), provider_users::told_at.eq(at.as_micros()));
        let upsert = diesel::insert_into(provider_users::table)
            .values(row)
            .on_conflict(provider_users::user_id)
            .do_update()
            .set(provider_users::told_at.eq(excluded(provider_users::told_at)));
        let upsert = methods::FilterDsl::filter(upsert, provider_users::told_at.le(excluded(provider_users::told_at)));
        Ok(Portable(upsert).execute(self).db()? == 1)
    }

    fn set_access_off(&mut self, user: &UserId, is_off: bool, now: Timestamp) -> Result<bool> {
        let is_local = local_users::table.filter(local_users::user_id.eq(users::id));
        let others = users::table
            .filter(users::id.eq(user.as_str()))
            .filter(users::api_disabled.ne(is_off))
            .filter(not(exists(is_local)));
        let changed = diesel::update(others)
            .set((users::api_disabled.eq(is_off), users::updated_at.eq(now.as_micros())))
            .execute(self)
            .db()?;
        Ok(changed == 1)
    }

    fn lock_all_admins(&mut self) -> Result<Administrators> {
        lock_administrators(self)
    }

    fn mark_deleted(&mut self, user: &UserId, now: Timestamp) -> Result<Option<String>> {
        let held = role_assignments::table.filter(role_assignments::user_id.eq(user.as_str()));
        let role = held.inner_join(roles::table).select(roles::role_name).first(self).optional().db()?;
        diesel::delete(held).execute(self).db()?;
        forget_person(self, user, now)?;
        Ok(role)
    }
}
