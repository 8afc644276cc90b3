//! Purchases and licences.

use aedile_billing::purchases::{
    CheckoutStatus, NewPurchase, Offer, Purchase, PurchaseId, PurchaseStatus, Purchases, SaleFilter,
};
use aedile_kernel::{Cursor, Error, Page, PageRequest, Position, Reference, Result, Timestamp, UserId};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use super::ledger::hold_user;
use super::sales;
use crate::catalog::is_offered;
use crate::connection::{Backend, Connection, Portable, on_postgres};
use crate::error::{DriverResult, exactly, inconsistent};
use crate::schema::catalog::skills;
use crate::schema::payments::{licences, payment_events, purchases};
use crate::schema::users::users;
use crate::{page, read};

impl Purchases for Connection {
    fn find_offer(&mut self, slug: &str) -> Result<Option<Offer>> {
        type Row = (i64, String, i64, Option<String>, (Option<String>, Option<bool>));
        let row: Option<Row> = skills::table
            .left_join(users::table.on(users::id.nullable().eq(skills::seller_id)))
            .filter(skills::slug.eq(slug))
            .filter(is_offered())
            .select((
                skills::id,
                skills::name,
                skills::price_cents,
                skills::seller_id,
                (users::stripe_connect_id.nullable(), users::payments_enabled.nullable()),
            ))
            .first(self)
            .optional()
            .db()?;
        row.map(|(skill_id, name, price_cents, seller_id, (seller_account, payments_enabled))| {
            let seller_id = seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?;
            Ok(Offer { skill_id, name, price_cents, seller_id, seller_account, payments_enabled })
        })
        .transpose()
    }

    fn lock_licence(&mut self, user: &UserId, skill_id: i64) -> Result<bool> {
        hold_user(self, user)?;
        has_licence(self, user, skill_id)
    }

    fn list_pending(&mut self, user: &UserId, skill_id: i64) -> Result<Vec<Purchase>> {
        let rows: Vec<Row> = with_slugs()
            .filter(purchases::buyer_id.eq(user.as_str()))
            .filter(purchases::skill_id.eq(skill_id))
            .filter(purchases::status.eq(PurchaseStatus::Pending.as_str()))
            .filter(purchases::checkout.ne(CheckoutStatus::Over.as_str()))
            .order(purchases::id.desc())
            .select((PurchaseRow::as_select(), skills::slug))
            .load(self)
            .db()?;
        rows.into_iter().map(into_purchase).collect()
    }

    fn find_standing(&mut self, user: &UserId, skill_id: i64, but: PurchaseId) -> Result<Option<Purchase>> {
        let standing = [PurchaseStatus::Completed, PurchaseStatus::Refunding].map(PurchaseStatus::as_str);
        let row: Option<Row> = with_slugs()
            .filter(purchases::buyer_id.eq(user.as_str()))
            .filter(purchases::skill_id.eq(skill_id))
            .filter(purchases::status.eq_any(standing))
            .filter(purchases::id.ne(but.0))
            .order(purchases::id)
            .select((PurchaseRow::as_select(), skills::slug))
            .first(self)
            .optional()
            .db()?;
        row.map(into_purchase).transpose()
    }

    fn insert(&mut self, new: &NewPurchase) -> Result<Purchase> {
        let id: i64 = diesel::insert_into(purchases::table)
            .values((
                purchases::reference.eq(new.reference.as_str()),
                purchases::buyer_id.eq(new.buyer_id.as_str()),
                purchases::skill_id.eq(new.skill_id),
                purchases::seller_id.eq(new.seller_id.as_str()),
                purchases::amount_cents.eq(new.amount_cents),
                purchases::fee_cents.eq(new.fee_cents),
                purchases::created_at.eq(new.created_at.as_micros()),
            ))
            .returning(purchases::id)
            .get_result(self)
            .db_unique("another purchase has this reference")?;
        find(self, PurchaseId(id))?.ok_or_else(|| Error::internal("a purchase was written and is not there"))
    }

    fn lock(&mut self, id: PurchaseId) -> Result<Option<Purchase>> {
        let row = purchases::table.find(id.0).select(purchases::id);
        let _held: Vec<i64> = on_postgres!(self, |c| row.for_update().load(c)).db()?;
        find(self, id)
    }

    fn find_by_session(&mut self, session_id: &str) -> Result<Option<Purchase>> {
        let with_session = with_slugs().filter(purchases::session_id.eq(session_id));
        let row: Option<Row> =
            with_session.select((PurchaseRow::as_select(), skills::slug)).first(self).optional().db()?;
        row.map(into_purchase).transpose()
    }

    fn find_by_reference(&mut self, reference: &Reference) -> Result<Option<PurchaseId>> {
        let with_reference = purchases::table.filter(purchases::reference.eq(reference.as_str()));
        let id: Option<i64> = with_reference.select(purchases::id).first(self).optional().db()?;
        Ok(id.map(PurchaseId))
    }

    fn find(&mut self, id: PurchaseId) -> Result<Option<Purchase>> {
        find(self, id)
    }

    fn find_by_payment(&mut self, payment_intent: &str) -> Result<Option<PurchaseId>> {
        let with_payment = purchases::table.filter(purchases::payment_intent.eq(payment_intent));
        let id: Option<i64> = with_payment.select(purchases::id).first(self).optional().db()?;
        Ok(id.map(PurchaseId))
    }

    fn update(&mut self, purchase: &Purchase) -> Result<()> {
        let changed = diesel::update(purchases::table.find(purchase.id.0))
            .set((
                purchases::refunded_cents.eq(purchase.refunded_cents),
                purchases::status.eq(purchase.status.as_str()),
                purchases::checkout.eq(purchase.checkout.as_str()),
                purchases::session_id.eq(&purchase.session_id),
                purchases::checkout_url.eq(&purchase.checkout_url),
                purchases::payment_intent.eq(&purchase.payment_intent),
                purchases::completed_at.eq(purchase.completed_at.map(Timestamp::as_micros)),
            ))
            .execute(self)
            .db_unique("another purchase has this session or payment")?;
        exactly(1, changed)
    }

    fn grant_licence(&mut self, purchase: &Purchase, now: Timestamp) -> Result<()> {
        let licence = (
            licences::purchase_id.eq(purchase.id.0),
            licences::user_id.eq(purchase.buyer_id.as_str()),
            licences::skill_id.eq(purchase.skill_id),
            licences::created_at.eq(now.as_micros()),
        );
        let insert = diesel::insert_into(licences::table).values(licence).on_conflict_do_nothing();
        if Portable(insert).execute(self).db()? == 1 || has_licence(self, &purchase.buyer_id, purchase.skill_id)? {
            return Ok(());
        }
        // It was given and ended before.
        let ended = licences::table.filter(licences::purchase_id.eq(purchase.id.0));
        diesel::update(ended).set(licences::ended_at.eq(None::<i64>)).execute(self).db().map(drop)
    }

    fn end_licence(&mut self, id: PurchaseId, now: Timestamp) -> Result<()> {
        let of_purchase = licences::table.filter(licences::purchase_id.eq(id.0)).filter(licences::ended_at.is_null());
        diesel::update(of_purchase).set(licences::ended_at.eq(now.as_micros())).execute(self).db().map(drop)
    }

    fn insert_event(&mut self, event_id: &str, now: Timestamp) -> Result<bool> {
        let event = (payment_events::id.eq(event_id), payment_events::received_at.eq(now.as_micros()));
        let insert = diesel::insert_into(payment_events::table).values(event).on_conflict_do_nothing();
        Ok(Portable(insert).execute(self).db()? == 1)
    }

    fn list(&mut self, buyer: &UserId, page: &PageRequest) -> Result<Page<Purchase>> {
        let of_buyer = purchases::buyer_id.eq(buyer.as_str());
        let query =
            with_slugs().filter(of_buyer).order(purchases::id.desc()).limit(page::rows_to_read(page)).into_boxed();
        let query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => query.filter(purchases::id.lt(cursor.id)),
        };
        let rows: Vec<Row> = query.select((PurchaseRow::as_select(), skills::slug)).load(self).db()?;
        let total = page::total(self, page, |c| purchases::table.filter(of_buyer).count().get_result(c))?;
        let items: Vec<Purchase> = rows.into_iter().map(into_purchase).collect::<Result<_>>()?;
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
    }

    fn list_all(&mut self, filter: &SaleFilter, page: &PageRequest) -> Result<Page<Purchase>> {
        sales::list(self, filter, page)
    }
}

/// Whether the user holds a licence of the skill.
pub(crate) fn has_licence(connection: &mut Connection, user: &UserId, skill_id: i64) -> Result<bool> {
    let in_force = licences::table
        .filter(licences::user_id.eq(user.as_str()))
        .filter(licences::skill_id.eq(skill_id))
        .filter(licences::ended_at.is_null());
    Ok(in_force.select(licences::id).first::<i64>(connection).optional().db()?.is_some())
}

/// Those of these purchases that there are.
pub(super) fn load(connection: &mut Connection, ids: &[i64]) -> Result<Vec<Purchase>> {
    let with_ids = with_slugs().filter(purchases::id.eq_any(ids)).order(purchases::id.desc());
    let rows: Vec<Row> = with_ids.select((PurchaseRow::as_select(), skills::slug)).load(connection).db()?;
    rows.into_iter().map(into_purchase).collect()
}

fn find(connection: &mut Connection, id: PurchaseId) -> Result<Option<Purchase>> {
    let with_id = with_slugs().filter(purchases::id.eq(id.0)).select((PurchaseRow::as_select(), skills::slug));
    let row: Option<Row> = with_id.first(connection).optional().db()?;
    row.map(into_purchase).transpose()
}

/// Purchases with the slugs of their skills.
#[auto_type(no_type_alias)]
pub(super) fn with_slugs() -> _ {
    purchases::table.inner_join(skills::table.on(skills::id.eq(purchases::skill_id)))
}

/// A purchase with the slug of its skill.
pub(super) type Row = (PurchaseRow, String);

#[derive(Queryable, Selectable)]
#[diesel(table_name = purchases, check_for_backend(Backend))]
pub(super) struct PurchaseRow {
    id: i64,
    reference: Option<String>,
    buyer_id: String,
    skill_id: i64,
    seller_id: String,
    amount_cents: i64,
    fee_cents: i64,
    refunded_cents: i64,
    status: String,
    checkout: String,
    session_id: Option<String>,
    checkout_url: Option<String>,
    payment_intent: Option<String>,
    created_at: i64,
    completed_at: Option<i64>,
}

pub(super) fn into_purchase((row, skill_slug): Row) -> Result<Purchase> {
    let status = PurchaseStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
    let checkout = CheckoutStatus::ALL.into_iter().find(|status| status.as_str() == row.checkout);
    Ok(Purchase {
        id: PurchaseId(row.id),
        reference: row.reference.map(Reference::stored).unwrap_or_default(),
        buyer_id: read::user_id("purchases", "buyer_id", &row.buyer_id)?,
        skill_id: row.skill_id,
        skill_slug,
        seller_id: read::user_id("purchases", "seller_id", &row.seller_id)?,
        amount_cents: row.amount_cents,
        fee_cents: row.fee_cents,
        refunded_cents: row.refunded_cents,
        status: status.ok_or_else(|| inconsistent("purchases", "status", &row.status))?,
        checkout: checkout.ok_or_else(|| inconsistent("purchases", "checkout", &row.checkout))?,
        session_id: row.session_id,
        checkout_url: row.checkout_url,
        payment_intent: row.payment_intent,
        created_at: Timestamp::from_micros(row.created_at),
        completed_at: row.completed_at.map(Timestamp::from_micros),
    })
}
