//! What may have drifted apart from the payment provider.

use std::collections::HashMap;

use aedile_billing::purchases::{Purchase, PurchaseId, PurchaseStatus};
use aedile_billing::reconcile::Drift;
use aedile_billing::refunds::Refunding;
use aedile_kernel::{Result, Timestamp};
use diesel::prelude::*;

use super::purchases::load;
use super::refunds::list_pending;
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::payments::purchases;

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
        load(self, &ids)
    }

    fn list_unsettled(&mut self, before: Timestamp, limit: u32) -> Result<Vec<(Purchase, Refunding)>> {
        let pending = list_pending(self, before, limit)?;
        let ids: Vec<i64> = pending.iter().map(|refund| refund.purchase.0).collect();
        let purchases = load(self, &ids)?.into_iter().map(|purchase| (purchase.id, purchase));
        let mut purchases: HashMap<PurchaseId, Purchase> = purchases.collect();
        let unsettled = pending.into_iter().filter_map(|refund| {
            // A purchase has one refund under way at most.
            let purchase = purchases.remove(&refund.purchase)?;
            let order = refund.order(purchase.payment_intent.clone()?);
            Some((purchase, Refunding { refund, order }))
        });
        Ok(unsettled.collect())
    }
}
