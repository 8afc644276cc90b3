//! Second factors of local users.

use aedile_accounts::PasswordHash;
use aedile_accounts::local_users::LocalAccount;
use aedile_accounts::password_changes::LocalPasswords;
use aedile_accounts::second_factor::{KnownApp, SecondFactors, Seed};
use aedile_accounts::secrets::SecretHash;
use aedile_accounts::sessions::{Ending, Proof};
use aedile_kernel::{PermissionSet, Result, Timestamp, UserId};
use aedile_messaging::mail::Mails;
use diesel::prelude::*;
use diesel::upsert::excluded;

use super::{admins, sessions};
use crate::connection::{Connection, Portable};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::sign_ins::{authenticator_apps, recovery_codes};

impl SecondFactors for Connection {
    fn find_app(&mut self, user: &UserId) -> Result<Option<KnownApp>> {
        let row: Option<(String, Option<i64>, i64)> = authenticator_apps::table
            .find(user.as_str())
            .select((authenticator_apps::seed, authenticator_apps::confirmed_at, authenticator_apps::last_step))
            .first(self)
            .optional()
            .db()?;
        row.map(|(seed, confirmed_at, last_step)| {
            let seed = Seed::try_from(seed).map_err(|error| inconsistent("authenticator_apps", "seed", error))?;
            Ok(KnownApp { seed, confirmed_at: confirmed_at.map(Timestamp::from_micros), last_step })
        })
        .transpose()
    }

    fn find_identifier(&mut self, user: &UserId) -> Result<Option<String>> {
        LocalPasswords::identifier_of(self, user)
    }

    fn lock_user(&mut self, user: &UserId) -> Result<Option<(LocalAccount, PasswordHash)>> {
        let known = LocalPasswords::lock(self, user)?;
        Ok(known.map(|known| (known.account, known.password_hash)))
    }

    fn permissions_of(&mut self, user: &UserId) -> Result<PermissionSet> {
        admins::permissions_of(self, user)
    }

    fn put_app(&mut self, user: &UserId, seed: &Seed, now: Timestamp) -> Result<()> {
        let insert = diesel::insert_into(authenticator_apps::table)
            .values((
                authenticator_apps::user_id.eq(user.as_str()),
                authenticator_apps::seed.eq(seed.as_str()),
                authenticator_apps::created_at.eq(now.as_micros()),
                authenticator_apps::last_step.eq(0),
            ))
            .on_conflict(authenticator_apps::user_id)
            .do_update()
            .set((
                authenticator_apps::seed.eq(excluded(authenticator_apps::seed)),
                authenticator_apps::created_at.eq(excluded(authenticator_apps::created_at)),
            ));
        exactly(1, Portable(insert).execute(self).db()?)
    }

    fn confirm_app(&mut self, user: &UserId, now: Timestamp) -> Result<()> {
        let app = diesel::update(authenticator_apps::table.find(user.as_str()));
        exactly(1, app.set(authenticator_apps::confirmed_at.eq(now.as_micros())).execute(self).db()?)
    }

    fn set_last_step(&mut self, user: &UserId, step: i64) -> Result<()> {
        let app = diesel::update(authenticator_apps::table.find(user.as_str()));
        exactly(1, app.set(authenticator_apps::last_step.eq(step)).execute(self).db()?)
    }

    fn remove_all(&mut self, user: &UserId) -> Result<()> {
        diesel::delete(authenticator_apps::table.find(user.as_str())).execute(self).db()?;
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str()))).execute(self).db()?;
        Ok(())
    }

    fn replace_recovery_codes(&mut self, user: &UserId, codes: &[SecretHash], now: Timestamp) -> Result<()> {
        diesel::delete(recovery_codes::table.filter(recovery_codes::user_id.eq(user.as_str()))).execute(self).db()?;
        for code in codes {
            let inserted = diesel::insert_into(recovery_codes::table)
                .values((
                    recovery_codes::code_hash.eq(code.as_str()),
                    recovery_codes::user_id.eq(user.as_str()),
                    recovery_codes::created_at.eq(now.as_micros()),
                ))
                .execute(self)
                .db()?;
            exactly(1, inserted)?;
        }
        Ok(())
    }

    fn use_recovery_code(&mut self, user: &UserId, code: &SecretHash, now: Timestamp) -> Result<bool> {
        // One statement, so that of two uses at the same moment one wins.
        let unused = recovery_codes::table
            .filter(recovery_codes::code_hash.eq(code.as_str()))
            .filter(recovery_codes::user_id.eq(user.as_str()))
            .filter(recovery_codes::used_at.is_null());
        Ok(diesel::update(unused).set(recovery_codes::used_at.eq(now.as_micros())).execute(self).db()? == 1)
    }

    fn recovery_codes_left(&mut self, user: &UserId) -> Result<u32> {
        let left: i64 = recovery_codes::table
            .filter(recovery_codes::user_id.eq(user.as_str()).and(recovery_codes::used_at.is_null()))
            .count()
            .get_result(self)
            .db()?;
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    fn note_proof(&mut self, session: &str, proof: Proof, now: Timestamp) -> Result<()> {
        sessions::note_proof(self, session, proof, now)
    }

    fn end_sessions(&mut self, user: &UserId, kept: Option<String>, why: Ending, now: Timestamp) -> Result<()> {
        sessions::end_all(self, user, kept.as_deref(), why, now).map(drop)
    }

    fn insert_mail(&mut self, user: &UserId, subject: &str, text: &str, now: Timestamp) -> Result<()> {
        Mails::insert(self, user, subject, text, now)
    }
}
