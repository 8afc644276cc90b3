//! Passwords that are changed, and links to choose new ones with.

use aedile_accounts::password_changes::{KnownPassword, LocalPasswords, NewReset};
use aedile_accounts::secrets::SecretHash;
use aedile_accounts::sessions::Ending;
use aedile_accounts::{Identifier, PasswordHash};
use aedile_kernel::{AccountStatus, PermissionSet, Result, Timestamp, UserId};
use aedile_messaging::mail::Mails;
use diesel::dsl::max;
use diesel::prelude::*;

use super::rows::{AccountRow, LocalRow, read_hash};
use super::{admins, lock_row, sessions};
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::sign_ins::password_links;
use crate::schema::users::{local_users, users};

impl LocalPasswords for Connection {
    fn identifier_of(&mut self, user: &UserId) -> Result<Option<String>> {
        local_users::table.find(user.as_str()).select(local_users::identifier).first(self).optional().db()
    }

    fn find_user(&mut self, identifier: &Identifier) -> Result<Option<UserId>> {
        let stopped = [AccountStatus::Held.as_str(), AccountStatus::Deleted.as_str()];
        let id: Option<String> = local_users::table
            .inner_join(users::table.on(users::id.eq(local_users::user_id)))
            .filter(local_users::identifier.eq(identifier.as_str()))
            .filter(users::status.ne_all(stopped))
            .filter(users::api_disabled.eq(false))
            .select(users::id)
            .first(self)
            .optional()
            .db()?;
        id.map(|id| read::user_id("users", "id", &id)).transpose()
    }

    fn lock(&mut self, user: &UserId) -> Result<Option<KnownPassword>> {
        lock_row(self, user)?;
        let row: Option<(LocalRow, AccountRow, String)> = local_users::table
            .inner_join(users::table.on(users::id.eq(local_users::user_id)))
            .filter(local_users::user_id.eq(user.as_str()))
            .select((LocalRow::as_select(), AccountRow::as_select(), local_users::password_hash))
            .first(self)
            .optional()
            .db()?;
        row.map(|(local, rest, hash)| {
            Ok(KnownPassword { account: local.account(rest)?, password_hash: read_hash(&hash)? })
        })
        .transpose()
    }

    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet> {
        admins::permissions_of(self, user)
    }

    fn set_password(&mut self, user: &UserId, hash: &PasswordHash, now: Timestamp) -> Result<()> {
        let changed = diesel::update(local_users::table.find(user.as_str()))
            .set((
                local_users::password_hash.eq(hash.expose()),
                local_users::must_change_password.eq(false),
                local_users::updated_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn end_sessions(&mut self, user: &UserId, why: Ending, now: Timestamp) -> Result<()> {
        sessions::end_all(self, user, None, why, now).map(drop)
    }

    fn newest_link_at(&mut self, user: &UserId) -> Result<Option<Timestamp>> {
        let of_user = password_links::table.filter(password_links::user_id.eq(user.as_str()));
        let newest: Option<i64> = of_user.select(max(password_links::created_at)).first(self).db()?;
        Ok(newest.map(Timestamp::from_micros))
    }

    fn insert_link(&mut self, link: &NewReset) -> Result<()> {
        let inserted = diesel::insert_into(password_links::table)
            .values((
                password_links::token_hash.eq(link.token_hash.as_str()),
                password_links::user_id.eq(link.user_id.as_str()),
                password_links::created_at.eq(link.created_at.as_micros()),
                password_links::expires_at.eq(link.expires_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, inserted)
    }

    fn take_link(&mut self, token_hash: &SecretHash, now: Timestamp) -> Result<Option<UserId>> {
        // One statement, so that of two uses at the same moment one wins.
        let good = password_links::table
            .filter(password_links::token_hash.eq(token_hash.as_str()))
            .filter(password_links::used_at.is_null())
            .filter(password_links::expires_at.gt(now.as_micros()));
        let user: Option<String> = diesel::update(good)
            .set(password_links::used_at.eq(now.as_micros()))
            .returning(password_links::user_id)
            .get_result(self)
            .optional()
            .db()?;
        user.map(|id| read::user_id("password_links", "user_id", &id)).transpose()
    }

    fn void_links(&mut self, user: &UserId, now: Timestamp) -> Result<()> {
        let unused = password_links::table
            .filter(password_links::user_id.eq(user.as_str()))
            .filter(password_links::used_at.is_null());
        diesel::update(unused).set(password_links::used_at.eq(now.as_micros())).execute(self).db().map(drop)
    }

    fn insert_mail(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        Mails::insert(self, user, subject, text, now)
    }
}
