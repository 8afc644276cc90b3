//! The ledger, from its newest posting back.

use aedile_billing::ledger::{AccountKind, EntryRecord, LedgerReader, TransactionId, TransactionRecord, Unit};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use diesel::prelude::*;

use super::ledger::source;
use crate::connection::{Backend, Connection, each};
use crate::error::{DriverResult, inconsistent};
use crate::schema::billing::{ledger_accounts, ledger_lines, ledger_postings};
use crate::{page, read};

impl LedgerReader for Connection {
    fn list(&mut self, page: &PageRequest) -> Result<Page<TransactionRecord>> {
        let query = ledger_postings::table
            .order(ledger_postings::id.desc())
            .limit(page::rows_to_read(page))
            .select(PostingRow::as_select())
            .into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(ledger_postings::id.lt(cursor.id)),
        };
        let rows: Vec<PostingRow> = query.load(self).db()?;
        let total = page::total(self, page, |c| ledger_postings::table.count().get_result(c))?;
        let page = page::of_rows(rows, page, total, |last| Cursor::new(0, last.id));
        let mut lines = lines(self, &page.items)?.into_iter().peekable();
        let mut items = Vec::with_capacity(page.items.len());
        for posting in page.items {
            let id = posting.id;
            let of_posting = std::iter::from_fn(|| lines.next_if(|line| line.posting_id == id));
            let of_posting = of_posting.map(EntryRecord::try_from).collect::<Result<_>>()?;
            items.push(posting.with(of_posting)?);
        }
        Ok(Page { items, total: page.total, next: page.next })
    }
}

/// The lines of the postings, which are the newest first.
fn lines(connection: &mut Connection, postings: &[PostingRow]) -> Result<Vec<LineRow>> {
    let ids: Vec<i64> = postings.iter().map(|posting| posting.id).collect();
    let query = ledger_lines::table
        .inner_join(ledger_accounts::table.on(ledger_accounts::id.eq(ledger_lines::account_id)))
        .filter(ledger_lines::posting_id.eq_any(&ids))
        .order((ledger_lines::posting_id.desc(), ledger_lines::id));
    let row = (
        ledger_lines::posting_id,
        (ledger_accounts::kind, ledger_accounts::owner, ledger_accounts::unit),
        (ledger_lines::amount, ledger_lines::balance_after),
    );
    type Row = (i64, (String, String, String), (i64, i64));
    let rows: Vec<Row> = each!(connection, |c| query.select(row).load(c)).db()?;
    let line = |(posting_id, (kind, owner, unit), (amount, balance_after))| LineRow {
        posting_id,
        kind,
        owner,
        unit,
        amount,
        balance_after,
    };
    Ok(rows.into_iter().map(line).collect())
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = ledger_postings, check_for_backend(Backend))]
struct PostingRow {
    id: i64,
    source: String,
    note: Option<String>,
    reference: Option<String>,
    actor_id: String,
    api_key_id: Option<String>,
    created_at: i64,
}

impl PostingRow {
    fn with(self, lines: Vec<EntryRecord>) -> Result<TransactionRecord> {
        Ok(TransactionRecord {
            id: TransactionId(self.id),
            source: source(&self.source)?,
            note: self.note,
            reference: self.reference,
            actor_id: self.actor_id,
            api_key_id: self.api_key_id,
            created_at: Timestamp::from_micros(self.created_at),
            lines,
        })
    }
}

struct LineRow {
    posting_id: i64,
    kind: String,
    owner: String,
    unit: String,
    amount: i64,
    balance_after: i64,
}

impl TryFrom<LineRow> for EntryRecord {
    type Error = aedile_kernel::Error;

    fn try_from(row: LineRow) -> Result<Self> {
        let account = AccountKind::ALL.into_iter().find(|kind| kind.as_str() == row.kind);
        let unit = Unit::ALL.into_iter().find(|unit| unit.as_str() == row.unit);
        let owner = Some(row.owner).filter(|owner| !owner.is_empty());
        Ok(Self {
            account: account.ok_or_else(|| inconsistent("ledger_accounts", "kind", &row.kind))?,
            owner: owner.map(|owner| read::user_id("ledger_accounts", "owner", &owner)).transpose()?,
            unit: unit.ok_or_else(|| inconsistent("ledger_accounts", "unit", &row.unit))?,
            amount: row.amount,
            balance_after: row.balance_after,
        })
    }
}
