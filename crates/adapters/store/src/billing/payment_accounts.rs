//! What the payment provider says of sellers' accounts.

use aedile_billing::payments::{PaymentAccount, PaymentAccounts};
use aedile_billing::purchases::{CheckoutStatus, PurchaseStatus};
use aedile_kernel::{Result, Timestamp};
use diesel::prelude::*;

use crate::accounts::lock_row;
use crate::connection::Connection;
use crate::error::{DriverResult, exactly};
use crate::read;
use crate::schema::payments::purchases;
use crate::schema::users::users;

impl PaymentAccounts for Connection {
    fn lock(&mut self, account: &str) -> Result<Option<PaymentAccount>> {
        let owner = users::table.filter(users::stripe_connect_id.eq(account)).select(users::id);
        let Some(owner) = owner.first::<String>(self).optional().db()? else { return Ok(None) };
        let seller_id = read::user_id("users", "id", &owner)?;
        lock_row(self, &seller_id)?;
        let columns = (users::payments_enabled, users::payments_told_at);
        let row = users::table.filter(users::id.eq(&owner)).select(columns);
        let (payments_enabled, told_at): (Option<bool>, Option<i64>) = row.first(self).db()?;
        let told_at = told_at.map(Timestamp::from_micros);
        Ok(Some(PaymentAccount { account: account.to_owned(), seller_id, payments_enabled, told_at }))
    }

    fn update(&mut self, account: &PaymentAccount) -> Result<()> {
        let changed = diesel::update(users::table.filter(users::id.eq(account.seller_id.as_str())))
            .set((
                users::payments_enabled.eq(account.payments_enabled),
                users::payments_told_at.eq(account.told_at.map(Timestamp::as_micros)),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)
    }

    fn disconnect(&mut self, account: &PaymentAccount) -> Result<()> {
        let none: Option<&str> = None;
        let changed = diesel::update(users::table.filter(users::id.eq(account.seller_id.as_str())))
            .set((
                users::stripe_connect_id.eq(none),
                users::payment_reference.eq(none),
                users::payments_enabled.eq(None::<bool>),
                users::payments_told_at.eq(None::<i64>),
            ))
            .execute(self)
            .db()?;
        exactly(1, changed)?;
        // Whoever pays on a page that is open would pay an account that is not ours to use.
        let open = purchases::table
            .filter(purchases::seller_id.eq(account.seller_id.as_str()))
            .filter(purchases::status.eq(PurchaseStatus::Pending.as_str()))
            .filter(purchases::checkout.eq(CheckoutStatus::Open.as_str()));
        let over = purchases::checkout.eq(CheckoutStatus::Over.as_str());
        diesel::update(open).set(over).execute(self).db().map(drop)
    }
}
