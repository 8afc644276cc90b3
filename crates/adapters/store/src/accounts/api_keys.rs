//! API keys.

use std::net::IpAddr;

use aedile_accounts::api_keys::{ApiKey, ApiKeyId, ApiKeys, KeyOwner, KeyTerms, Network, NewApiKey};
use aedile_accounts::secrets::SecretHash;
use aedile_kernel::{
    AccountStatus, Assurance, Authority, Credential, Cursor, Error, Page, PageRequest, Permission, Position, Result,
    Rights, Timestamp, UserId, View,
};
use aedile_rbac::principal::{Holding, Principals};
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

    fn insert(&mut self, secret: &NewApiKey, terms: &KeyTerms, created_by: &str, now: Timestamp) -> Result<ApiKey> {
        let scopes: Vec<&str> = terms.scopes.iter().map(|scope| scope.as_str()).collect();
        let id: i64 = diesel::insert_into(api_keys::table)
            .values((
                (api_keys::name.eq(&terms.name), api_keys::description.eq(&terms.description)),
                api_keys::key_hash.eq(secret.key_hash.as_str()),
                api_keys::key_prefix.eq(&secret.key_prefix),
                api_keys::owner_id.eq(terms.owner_id.as_str()),
                api_keys::scopes.eq(scopes.join(" ")),
                api_keys::allowed_networks.eq(networks(&terms.allowed_networks)),
                api_keys::requests_per_minute.eq(terms.requests_per_minute.map(i64::from)),
                api_keys::expires_at.eq(terms.expires_at.map(Timestamp::as_micros)),
                api_keys::rotated_from.eq(terms.rotated_from.map(|id| id.0)),
                (api_keys::created_by.eq(created_by), api_keys::created_at.eq(now.as_micros())),
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

    fn find_key_rights(&mut self, key: &ApiKey, now: Timestamp) -> Result<Option<Rights>> {
        let Some(owner) = View::<dyn Principals>::view(self).find(&key.owner_id)? else { return Ok(None) };
        let (credential, scopes) = (Credential::ApiKey(key.id.to_text()), key.scopes.iter().copied().collect());
        let holding = Holding { principal: Some(&owner), credential: &credential, has_admin_claim: false, scopes };
        Ok(Some(Rights {
            permissions: holding.permissions(&[Authority::ApiKey], now),
            state: owner.state(),
            assurance: Assurance::NotAsked,
        }))
    }

    fn update(&mut self, key: &ApiKey) -> Result<()> {
        let changed = diesel::update(api_keys::table.find(key.id.0))
            .set((
                api_keys::name.eq(&key.name),
                api_keys::description.eq(&key.description),
                api_keys::allowed_networks.eq(networks(&key.allowed_networks)),
                api_keys::requests_per_minute.eq(key.requests_per_minute.map(i64::from)),
                api_keys::disabled.eq(key.disabled),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn set_replaced(&mut self, id: ApiKeyId, by: ApiKeyId, expires_at: Timestamp) -> Result<()> {
        let changed = diesel::update(api_keys::table.find(id.0))
            .set((api_keys::replaced_by.eq(by.0), api_keys::expires_at.eq(expires_at.as_micros())))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn set_used(&mut self, id: ApiKeyId, address: Option<IpAddr>, now: Timestamp) -> Result<()> {
        let now = now.as_micros();
        let noted_before = api_keys::last_used_at.is_null().or(api_keys::last_used_at.lt(now));
        let address = address.map(|address| address.to_string());
        diesel::update(api_keys::table.filter(api_keys::id.eq(id.0)).filter(noted_before))
            .set((api_keys::last_used_at.eq(now), api_keys::last_used_ip.eq(address)))
            .execute(self)
            .db()
            .map(drop)
    }
}

/// Networks as they are kept: with a space between.
fn networks(networks: &[Network]) -> String {
    networks.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
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
    description: Option<String>,
    key_prefix: String,
    owner_id: String,
    scopes: String,
    allowed_networks: String,
    requests_per_minute: Option<i64>,
    disabled: bool,
    expires_at: Option<i64>,
    last_used_at: Option<i64>,
    last_used_ip: Option<String>,
    revoked_at: Option<i64>,
    rotated_from: Option<i64>,
    replaced_by: Option<i64>,
    created_by: String,
    created_at: i64,
}

fn into_key((row, owner_email): (KeyRow, Option<String>)) -> Result<ApiKey> {
    let scopes: Result<Vec<Permission>> = row.scopes.split(' ').map(ApiKey::scope).collect();
    let networks: Result<Vec<Network>> = row.allowed_networks.split_whitespace().map(Network::parse).collect();
    let per_minute = row.requests_per_minute.map(u32::try_from).transpose();
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        name: row.name,
        description: row.description,
        key_prefix: row.key_prefix,
        owner_id: read::user_id("api_keys", "owner_id", &row.owner_id)?,
        owner_email,
        scopes: scopes.map_err(|error| inconsistent("api_keys", "scopes", error))?,
        allowed_networks: networks.map_err(|error| inconsistent("api_keys", "allowed_networks", error))?,
        requests_per_minute: per_minute.map_err(|error| inconsistent("api_keys", "requests_per_minute", error))?,
        disabled: row.disabled,
        expires_at: row.expires_at.map(Timestamp::from_micros),
        last_used_at: row.last_used_at.map(Timestamp::from_micros),
        last_used_ip: row.last_used_ip,
        revoked_at: row.revoked_at.map(Timestamp::from_micros),
        rotated_from: row.rotated_from.map(ApiKeyId),
        replaced_by: row.replaced_by.map(ApiKeyId),
        created_by: row.created_by,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
