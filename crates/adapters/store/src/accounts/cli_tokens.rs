//! Tokens of the command line.

use aedile_accounts::CliTokens;
use aedile_accounts::cli_tokens::{CliToken, CliTokenId, NewCliToken, Owner, TokenProof};
use aedile_accounts::secrets::SecretHash;
use aedile_kernel::{Error, Result, Timestamp, UserId};
use diesel::prelude::*;

use crate::connection::{Backend, Connection, cols, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::sign_ins::cli_tokens;
use crate::schema::users::users;

#[derive(Queryable, Selectable)]
#[diesel(table_name = cli_tokens, check_for_backend(Backend))]
struct TokenRow {
    id: i64,
    user_id: String,
    token_prefix: String,
    created_at: i64,
    expires_at: i64,
    last_used_at: Option<i64>,
    proved_at: i64,
    has_second_factor: bool,
}

impl TryFrom<TokenRow> for CliToken {
    type Error = Error;

    fn try_from(row: TokenRow) -> Result<Self> {
        Ok(Self {
            id: CliTokenId(row.id),
            user_id: read::user_id("cli_tokens", "user_id", &row.user_id)?,
            token_prefix: row.token_prefix,
            created_at: Timestamp::from_micros(row.created_at),
            expires_at: Timestamp::from_micros(row.expires_at),
            last_used_at: row.last_used_at.map(Timestamp::from_micros),
            proof: TokenProof {
                proved_at: Timestamp::from_micros(row.proved_at),
                has_second_factor: row.has_second_factor,
            },
        })
    }
}

/// The token of this number, `None` when it is unknown or revoked.
pub(crate) fn find(connection: &mut Connection, id: CliTokenId) -> Result<Option<CliToken>> {
    let row: Option<TokenRow> = cli_tokens::table
        .filter(cli_tokens::id.eq(id.0).and(cli_tokens::revoked_at.is_null()))
        .select(TokenRow::as_select())
        .first(connection)
        .optional()
        .db()?;
    row.map(CliToken::try_from).transpose()
}

/// Ends the user's tokens for good, and answers how many still worked.
pub(super) fn revoke_all(connection: &mut Connection, user: &UserId, now: Timestamp) -> Result<usize> {
    let working = cli_tokens::table.filter(cli_tokens::user_id.eq(user.as_str()).and(cli_tokens::revoked_at.is_null()));
    diesel::update(working).set(cli_tokens::revoked_at.eq(now.as_micros())).execute(connection).db()
}

/// Notes that the owner of a token just proved who they are.
pub(super) fn note_proof(connection: &mut Connection, id: i64, has_second_factor: bool, now: Timestamp) -> Result<()> {
    let token = cli_tokens::table.filter(cli_tokens::id.eq(id));
    let noted = diesel::update(token).set(cli_tokens::proved_at.eq(now.as_micros())).execute(connection).db()?;
    exactly(1, noted)?;
    if has_second_factor {
        diesel::update(token).set(cli_tokens::has_second_factor.eq(true)).execute(connection).db()?;
    }
    Ok(())
}

impl CliTokens for Connection {
    fn lock_owner(&mut self, user: &UserId) -> Result<Option<Owner>> {
        let with_id = users::table.filter(users::id.eq(user.as_str()));
        let _held: Vec<i64> = on_postgres!(self, |c| with_id.select(users::number).for_no_key_update().load(c)).db()?;
        let row: Option<(String, bool)> =
            with_id.select((users::status, users::api_disabled)).first(self).optional().db()?;
        row.map(|(status, api_disabled)| Ok(Owner { status: read::account_status(&status)?, api_disabled })).transpose()
    }

    fn find_current(&mut self, user: &UserId) -> Result<Option<CliToken>> {
        let row: Option<TokenRow> = cli_tokens::table
            .filter(cli_tokens::user_id.eq(user.as_str()).and(cli_tokens::revoked_at.is_null()))
            .select(TokenRow::as_select())
            .first(self)
            .optional()
            .db()?;
        row.map(CliToken::try_from).transpose()
    }

    fn find_by_hash(&mut self, hash: &SecretHash) -> Result<Option<CliToken>> {
        let row: Option<TokenRow> = cli_tokens::table
            .filter(cli_tokens::token_hash.eq(hash.as_str()).and(cli_tokens::revoked_at.is_null()))
            .select(TokenRow::as_select())
            .first(self)
            .optional()
            .db()?;
        row.map(CliToken::try_from).transpose()
    }

    fn insert_token(
        &mut self,
        user: &UserId,
        token: &NewCliToken,
        proof: TokenProof,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<CliToken> {
        let row: TokenRow = diesel::insert_into(cli_tokens::table)
            .values((
                cli_tokens::user_id.eq(user.as_str()),
                cli_tokens::token_hash.eq(token.token_hash.as_str()),
                cli_tokens::token_prefix.eq(&token.token_prefix),
                cli_tokens::created_at.eq(now.as_micros()),
                cli_tokens::expires_at.eq(expires_at.as_micros()),
                cli_tokens::proved_at.eq(proof.proved_at.as_micros()),
                cli_tokens::has_second_factor.eq(proof.has_second_factor),
            ))
            .returning(cols::<TokenRow>())
            .get_result(self)
            .db_unique("another token of this user was made at the same moment")?;
        row.try_into()
    }

    fn set_revoked(&mut self, id: CliTokenId, now: Timestamp) -> Result<()> {
        let revoked = diesel::update(cli_tokens::table.find(id.0))
            .set(cli_tokens::revoked_at.eq(now.as_micros()))
            .execute(self)
            .db()?;
        exactly(1, revoked)
    }

    fn set_used(&mut self, id: CliTokenId, now: Timestamp) -> Result<()> {
        let now = now.as_micros();
        let noted_before = cli_tokens::last_used_at.is_null().or(cli_tokens::last_used_at.lt(now));
        diesel::update(cli_tokens::table.filter(cli_tokens::id.eq(id.0)).filter(noted_before))
            .set(cli_tokens::last_used_at.eq(now))
            .execute(self)
            .db()
            .map(drop)
    }
}
