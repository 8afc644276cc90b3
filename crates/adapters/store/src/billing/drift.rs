//! What may have drifted apart from the payment provider.

use std::collections::HashMap;

use aedile_billing::purchases::{CheckoutStatus, Purchase, PurchaseId, PurchaseStatus};
use aedile_billing::reconcile::Drift;
use aedile_billing::refunds::Refunding;
use aedile_kernel::{Result, Timestamp};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use super::purchases::load;
use super::refunds::list_pending;
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::schema::payments::purchases;

impl Drift for Connection {
    fn list_unpaid(&mut self, before: Timestamp, now: Option<Timestamp>, limit: u32) -> Result<Vec<Purchase>> {
        let mut waiting = purchases::table
            .filter(purchases::status.eq(PurchaseStatus::Pending.as_str()))
            .filter(purchases::checkout.ne(CheckoutStatus::Over.as_str()))
            .filter(purchases::session_id.is_not_null())
            .filter(purchases::created_at.lt(before.as_micros()))
            .order(purchases::id.desc())
            .limit(limit.into())
            .into_boxed();
        if let Some(now) = now {
            let due = sql::<Bool>("(asked_at IS NULL OR asked_at + (asked_at - created_at) / 4 < ")
                .bind::<BigInt, _>(now.as_micros())
                .sql(")");
            waiting = waiting.filter(due);
        }
        let ids: Vec<i64> = waiting.select(purchases::id).load(self).db()?;
        load(self, &ids)
    }

    fn set_asked(&mut self, asked: &[PurchaseId], now: Timestamp) -> Result<()> {
        let ids: Vec<i64> = asked.iter().map(|purchase| purchase.0).collect();
        let rows = diesel::update(purchases::table.filter(purchases::id.eq_any(ids)));
        rows.set(purchases::asked_at.eq(now.as_micros())).execute(self).db().map(drop)
    }

    fn list_unsettled(&mut self, before: Timestamp, limit: u32) -> Result<Vec<Refunding>> {
        let pending = list_pending(self, before, limit)?;
        let ids: Vec<i64> = pending.iter().map(|refund| refund.purchase.0).collect();
        let purchases = load(self, &ids)?.into_iter().map(|purchase| (purchase.id, purchase.payment_intent));
        let payments: HashMap<PurchaseId, Option<String>> = purchases.collect();
        let unsettled = pending.into_iter().filter_map(|refund| {
            let order = refund.order(payments.get(&refund.purchase)?.clone()?);
            Some(Refunding { refund, order, is_new: false })
        });
        Ok(unsettled.collect())
    }
}
