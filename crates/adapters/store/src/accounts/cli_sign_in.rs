//! Codes that a browser carries to a command line.

use aedile_accounts::cli_sign_in::{CliSignIns, CodeChallenge, NewCliCode, PendingSignIn};
use aedile_accounts::cli_tokens::TokenProof;
use aedile_accounts::secrets::SecretHash;
use aedile_kernel::{Result, Timestamp, UserId};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::{DriverResult, inconsistent};
use crate::read;
use crate::schema::sign_ins::cli_sign_ins;
use crate::schema::users::users;

impl CliSignIns for Connection {
    fn insert_code(
        &mut self,
        user: &UserId,
        code: &NewCliCode,
        proof: TokenProof,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<()> {
        let of_user = cli_sign_ins::table.filter(cli_sign_ins::user_id.eq(user.as_str()));
        diesel::delete(of_user.filter(cli_sign_ins::expires_at.lt(now.as_micros()))).execute(self).db()?;
        diesel::insert_into(cli_sign_ins::table)
            .values((
                cli_sign_ins::code_hash.eq(code.code_hash.as_str()),
                cli_sign_ins::user_id.eq(user.as_str()),
                cli_sign_ins::code_challenge.eq(code.code_challenge.as_str()),
                cli_sign_ins::redirect_uri.eq(code.redirect_uri.as_str()),
                cli_sign_ins::created_at.eq(now.as_micros()),
                cli_sign_ins::expires_at.eq(expires_at.as_micros()),
                cli_sign_ins::proved_at.eq(proof.proved_at.as_micros()),
                cli_sign_ins::has_second_factor.eq(proof.has_second_factor),
            ))
            .execute(self)
            .db()
            .map(drop)
    }

    fn find_code(&mut self, hash: &SecretHash) -> Result<Option<PendingSignIn>> {
        let row: Option<(String, Option<String>, String, i64, i64, bool)> = cli_sign_ins::table
            .inner_join(users::table.on(users::id.eq(cli_sign_ins::user_id)))
            .filter(cli_sign_ins::code_hash.eq(hash.as_str()).and(cli_sign_ins::used_at.is_null()))
            .select((
                cli_sign_ins::user_id,
                users::email,
                cli_sign_ins::code_challenge,
                cli_sign_ins::expires_at,
                cli_sign_ins::proved_at,
                cli_sign_ins::has_second_factor,
            ))
            .first(self)
            .optional()
            .db()?;
        row.map(|(user_id, email, challenge, expires_at, proved_at, has_second_factor)| {
            Ok(PendingSignIn {
                user_id: read::user_id("cli_sign_ins", "user_id", &user_id)?,
                email,
                code_challenge: CodeChallenge::parse(&challenge)
                    .map_err(|error| inconsistent("cli_sign_ins", "code_challenge", error))?,
                proof: TokenProof { proved_at: Timestamp::from_micros(proved_at), has_second_factor },
                expires_at: Timestamp::from_micros(expires_at),
            })
        })
        .transpose()
    }

    fn use_code(&mut self, hash: &SecretHash, now: Timestamp) -> Result<bool> {
        let usable = cli_sign_ins::table
            .filter(cli_sign_ins::code_hash.eq(hash.as_str()))
            .filter(cli_sign_ins::used_at.is_null())
            .filter(cli_sign_ins::expires_at.gt(now.as_micros()));
        let used = diesel::update(usable).set(cli_sign_ins::used_at.eq(now.as_micros())).execute(self).db()?;
        Ok(used == 1)
    }
}
