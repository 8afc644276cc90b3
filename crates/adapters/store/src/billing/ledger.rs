//! Transactions and balances.

use aedile_billing::ledger::{
    Account, Ledger, LedgerEntry, LedgerTransaction, PostedTransaction, Source, TransactionId,
};
use aedile_kernel::{Error, Result, UserId};
use diesel::prelude::*;

use crate::connection::{Connection, Portable, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::billing::{ledger_accounts, ledger_lines, ledger_postings};

/// How many accounts of each kind the platform has.
const SLOTS: i64 = 16;

impl Ledger for Connection {
    fn post(&mut self, transaction: &LedgerTransaction) -> Result<Option<PostedTransaction>> {
        let mut slot = 0;
        let mut written = Vec::with_capacity(transaction.entries().len());
        for LedgerEntry { account, amount } in transaction.entries() {
            let (id, balance) = open(self, account, if account.owner.is_none() { slot } else { 0 })?;
            // Users come first in a transaction, and are spread over the platform's accounts by their own.
            slot = id % SLOTS;
            let balance = balance.checked_add(*amount).ok_or_else(out_of_range)?;
            if balance < 0 && !account.may_be_negative() {
                return Ok(None);
            }
            written.push((id, *amount, balance));
        }
        let id: i64 = diesel::insert_into(ledger_postings::table)
            .values((
                ledger_postings::source.eq(transaction.source.as_str()),
                ledger_postings::note.eq(&transaction.note),
                ledger_postings::reference.eq(&transaction.reference),
                ledger_postings::actor_id.eq(&transaction.actor_id),
                ledger_postings::api_key_id.eq(&transaction.api_key_id),
                ledger_postings::created_at.eq(transaction.created_at.as_micros()),
            ))
            .returning(ledger_postings::id)
            .get_result(self)
            .db_unique("this was posted before")?;
        for (account_id, amount, balance_after) in &written {
            let line = (
                ledger_lines::posting_id.eq(id),
                ledger_lines::account_id.eq(account_id),
                ledger_lines::amount.eq(amount),
                ledger_lines::balance_after.eq(balance_after),
            );
            exactly(1, diesel::insert_into(ledger_lines::table).values(line).execute(self).db()?)?;
            let account = diesel::update(ledger_accounts::table.find(account_id));
            exactly(1, account.set(ledger_accounts::balance.eq(balance_after)).execute(self).db()?)?;
        }
        let (_, _, balance_after) = written.first().ok_or_else(|| Error::internal("a transaction without lines"))?;
        Ok(Some(PostedTransaction { id: TransactionId(id), balance_after: *balance_after }))
    }

    fn balance(&mut self, account: &Account) -> Result<i64> {
        let slots = ledger_accounts::table
            .filter(ledger_accounts::owner.eq(owner(account)))
            .filter(ledger_accounts::unit.eq(account.unit.as_str()))
            .filter(ledger_accounts::kind.eq(account.kind.as_str()));
        let balances: Vec<i64> = slots.select(ledger_accounts::balance).load(self).db()?;
        balances.iter().try_fold(0_i64, |sum, balance| sum.checked_add(*balance)).ok_or_else(out_of_range)
    }
}

/// The account's number and balance.
type AccountRow = (i64, i64);

/// The account, opened if it was not, and held until the transaction ends.
fn open(connection: &mut Connection, account: &Account, slot: i64) -> Result<AccountRow> {
    if let Some(row) = find(connection, account, slot)? {
        return Ok(row);
    }
    let new = (
        ledger_accounts::kind.eq(account.kind.as_str()),
        ledger_accounts::unit.eq(account.unit.as_str()),
        ledger_accounts::owner.eq(owner(account)),
        ledger_accounts::slot.eq(slot),
    );
    let insert = diesel::insert_into(ledger_accounts::table).values(new).on_conflict_do_nothing();
    Portable(insert).execute(connection).db()?;
    find(connection, account, slot)?.ok_or_else(|| Error::internal("an account was opened and is not there"))
}

fn find(connection: &mut Connection, account: &Account, slot: i64) -> Result<Option<AccountRow>> {
    let row = ledger_accounts::table
        .filter(ledger_accounts::owner.eq(owner(account)))
        .filter(ledger_accounts::unit.eq(account.unit.as_str()))
        .filter(ledger_accounts::kind.eq(account.kind.as_str()))
        .filter(ledger_accounts::slot.eq(slot))
        .select((ledger_accounts::id, ledger_accounts::balance));
    match connection {
        Connection::Sqlite(c) => row.first(c),
        Connection::Postgres(c) => row.for_no_key_update().first(c),
    }
    .optional()
    .db()
}

/// The platform's own accounts have no owner.
fn owner(account: &Account) -> &str {
    account.owner.as_ref().map_or("", UserId::as_str)
}

fn out_of_range() -> Error {
    Error::invalid("amount", "makes a balance that is out of range")
}

/// Reads why something was posted.
pub(super) fn source(name: &str) -> Result<Source> {
    let known = Source::ALL.into_iter().find(|source| source.as_str() == name);
    known.ok_or_else(|| inconsistent("ledger_postings", "source", name))
}

/// Holds a user's row until the transaction ends.
pub(super) fn hold_user(connection: &mut Connection, user: &UserId) -> Result<()> {
    use crate::schema::users::users;
    let row = users::table.filter(users::id.eq(user.as_str())).select(users::number);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_no_key_update().load(c)).db()?;
    Ok(())
}
