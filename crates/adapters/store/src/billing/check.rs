//! The check of all books.

use aedile_billing::ledger::{BookCheck, LedgerCheck};
use aedile_kernel::Result;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel::{RunQueryDsl, sql_query};

use crate::connection::{Connection, each};
use crate::error::DriverResult;
use crate::schema::billing::{ledger_accounts, ledger_postings};

/// What must find nothing: which record does not fit, and why not.
const CHECKS: [&str; 10] = [
    "SELECT 'posting ' || posting_id || ' does not sum to zero' AS problem FROM ledger_lines \
     GROUP BY posting_id HAVING SUM(amount) <> 0",
    "SELECT 'posting ' || ledger_postings.id || ' has fewer than two lines' AS problem FROM ledger_postings \
     LEFT JOIN ledger_lines ON posting_id = ledger_postings.id GROUP BY ledger_postings.id HAVING COUNT(ledger_lines.id) < 2",
    "SELECT 'posting ' || posting_id || ' mixes units' AS problem FROM ledger_lines \
     JOIN ledger_accounts ON ledger_accounts.id = account_id GROUP BY posting_id HAVING COUNT(DISTINCT unit) > 1",
    "SELECT 'account ' || ledger_accounts.id || ' of ' || kind || ' ' || owner || ' holds ' || balance || ', and its lines are ' \
     || COALESCE(SUM(amount), 0) AS problem FROM ledger_accounts LEFT JOIN ledger_lines ON account_id = ledger_accounts.id \
     GROUP BY ledger_accounts.id, kind, owner, balance HAVING balance <> COALESCE(SUM(amount), 0)",
    "SELECT 'account ' || id || ' of user ' || owner || ' is below zero' AS problem FROM ledger_accounts \
     WHERE kind = 'user' AND balance < 0",
    "SELECT 'voucher ' || vouchers.id || ' counts ' || uses || ' uses, and has ' || COUNT(ledger_postings.id) || ' postings' \
     AS problem FROM vouchers LEFT JOIN voucher_uses ON voucher_id = vouchers.id \
     LEFT JOIN ledger_postings ON ledger_postings.id = posting_id AND source = 'voucher' \
     GROUP BY vouchers.id, uses HAVING uses <> COUNT(ledger_postings.id)",
    "SELECT 'posting ' || ledger_postings.id || ' is of a voucher that nobody used' AS problem FROM ledger_postings \
     LEFT JOIN voucher_uses ON posting_id = ledger_postings.id WHERE source = 'voucher' AND voucher_id IS NULL",
    "SELECT 'purchase ' || purchases.id || ' is ' || status || ', and has ' || COUNT(ledger_postings.id) || ' sales' AS problem \
     FROM purchases LEFT JOIN ledger_postings ON ledger_postings.reference = 'purchase:' || purchases.id \
     GROUP BY purchases.id, status HAVING COUNT(ledger_postings.id) <> CASE WHEN status = 'pending' THEN 0 ELSE 1 END",
    "SELECT 'purchase ' || id || ' was refunded ' || refunded_cents || ' cents, and its postings say otherwise' AS problem \
     FROM purchases WHERE (refunded_cents > 0 OR id IN (SELECT purchase_id FROM refunds)) AND refunded_cents * 10000 <> (SELECT COALESCE(SUM(amount), 0) FROM ledger_lines \
     JOIN ledger_accounts ON ledger_accounts.id = account_id AND kind = 'stripe' \
     JOIN ledger_postings ON ledger_postings.id = posting_id AND source = 'refund' \
     WHERE ledger_postings.reference LIKE 'refund:' || purchases.id || ':%')",
    "SELECT 'purchase ' || purchases.id || ' was refunded ' || refunded_cents || ' cents, and its refunds say otherwise' AS problem \
     FROM purchases LEFT JOIN refunds ON purchase_id = purchases.id AND refunds.status = 'succeeded' \
     GROUP BY purchases.id, refunded_cents HAVING refunded_cents <> COALESCE(SUM(refunds.amount_cents), 0)",
];

#[derive(QueryableByName)]
struct Problem {
    #[diesel(sql_type = Text)]
    problem: String,
}

impl LedgerCheck for Connection {
    fn check(&mut self, limit: u32) -> Result<BookCheck> {
        let accounts: i64 = ledger_accounts::table.count().get_result(self).db()?;
        let transactions: i64 = ledger_postings::table.count().get_result(self).db()?;
        let mut problems = Vec::new();
        for check in CHECKS {
            let query = sql_query(format!("{check} LIMIT $1")).bind::<BigInt, _>(i64::from(limit));
            let found: Vec<Problem> = each!(self, |c| query.load(c)).db()?;
            problems.extend(found.into_iter().map(|row| row.problem));
        }
        Ok(BookCheck { accounts: accounts.unsigned_abs(), transactions: transactions.unsigned_abs(), problems })
    }
}
