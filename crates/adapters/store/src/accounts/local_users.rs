//! Users with a password kept here.

use aedile_accounts::local_users::LocalAccount;
use aedile_accounts::{Identifier, IdentifierType, LocalUser, LocalUsers, PasswordHash};
use aedile_kernel::{Administrators, Cursor, Page, PageRequest, PermissionSet, Position, Result, Timestamp, UserId};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::select;

use super::admins;
use super::erasure::forget_person;
use super::rows::{AccountRow, LocalRow, search_text};
use crate::connection::{Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::page;
use crate::schema::roles::{role_assignments, roles};
use crate::schema::rules::tiers;
use crate::schema::users::{local_users, users};

impl LocalUsers for Connection {
    fn list(&mut self, page: &PageRequest) -> Result<Page<LocalUser>> {
        // Each has its user; but SQLite begins an inner join with whichever table it likes, and there are many more users.
        let mut query = local_users::table.left_join(users::table.on(users::id.eq(local_users::user_id))).into_boxed();
        if let Position::After(cursor) = &page.position {
            let (key, id) = (cursor.number()?, cursor.id);
            let older = local_users::created_at.lt(key).or(users::number.lt(id));
            query = query.filter(local_users::created_at.le(key)).filter(older);
        }
        let rows: Vec<(LocalRow, Option<AccountRow>)> = query
            .order((local_users::created_at.desc(), users::number.desc()))
            .offset(page.offset().into())
            .limit(page::rows_to_read(page))
            .select((LocalRow::as_select(), Option::<AccountRow>::as_select()))
            .load(self)
            .db()?;
        let rows: Vec<(LocalRow, AccountRow)> =
            rows.into_iter().filter_map(|(local, account)| Some((local, account?))).collect();
        let total = page::total(self, page, |c| local_users::table.count().get_result(c))?;
        let rows = page::of_rows(rows, page, total, |(local, rest)| Cursor::new(local.created_at, rest.number));
        let items: Result<_> = rows.items.into_iter().map(|(local, rest)| Ok(local.account(rest)?.user)).collect();
        Ok(Page { items: items?, total: rows.total, next: rows.next })
    }

    fn find(&mut self, id: &UserId) -> Result<Option<LocalUser>> {
        Ok(account(self, id)?.map(|account| account.user))
    }

    fn lock(&mut self, id: &UserId) -> Result<Option<LocalAccount>> {
        let row = users::table.filter(users::id.eq(id.as_str())).select(users::number);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        account(self, id)
    }

    fn is_taken(&mut self, identifier: &Identifier) -> Result<bool> {
        let taken = local_users::table.filter(local_users::identifier.eq(identifier.as_str()));
        select(exists(taken)).get_result(self).db()
    }

    fn tier_exists(&mut self, tier: &str) -> Result<bool> {
        let named = tiers::table.filter(tiers::tier_name.eq(tier)).select(tiers::id);
        let _held: Vec<i64> = on_postgres!(self, |c| named.for_key_share().load(c)).db()?;
        select(exists(named)).get_result(self).db()
    }

    fn permissions_of(&mut self, id: &UserId) -> Result<PermissionSet> {
        admins::permissions_of(self, id)
    }

    fn lock_admins(&mut self) -> Result<Administrators> {
        admins::lock_administrators(self)
    }

    fn insert(&mut self, account: &LocalAccount, password: &PasswordHash) -> Result<()> {
        let user = &account.user;
        let email = (user.identifier_type == IdentifierType::Email).then_some(user.identifier.as_str());
        let (created_at, updated_at) = (user.created_at.as_micros(), user.updated_at.as_micros());
        diesel::insert_into(users::table)
            .values((
                users::id.eq(user.id.as_str()),
                users::email.eq(email),
                users::search_text.eq(search_text(email, None)),
                users::sort_email.eq(email.unwrap_or_default()),
                users::api_disabled.eq(user.api_disabled),
                users::tier.eq(&account.explicit_tier),
                users::created_at.eq(created_at),
                users::updated_at.eq(updated_at),
            ))
            .execute(self)
            .db()?;
        diesel::insert_into(local_users::table)
            .values((
                local_users::user_id.eq(user.id.as_str()),
                local_users::identifier.eq(&user.identifier),
                local_users::identifier_type.eq(user.identifier_type.as_str()),
                local_users::role.eq(user.role.as_str()),
                local_users::password_hash.eq(password.expose()),
                local_users::created_at.eq(created_at),
                local_users::updated_at.eq(updated_at),
            ))
            .execute(self)
            .db_unique("this identifier is already registered")
            .map(drop)
    }

    fn update(&mut self, account: &LocalAccount) -> Result<()> {
        let user = &account.user;
        let updated_at = user.updated_at.as_micros();
        let changed = diesel::update(local_users::table.find(user.id.as_str()))
            .set((
                local_users::role.eq(user.role.as_str()),
                local_users::must_change_password.eq(user.must_change_password),
                local_users::updated_at.eq(updated_at),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)?;
        let changed = diesel::update(users::table.filter(users::id.eq(user.id.as_str())))
            .set((
                users::tier.eq(&account.explicit_tier),
                users::api_disabled.eq(user.api_disabled),
                users::updated_at.eq(updated_at),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn delete(&mut self, id: &UserId, now: Timestamp) -> Result<Option<String>> {
        let held = role_assignments::table.filter(role_assignments::user_id.eq(id.as_str()));
        let role = held.inner_join(roles::table).select(roles::role_name).first(self).optional().db()?;
        forget_person(self, id, now)?;
        Ok(role)
    }
}

fn account(connection: &mut Connection, id: &UserId) -> Result<Option<LocalAccount>> {
    let row: Option<(LocalRow, AccountRow)> = local_users::table
        .inner_join(users::table.on(users::id.eq(local_users::user_id)))
        .filter(local_users::user_id.eq(id.as_str()))
        .select((LocalRow::as_select(), AccountRow::as_select()))
        .first(connection)
        .optional()
        .db()?;
    row.map(|(local, rest)| local.account(rest)).transpose()
}
