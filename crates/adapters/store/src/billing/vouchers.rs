//! Vouchers.

use aedile_billing::ledger::TransactionId;
use aedile_billing::vouchers::{CodeHash, NewVoucher, Voucher, VoucherId, Vouchers};
use aedile_billing::wallets::Wallet;
use aedile_kernel::{Cursor, Error, MicroUsd, Page, PageRequest, Position, Result, Timestamp, UserId};
use diesel::prelude::*;

use super::wallets;
use crate::connection::{Backend, Connection, on_postgres};
use crate::error::{DriverResult, exactly};
use crate::page;
use crate::schema::billing::{voucher_uses, vouchers};

impl Vouchers for Connection {
    fn lock_wallet(&mut self, user: &UserId) -> Result<Option<Wallet>> {
        wallets::lock(self, user)
    }

    fn insert(&mut self, like: &Voucher, new: &[NewVoucher]) -> Result<Vec<VoucherId>> {
        let mut ids = Vec::with_capacity(new.len());
        for voucher in new {
            let id: i64 = diesel::insert_into(vouchers::table)
                .values((
                    vouchers::code_hash.eq(voucher.code_hash.as_str()),
                    vouchers::code_hint.eq(&voucher.code_hint),
                    vouchers::amount.eq(like.amount.0),
                    vouchers::max_uses.eq(like.max_uses),
                    vouchers::expires_at.eq(like.expires_at.map(Timestamp::as_micros)),
                    vouchers::created_by.eq(&like.created_by),
                    vouchers::api_key_id.eq(&like.api_key_id),
                    vouchers::created_at.eq(like.created_at.as_micros()),
                ))
                .returning(vouchers::id)
                .get_result(self)
                .db_unique("these codes were minted before: try again, with another Idempotency-Key")?;
            ids.push(VoucherId(id));
        }
        Ok(ids)
    }

    fn list(&mut self, page: &PageRequest) -> Result<Page<Voucher>> {
        let query = vouchers::table.order(vouchers::id.desc()).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(vouchers::id.lt(cursor.id)),
        };
        let rows: Vec<VoucherRow> = query.select(VoucherRow::as_select()).load(self).db()?;
        let total = page::total(self, page, |c| vouchers::table.count().get_result(c))?;
        let items = rows.into_iter().map(Voucher::from).collect();
        Ok(page::of_rows(items, page, total, |last: &Voucher| Cursor::new(0, last.id.0)))
    }

    fn lock(&mut self, id: VoucherId) -> Result<Option<Voucher>> {
        let row = vouchers::table.find(id.0);
        let _held: Vec<i64> = on_postgres!(self, |c| row.select(vouchers::id).for_update().load(c)).db()?;
        let row: Option<VoucherRow> = row.select(VoucherRow::as_select()).first(self).optional().db()?;
        Ok(row.map(Voucher::from))
    }

    fn lock_by_code(&mut self, code: &CodeHash) -> Result<Option<Voucher>> {
        let row = vouchers::table.filter(vouchers::code_hash.eq(code.as_str())).select(vouchers::id);
        match row.first(self).optional().db()? {
            Some(id) => Vouchers::lock(self, VoucherId(id)),
            None => Ok(None),
        }
    }

    fn is_used_by(&mut self, id: VoucherId, user: &UserId) -> Result<bool> {
        let used = voucher_uses::table.find((id.0, user.as_str())).select(voucher_uses::voucher_id);
        Ok(used.first::<i64>(self).optional().db()?.is_some())
    }

    fn use_up(&mut self, id: VoucherId, user: &UserId, posting: TransactionId, now: Timestamp) -> Result<()> {
        let left = vouchers::table.find(id.0).filter(vouchers::uses.lt(vouchers::max_uses));
        let counted = diesel::update(left).set(vouchers::uses.eq(vouchers::uses + 1)).execute(self).db()?;
        if counted == 0 {
            return Err(Error::conflict("this voucher is used up"));
        }
        let inserted = diesel::insert_into(voucher_uses::table)
            .values((
                voucher_uses::voucher_id.eq(id.0),
                voucher_uses::user_id.eq(user.as_str()),
                voucher_uses::posting_id.eq(posting.0),
                voucher_uses::created_at.eq(now.as_micros()),
            ))
            .execute(self)
            .db_unique("you have used this voucher")?;
        exactly(1, inserted)
    }

    fn set_withdrawn(&mut self, id: VoucherId, now: Timestamp) -> Result<()> {
        let row = diesel::update(vouchers::table.find(id.0));
        exactly(1, row.set(vouchers::withdrawn_at.eq(now.as_micros())).execute(self).db()?)
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = vouchers, check_for_backend(Backend))]
struct VoucherRow {
    id: i64,
    code_hint: String,
    amount: i64,
    max_uses: i64,
    uses: i64,
    expires_at: Option<i64>,
    withdrawn_at: Option<i64>,
    created_by: String,
    api_key_id: Option<String>,
    created_at: i64,
}

impl From<VoucherRow> for Voucher {
    fn from(row: VoucherRow) -> Self {
        Self {
            id: VoucherId(row.id),
            code_hint: row.code_hint,
            amount: MicroUsd(row.amount),
            max_uses: row.max_uses,
            uses: row.uses,
            expires_at: row.expires_at.map(Timestamp::from_micros),
            withdrawn_at: row.withdrawn_at.map(Timestamp::from_micros),
            created_by: row.created_by,
            api_key_id: row.api_key_id,
            created_at: Timestamp::from_micros(row.created_at),
        }
    }
}
