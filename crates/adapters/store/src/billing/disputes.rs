//! Payments that buyers' banks dispute.

use aedile_billing::disputes::{Dispute, DisputeId, Disputes};
use aedile_billing::payments::DisputeStatus;
use aedile_billing::purchases::PurchaseId;
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use diesel::prelude::*;

use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::page;
use crate::schema::payments::disputes;

impl Disputes for Connection {
    fn insert_dispute(&mut self, dispute: &Dispute) -> Result<Dispute> {
        let id: i64 = diesel::insert_into(disputes::table)
            .values((
                disputes::purchase_id.eq(dispute.purchase.0),
                disputes::provider_id.eq(&dispute.provider_id),
                disputes::amount_cents.eq(dispute.amount_cents),
                disputes::reason.eq(&dispute.reason),
                disputes::status.eq(dispute.status.as_str()),
                disputes::due_by.eq(dispute.due_by.map(Timestamp::as_micros)),
                disputes::told_at.eq(dispute.told_at.as_micros()),
                disputes::created_at.eq(dispute.created_at.as_micros()),
            ))
            .returning(disputes::id)
            .get_result(self)
            .db()?;
        Ok(Dispute { id: DisputeId(id), ..dispute.clone() })
    }

    fn update_dispute(&mut self, dispute: &Dispute) -> Result<()> {
        let changed = diesel::update(disputes::table.find(dispute.id.0))
            .set((
                disputes::amount_cents.eq(dispute.amount_cents),
                disputes::reason.eq(&dispute.reason),
                disputes::status.eq(dispute.status.as_str()),
                disputes::due_by.eq(dispute.due_by.map(Timestamp::as_micros)),
                disputes::told_at.eq(dispute.told_at.as_micros()),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn page_of_disputes(&mut self, is_open: Option<bool>, page: &PageRequest) -> Result<Page<Dispute>> {
        let passing = || {
            let statuses =
                DisputeStatus::ALL.into_iter().filter(|status| is_open.is_none_or(|open| open != status.is_closed()));
            let statuses: Vec<&str> = statuses.map(DisputeStatus::as_str).collect();
            disputes::table.filter(disputes::status.eq_any(statuses))
        };
        let query = passing().order(disputes::id.desc()).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(disputes::id.lt(cursor.id)),
        };
        let rows: Vec<DisputeRow> = query.select(DisputeRow::as_select()).load(self).db()?;
        let total = page::total(self, page, |c| passing().count().get_result(c))?;
        let items: Vec<Dispute> = rows.into_iter().map(Dispute::try_from).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }
}

/// The disputes of a purchase, the first one first.
pub(super) fn of_purchase(connection: &mut Connection, purchase: PurchaseId) -> Result<Vec<Dispute>> {
    let of_purchase = disputes::table.filter(disputes::purchase_id.eq(purchase.0)).order(disputes::id);
    let rows: Vec<DisputeRow> = of_purchase.select(DisputeRow::as_select()).load(connection).db()?;
    rows.into_iter().map(Dispute::try_from).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = disputes, check_for_backend(Backend))]
struct DisputeRow {
    id: i64,
    purchase_id: i64,
    provider_id: String,
    amount_cents: i64,
    reason: String,
    status: String,
    due_by: Option<i64>,
    told_at: i64,
    created_at: i64,
}

impl TryFrom<DisputeRow> for Dispute {
    type Error = aedile_kernel::Error;

    fn try_from(row: DisputeRow) -> Result<Self> {
        let status = DisputeStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
        Ok(Self {
            id: DisputeId(row.id),
            purchase: PurchaseId(row.purchase_id),
            provider_id: row.provider_id,
            amount_cents: row.amount_cents,
            reason: row.reason,
            status: status.ok_or_else(|| inconsistent("disputes", "status", &row.status))?,
            due_by: row.due_by.map(Timestamp::from_micros),
            told_at: Timestamp::from_micros(row.told_at),
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}
