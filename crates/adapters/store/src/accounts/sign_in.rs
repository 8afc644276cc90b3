//! What local users sign in with.

use aedile_accounts::sessions::NewSession;
use aedile_accounts::sign_in::{Credentials, RenewedSession};
use aedile_accounts::{Identifier, PasswordHash, SignIns};
use aedile_kernel::{Result, Timestamp, UserId};
use diesel::prelude::*;

use super::rows::{AccountRow, LocalRow, read_hash};
use super::sessions;
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::users::{local_users, users};

impl SignIns for Connection {
    fn find_credentials(&mut self, identifier: &Identifier) -> Result<Option<Credentials>> {
        let row: Option<(LocalRow, AccountRow, String, String)> = local_users::table
            .inner_join(users::table.on(users::id.eq(local_users::user_id)))
            .filter(local_users::identifier.eq(identifier.as_str()))
            .select((LocalRow::as_select(), AccountRow::as_select(), users::status, local_users::password_hash))
            .first(self)
            .optional()
            .db()?;
        row.map(|(local, rest, status, hash)| {
            Ok(Credentials {
                user: local.account(rest)?.user,
                status: read::account_status(&status)?,
                password_hash: read_hash(&hash)?,
            })
        })
        .transpose()
    }

    fn renew_hash(&mut self, user: &UserId, hash: &PasswordHash) -> Result<()> {
        let row = diesel::update(local_users::table.find(user.as_str()));
        exactly(1, row.set(local_users::password_hash.eq(hash.expose())).execute(self).db()?)
    }

    fn renew_session(
        &mut self,
        user: &UserId,
        former: &str,
        new: &str,
        now: Timestamp,
    ) -> Result<Option<RenewedSession>> {
        let role = local_users::table.find(user.as_str()).select(local_users::role);
        let Some(role): Option<String> = role.first(self).optional().db()? else { return Ok(None) };
        let expires_at = sessions::renew(self, user, former, new, now)?;
        expires_at.map(|expires_at| Ok(RenewedSession { role: read::local_role(&role)?, expires_at })).transpose()
    }

    fn insert_session(&mut self, session: &NewSession) -> Result<()> {
        sessions::insert(self, session)
    }
}
