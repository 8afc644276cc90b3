//! API keys.

use aedile_accounts::api_keys::{ApiKey, ApiKeyId, ApiKeys, KeyOwner, NewApiKey};
use aedile_accounts::secrets::SecretHash;
use aedile_kernel::{AccountStatus, Cursor, Error, Page, PageRequest, Permission, Position, Result, Timestamp, UserId};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use crate::accounts::{lock_row, owners_of_address};
use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::sign_ins::api_keys;
use crate::schema::users::users;
use crate::{page, read};

impl ApiKeys for Connection {
    fn find_owner(&mut self, user: &UserId) -> Result<Option<KeyOwner>> {
        lock_row(self, user)?;
        let rows = owners().filter(users::id.eq(user.as_str())).select(owner_columns()).load(self).db()?;
        Ok(into_owners(rows)?.pop())
    }

    fn find_owners_by_email(&mut self, email: &str) -> Result<Vec<KeyOwner>> {
        let owners = owners_of_address(self, email)?;
        for owner in &owners {
            lock_row(self, owner)?;
        }
        owners.iter().filter_map(|owner| self.find_owner(owner).transpose()).collect()
    }

    fn insert(
        &mut self,
        name: &str,
        key: &NewApiKey,
        owner: &UserId,
        scopes: &[Permission],
        expires_at: Option<Timestamp>,
        created_by: &str,
        now: Timestamp,
    ) -> Result<ApiKey> {
        let scopes: Vec<&str> = scopes.iter().map(|scope| scope.as_str()).collect();
        let id: i64 = diesel::insert_into(api_keys::table)
            .values((
                api_keys::name.eq(name),
                api_keys::key_hash.eq(key.key_hash.as_str()),
                api_keys::key_prefix.eq(&key.key_prefix),
                api_keys::owner_id.eq(owner.as_str()),
                api_keys::scopes.eq(scopes.join(" ")),
                api_keys::expires_at.eq(expires_at.map(Timestamp::as_micros)),
                api_keys::created_by.eq(created_by),
                api_keys::created_at.eq(now.as_micros()),
            ))
            .returning(api_keys::id)
            .get_result(self)
            .db()?;
        find(self, ApiKeyId(id))?.ok_or_else(|| Error::internal("a key was written and is not there"))
    }

    fn list(&mut self, page: &PageRequest) -> Result<Page<ApiKey>> {
        let query = with_owners().order(api_keys::id.desc()).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(api_keys::id.lt(cursor.id)),
        };
        let rows: Vec<(KeyRow, Option<String>)> = query.select((KeyRow::as_select(), users::email)).load(self).db()?;
        let total = page::total(self, page, |c| api_keys::table.count().get_result(c))?;
        let items: Vec<ApiKey> = rows.into_iter().map(into_key).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }

    fn lock(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>> {
        let row = api_keys::table.find(id.0).select(api_keys::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        find(self, id)
    }

    fn find_by_hash(&mut self, hash: &SecretHash) -> Result<Option<ApiKey>> {
        let with_hash = with_owners().filter(api_keys::key_hash.eq(hash.as_str()));
        let row: Option<(KeyRow, Option<String>)> =
            with_hash.select((KeyRow::as_select(), users::email)).first(self).optional().db()?;
        row.map(into_key).transpose()
    }

    fn set_revoked(&mut self, id: ApiKeyId, now: Timestamp) -> Result<()> {
        let row = diesel::update(api_keys::table.find(id.0));
        exactly(1, row.set(api_keys::revoked_at.eq(now.as_micros())).execute(self).db()?)
    }

    fn set_used(&mut self, id: ApiKeyId, now: Timestamp) -> Result<()> {
        let now = now.as_micros();
        let noted_before = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(now));
        diesel::update(api_keys::table.filter(api_keys::id.eq(id.0)).filter(noted_before))
            .set(api_keys::last_used_at.eq(now))
            .execute(self)
            .db()
            .map(drop)
    }
}

pub(crate) fn find(connection: &mut Connection, id: ApiKeyId) -> Result<Option<ApiKey>> {
    let with_id = with_owners().filter(api_keys::id.eq(id.0)).select((KeyRow::as_select(), users::email));
    let row: Option<(KeyRow, Option<String>)> = with_id.first(connection).optional().db()?;
    row.map(into_key).transpose()
}

/// Keys with their owners.
#[auto_type(no_type_alias)]
fn with_owners() -> _ {
    api_keys::table.inner_join(users::table.on(users::id.eq(api_keys::owner_id)))
}

/// Users who were not deleted.
#[auto_type(no_type_alias)]
fn owners() -> _ {
    let deleted: &'static str = AccountStatus::Deleted.as_str();
    users::table.filter(users::status.ne(deleted))
}

type OwnerRow = (String, bool, bool, String, bool);
type OwnerColumns = (users::id, users::is_admin, users::is_owner, users::status, users::api_disabled);

const fn owner_columns() -> OwnerColumns {
    (users::id, users::is_admin, users::is_owner, users::status, users::api_disabled)
}

fn into_owners(rows: Vec<OwnerRow>) -> Result<Vec<KeyOwner>> {
    rows.into_iter()
        .map(|(id, is_admin, is_owner, status, api_disabled)| {
            let is_in_use = status == AccountStatus::Active.as_str() && !api_disabled;
            let may_own_keys = is_in_use && (is_admin || is_owner);
            Ok(KeyOwner { user_id: read::user_id("users", "id", &id)?, may_own_keys })
        })
        .collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = api_keys, check_for_backend(Backend))]
struct KeyRow {
    id: i64,
    name: String,
    key_prefix: String,
    owner_id: String,
    scopes: String,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    revoked_at: Option<i64>,
    created_by: String,
    created_at: i64,
}

fn into_key((row, owner_email): (KeyRow, Option<String>)) -> Result<ApiKey> {
    let scopes: Result<Vec<Permission>> = row.scopes.split(' ').map(ApiKey::scope).collect();
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        name: row.name,
        key_prefix: row.key_prefix,
        owner_id: read::user_id("api_keys", "owner_id", &row.owner_id)?,
        owner_email,
        scopes: scopes.map_err(|error| inconsistent("api_keys", "scopes", error))?,
        expires_at: row.expires_at.map(Timestamp::from_micros),
        last_used_at: row.last_used_at.map(Timestamp::from_micros),
        revoked_at: row.revoked_at.map(Timestamp::from_micros),
        created_by: row.created_by,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
