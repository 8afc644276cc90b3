//! What detectors look at.

use aedile_kernel::{Result, Timestamp, UserId};
use aedile_moderation::detectors::AbuseSignals;
use aedile_moderation::flags::{AbuseFlag, NewFlag};
use diesel::prelude::*;

use super::abuse_flags::FlagRow;
use crate::connection::{Connection, Portable, cols, on_postgres};
use crate::error::DriverResult;
use crate::schema::catalog::skills;
use crate::schema::community::reviews;
use crate::schema::moderation::abuse_flags;
use crate::schema::payments::{purchases, refunds};
use crate::schema::users::users;

impl AbuseSignals for Connection {
    fn count_reviews_of(&mut self, seller: &UserId, since: Timestamp) -> Result<u64> {
        hold(self, seller)?;
        let of_seller = skills::table.filter(skills::seller_id.eq(seller.as_str())).select(skills::id);
        let count: i64 = reviews::table
            .filter(reviews::updated_at.gt(since.as_micros()))
            .filter(reviews::skill_id.eq_any(of_seller))
            .count()
            .get_result(self)
            .db()?;
        Ok(count.unsigned_abs())
    }

    fn count_purchases(&mut self, buyer: &UserId, seller: &UserId, since: Timestamp) -> Result<u64> {
        hold(self, buyer)?;
        let count: i64 = purchases::table
            .filter(purchases::buyer_id.eq(buyer.as_str()))
            .filter(purchases::seller_id.eq(seller.as_str()))
            .filter(purchases::completed_at.gt(since.as_micros()))
            .count()
            .get_result(self)
            .db()?;
        Ok(count.unsigned_abs())
    }

    fn count_refunds(&mut self, buyer: &UserId, since: Timestamp) -> Result<u64> {
        hold(self, buyer)?;
        let of_buyer = purchases::table.filter(purchases::buyer_id.eq(buyer.as_str())).select(purchases::id);
        let count: i64 = refunds::table
            .filter(refunds::purchase_id.eq_any(of_buyer))
            .filter(refunds::status.eq("succeeded"))
            .filter(refunds::created_at.gt(since.as_micros()))
            .count()
            .get_result(self)
            .db()?;
        Ok(count.unsigned_abs())
    }

    fn find_email(&mut self, user: &UserId) -> Result<Option<String>> {
        let email = users::table.filter(users::id.eq(user.as_str())).select(users::email);
        Ok(email.first::<Option<String>>(self).optional().db()?.flatten())
    }

    fn insert_flag(&mut self, flag: &NewFlag) -> Result<Option<AbuseFlag>> {
        let statement = diesel::insert_into(abuse_flags::table)
            .values((
                abuse_flags::flag_type.eq(flag.flag_type.as_str()),
                abuse_flags::reference_id.eq(&flag.reference_id),
                abuse_flags::reference_type.eq(flag.reference_type),
                abuse_flags::subject.eq(&flag.subject),
                abuse_flags::details.eq(flag.details.to_string()),
                abuse_flags::created_at.eq(flag.created_at.as_micros()),
            ))
            // The only unique index beside the key is that of open flags.
            .on_conflict_do_nothing()
            .returning(cols::<FlagRow>());
        let rows: Vec<FlagRow> = Portable(statement).load(self).db()?;
        rows.into_iter().next().map(AbuseFlag::try_from).transpose()
    }
}

/// Holds a user's row until the transaction ends, so that those who count the same wait for each other.
fn hold(connection: &mut Connection, user: &UserId) -> Result<()> {
    let row = users::table.filter(users::id.eq(user.as_str())).select(users::number);
    let _held: Vec<i64> = on_postgres!(connection, |c| row.for_no_key_update().load(c)).db()?;
    Ok(())
}
