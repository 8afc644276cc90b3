//! Events of the identity provider.

use aedile_accounts::local_users::{Admins, LocalUsers};
use aedile_accounts::provider_events::{EventStamp, ProviderEvents};
use aedile_kernel::{AccountStatus, Result, Timestamp, UserId};
use diesel::prelude::*;
use diesel::query_dsl::methods;
use diesel::upsert::excluded;

use crate::connection::{Connection, Portable};
use crate::error::{DriverResult, exactly};
use crate::schema::roles::{role_assignments, roles};
use crate::schema::sign_ins::{cli_sign_ins, cli_tokens, provider_events, provider_users};
use crate::schema::users::users;

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

    fn lock_all_admins(&mut self) -> Result<Admins> {
        self.lock_admins()
    }

    fn mark_deleted(&mut self, user: &UserId, now: Timestamp) -> Result<Option<String>> {
        let held = role_assignments::table.filter(role_assignments::user_id.eq(user.as_str()));
        let role = held.inner_join(roles::table).select(roles::role_name).first(self).optional().db()?;
        diesel::delete(held).execute(self).db()?;
        end_command_line(self, user, now)?;
        let changed = diesel::update(users::table.filter(users::id.eq(user.as_str())))
            .set((
                users::status.eq(AccountStatus::Deleted.as_str()),
                users::email.eq(None::<String>),
                users::email_verified.eq(false),
                users::display_name.eq(None::<String>),
                users::search_text.eq(""),
                users::sort_email.eq(""),
                users::is_admin.eq(false),
                users::tier.eq(None::<String>),
                users::marketing_opt_in.eq(false),
                users::deletion_requested_at.eq(None::<i64>),
                users::deletion_scheduled_for.eq(None::<i64>),
                users::updated_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)?;
        Ok(role)
    }

    fn delete_events_before(&mut self, oldest: Timestamp) -> Result<usize> {
        let past = provider_events::table.filter(provider_events::received_at.lt(oldest.as_micros()));
        diesel::delete(past).execute(self).db()
    }
}

/// The account's state shuts these out already; what is of no use any more is not kept.
fn end_command_line(connection: &mut Connection, user: &UserId, now: Timestamp) -> Result<()> {
    diesel::delete(cli_sign_ins::table.filter(cli_sign_ins::user_id.eq(user.as_str()))).execute(connection).db()?;
    let current = cli_tokens::user_id.eq(user.as_str()).and(cli_tokens::revoked_at.is_null());
    diesel::update(cli_tokens::table.filter(current))
        .set(cli_tokens::revoked_at.eq(now.as_micros()))
        .execute(connection)
        .db()
        .map(drop)
}
