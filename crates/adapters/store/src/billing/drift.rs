//! What may have drifted apart from the payment provider.

use aedile_billing::payments::RefundOrder;
use aedile_billing::purchases::{Purchase, PurchaseId, PurchaseStatus};
use aedile_billing::reconcile::Drift;
use aedile_billing::refunds::{RefundStatus, Refunding, Refunds};
use aedile_kernel::{Result, Timestamp};
use diesel::prelude::*;

use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::payments::{purchases, refunds};

impl Drift for Connection {
    fn list_unpaid(&mut self, before: Timestamp, limit: u32) -> Result<Vec<Purchase>> {
        let ids: Vec<i64> = purchases::table
            .filter(purchases::status.eq(PurchaseStatus::Pending.as_str()))
            .filter(purchases::session_id.is_not_null())
            .filter(purchases::created_at.lt(before.as_micros()))
            .order(purchases::id.desc())
            .limit(limit.into())
            .select(purchases::id)
            .load(self)
            .db()?;
        ids.into_iter().filter_map(|id| super::purchases::find(self, PurchaseId(id)).transpose()).collect()
    }

    fn list_unsettled(&mut self, before: Timestamp, limit: u32) -> Result<Vec<(Purchase, Refunding)>> {
        let ids: Vec<i64> = refunds::table
            .filter(refunds::status.eq(RefundStatus::Pending.as_str()))
            .filter(refunds::created_at.lt(before.as_micros()))
            .order(refunds::id)
            .limit(limit.into())
            .select(refunds::purchase_id)
            .load(self)
            .db()?;
        let mut unsettled = Vec::new();
        for id in ids.into_iter().map(PurchaseId) {
            let Some(purchase) = super::purchases::find(self, id)? else { continue };
            let open = self.list_refunds(id)?.into_iter().find(|refund| refund.status == RefundStatus::Pending);
            if let (Some(refund), Some(payment_intent)) = (open, purchase.payment_intent.clone()) {
                let (ordinal, amount_cents) = (refund.ordinal, refund.amount_cents);
                let order = RefundOrder { purchase: id.0, ordinal, payment_intent, amount_cents };
                unsettled.push((purchase, Refunding { refund, order }));
            }
        }
        Ok(unsettled)
    }
}
