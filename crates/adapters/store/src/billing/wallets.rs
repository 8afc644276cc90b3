//! Wallets.

use aedile_billing::ledger::{AccountKind, TransactionId, Unit};
use aedile_billing::wallets::{LedgerEntry, Wallet, Wallets};
use aedile_kernel::{AccountStatus, Cursor, MicroUsd, Page, PageRequest, Position, Result, Timestamp, UserId};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::ledger::{hold_user, source};
use crate::accounts::owners_of_address;
use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, exactly};
use crate::schema::billing::{ledger_accounts, ledger_lines, ledger_postings};
use crate::schema::users::users;
use crate::{page, read};

/// The columns of a [`WalletRow`].
macro_rules! wallet_row {
    () => {
        (HolderRow::as_select(), ledger_accounts::balance.nullable())
    };
}

impl Wallets for Connection {
    fn find_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>> {
        find(self, user)
    }

    fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>> {
        lock(self, user)
    }

    fn find_by_email(&mut self, email: &str) -> Result<Vec<UserId>> {
        owners_of_address(self, email)
    }

    fn set_frozen(&mut self, user: &UserId, is_frozen: bool) -> Result<()> {
        let row = diesel::update(users::table.filter(users::id.eq(user.as_str())));
        exactly(1, row.set(users::credits_frozen.eq(is_frozen)).execute(self).db()?)
    }

    fn list_wallets(&mut self, after: i64, limit: u32) -> Result<Vec<Wallet>> {
        let rows: Vec<WalletRow> = with_balance()
            .filter(users::number.gt(after))
            .filter(users::status.ne(AccountStatus::Deleted.as_str()))
            .order(users::number)
            .limit(limit.into())
            .select(wallet_row!())
            .load(self)
            .db()?;
        rows.into_iter().map(into_wallet).collect()
    }

    fn list_entries(&mut self, user: &UserId, page: &PageRequest) -> Result<Page<LedgerEntry>> {
        let account: Option<i64> = ledger_accounts::table
            .filter(ledger_accounts::owner.eq(user.as_str()))
            .filter(ledger_accounts::unit.eq(Unit::MicroUsd.as_str()))
            .filter(ledger_accounts::kind.eq(AccountKind::User.as_str()))
            .select(ledger_accounts::id)
            .first(self)
            .optional()
            .db()?;
        let of_account = ledger_lines::account_id.eq(account.unwrap_or(0));
        let mut query = ledger_lines::table
            .inner_join(ledger_postings::table.on(ledger_postings::id.eq(ledger_lines::posting_id)))
            .filter(of_account)
            .order(ledger_lines::id.desc())
            .limit(page::rows_to_read(page))
            .into_boxed();
        query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(ledger_lines::id.lt(cursor.id)),
        };
        let rows: Vec<EntryRow> = query
            .select((
                (ledger_lines::id, ledger_postings::id, ledger_lines::amount, ledger_lines::balance_after),
                (
                    ledger_postings::source,
                    ledger_postings::note,
                    ledger_postings::api_key_id,
                    ledger_postings::actor_id,
                ),
                ledger_postings::created_at,
            ))
            .load(self)
            .db()?;
        let total = page::total(self, page, |c| ledger_lines::table.filter(of_account).count().get_result(c))?;
        let page = page::of_rows(rows, page, total, |((line, ..), ..)| Cursor::new(0, *line));
        let items = page.items.into_iter().map(into_entry).collect::<Result<_>>()?;
        Ok(Page { items, total: page.total, next: page.next })
    }
}

type EntryRow = ((i64, i64, i64, i64), (String, Option<String>, Option<String>, String), i64);

fn into_entry(((_, id, amount, after), (why, note, api_key_id, actor_id), at): EntryRow) -> Result<LedgerEntry> {
    Ok(LedgerEntry {
        id: TransactionId(id),
        amount: MicroUsd(amount),
        balance_after: MicroUsd(after),
        source: source(&why)?,
        note,
        api_key_id,
        actor_id,
        created_at: Timestamp::from_micros(at),
    })
}

pub(super) fn lock(connection: &mut Connection, user: &UserId) -> Result<Option<Wallet>> {
    hold_user(connection, user)?;
    find(connection, user)
}

fn find(connection: &mut Connection, user: &UserId) -> Result<Option<Wallet>> {
    let row: Option<WalletRow> = with_balance()
        .filter(users::id.eq(user.as_str()))
        .filter(users::status.ne(AccountStatus::Deleted.as_str()))
        .select(wallet_row!())
        .first(connection)
        .optional()
        .db()?;
    row.map(into_wallet).transpose()
}

/// Users with what is in their wallets.
#[auto_type(no_type_alias)]
fn with_balance() -> _ {
    let of_user: diesel::dsl::Eq<ledger_accounts::owner, users::id> = ledger_accounts::owner.eq(users::id);
    let slot: diesel::dsl::Eq<ledger_accounts::slot, i64> = ledger_accounts::slot.eq(0_i64);
    let unit: diesel::dsl::Eq<ledger_accounts::unit, &'static str> = ledger_accounts::unit.eq("micro_usd");
    users::table.left_join(ledger_accounts::table.on(of_user.and(unit).and(slot)))
}

type WalletRow = (HolderRow, Option<i64>);

#[derive(Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(Backend))]
struct HolderRow {
    number: i64,
    id: String,
    email: Option<String>,
    display_name: Option<String>,
    credits_frozen: bool,
    is_admin: bool,
    is_owner: bool,
    created_at: i64,
}

fn into_wallet((row, balance): WalletRow) -> Result<Wallet> {
    Ok(Wallet {
        number: row.number,
        user_id: read::user_id("users", "id", &row.id)?,
        email: row.email,
        name: row.display_name,
        balance: MicroUsd(balance.unwrap_or(0)),
        is_frozen: row.credits_frozen,
        is_admin: row.is_admin,
        is_owner: row.is_owner,
        created_at: Timestamp::from_micros(row.created_at),
    })
}
