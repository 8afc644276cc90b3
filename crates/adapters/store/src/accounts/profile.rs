//! Profiles.

use aedile_accounts::profile::{Profile, Profiles};
use aedile_kernel::{Result, Timestamp, UserId};
use diesel::prelude::*;

use super::marketplace_admins::lock_row;
use super::rows::{StandingRow, search_text};
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::schema::users::users;

impl Profiles for Connection {
    fn find(&mut self, id: &UserId) -> Result<Option<Profile>> {
        let row: Option<(StandingRow, bool, bool, Option<String>)> = users::table
            .filter(users::id.eq(id.as_str()))
            .select((StandingRow::as_select(), users::email_verified, users::marketing_opt_in, users::seller_slug))
            .first(self)
            .optional()
            .db()?;
        row.map(|(row, email_verified, marketing_opt_in, seller_slug)| {
            let entry = row.entry()?;
            Ok(Profile {
                id: entry.id,
                email: entry.email,
                email_verified,
                display_name: entry.display_name,
                marketing_opt_in,
                is_admin: entry.is_admin,
                is_seller: entry.is_seller,
                seller_slug,
                status: entry.status,
                deletion_requested_at: entry.deletion_requested_at,
                deletion_scheduled_for: entry.deletion_scheduled_for,
                created_at: entry.created_at,
            })
        })
        .transpose()
    }

    fn lock(&mut self, id: &UserId) -> Result<Option<Profile>> {
        lock_row(self, id)?;
        Profiles::find(self, id)
    }

    fn update(&mut self, profile: &Profile, now: Timestamp) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(profile.id.as_str())))
            .set((
                users::display_name.eq(&profile.display_name),
                users::search_text.eq(search_text(profile.email.as_deref(), profile.display_name.as_deref())),
                users::marketing_opt_in.eq(profile.marketing_opt_in),
                users::updated_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }
}
