//! Refunds.

use aedile_billing::disputes::Dispute;
use aedile_billing::purchases::PurchaseId;
use aedile_billing::refunds::{Refund, RefundId, RefundStatus, Refunds};
use aedile_kernel::{Reference, Result, Timestamp};
use diesel::prelude::*;

use super::disputes;
use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::payments::refunds;

impl Refunds for Connection {
    fn list_refunds(&mut self, purchase: PurchaseId) -> Result<Vec<Refund>> {
        let of_purchase = refunds::table.filter(refunds::purchase_id.eq(purchase.0)).order(refunds::ordinal);
        let rows: Vec<RefundRow> = of_purchase.select(RefundRow::as_select()).load(self).db()?;
        rows.into_iter().map(Refund::try_from).collect()
    }

    fn insert_refund(&mut self, refund: &Refund) -> Result<Refund> {
        let id: i64 = diesel::insert_into(refunds::table)
            .values((
                refunds::reference.eq(refund.reference.as_str()),
                refunds::purchase_id.eq(refund.purchase.0),
                refunds::ordinal.eq(refund.ordinal),
                refunds::amount_cents.eq(refund.amount_cents),
                refunds::status.eq(refund.status.as_str()),
                refunds::provider_id.eq(&refund.provider_id),
                (refunds::by_dispute.eq(refund.by_dispute), refunds::unanswered.eq(refund.unanswered)),
                refunds::asked_at.eq(refund.asked_at.map(Timestamp::as_micros)),
                refunds::reason.eq(&refund.reason),
                refunds::created_at.eq(refund.created_at.as_micros()),
            ))
            .returning(refunds::id)
            .get_result(self)
            .db_unique("another refund of this purchase began at the same moment")?;
        Ok(Refund { id: RefundId(id), ..refund.clone() })
    }

    fn find_purchase_of(&mut self, refund: RefundId) -> Result<Option<PurchaseId>> {
        let row = refunds::table.find(refund.0).select(refunds::purchase_id);
        Ok(row.first(self).optional().db()?.map(PurchaseId))
    }

    fn find_refund_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>> {
        let row = refunds::table.filter(refunds::reference.eq(reference.as_str())).select(refunds::purchase_id);
        Ok(row.first(self).optional().db()?.map(PurchaseId))
    }

    fn find_refund_by_provider_id(&mut self, provider_id: &str) -> Result<Option<PurchaseId>> {
        let row = refunds::table.filter(refunds::provider_id.eq(provider_id)).select(refunds::purchase_id);
        Ok(row.first(self).optional().db()?.map(PurchaseId))
    }

    fn update_refund(&mut self, refund: &Refund) -> Result<()> {
        let row = diesel::update(refunds::table.find(refund.id.0));
        let set = (
            refunds::amount_cents.eq(refund.amount_cents),
            refunds::status.eq(refund.status.as_str()),
            refunds::provider_id.eq(&refund.provider_id),
            refunds::unanswered.eq(refund.unanswered),
            refunds::asked_at.eq(refund.asked_at.map(Timestamp::as_micros)),
        );
        exactly(1, row.set(set).execute(self).db()?)
    }

    fn list_disputes(&mut self, purchase: PurchaseId) -> Result<Vec<Dispute>> {
        disputes::of_purchase(self, purchase)
    }
}

/// Refunds begun before then of which it is not known what became of them, the oldest first.
pub(super) fn list_pending(connection: &mut Connection, before: Timestamp, limit: u32) -> Result<Vec<Refund>> {
    let pending = refunds::table
        .filter(refunds::status.eq(RefundStatus::Pending.as_str()))
        .filter(refunds::created_at.lt(before.as_micros()))
        .order(refunds::id)
        .limit(limit.into());
    let rows: Vec<RefundRow> = pending.select(RefundRow::as_select()).load(connection).db()?;
    rows.into_iter().map(Refund::try_from).collect()
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = refunds, check_for_backend(Backend))]
struct RefundRow {
    id: i64,
    reference: String,
    purchase_id: i64,
    ordinal: i64,
    amount_cents: i64,
    status: String,
    provider_id: Option<String>,
    by_dispute: bool,
    unanswered: i64,
    asked_at: Option<i64>,
    reason: String,
    created_at: i64,
}

impl TryFrom<RefundRow> for Refund {
    type Error = aedile_kernel::Error;

    fn try_from(row: RefundRow) -> Result<Self> {
        let status = RefundStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
        Ok(Self {
            id: RefundId(row.id),
            reference: Reference::stored(row.reference),
            purchase: PurchaseId(row.purchase_id),
            ordinal: row.ordinal,
            amount_cents: row.amount_cents,
            status: status.ok_or_else(|| inconsistent("refunds", "status", &row.status))?,
            provider_id: row.provider_id,
            by_dispute: row.by_dispute,
            unanswered: row.unanswered,
            asked_at: row.asked_at.map(Timestamp::from_micros),
            reason: row.reason,
            created_at: Timestamp::from_micros(row.created_at),
        })
    }
}
