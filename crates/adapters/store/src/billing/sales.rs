//! The purchases of everybody.

use aedile_billing::purchases::{Purchase, SaleFilter};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result};
use diesel::prelude::*;

use super::purchases::{PurchaseRow, Row, into_purchase, with_slugs};
use crate::connection::Connection;
use crate::error::DriverResult;
use crate::page;
use crate::schema::catalog::skills;
use crate::schema::payments::purchases;

pub(super) fn list(connection: &mut Connection, filter: &SaleFilter, page: &PageRequest) -> Result<Page<Purchase>> {
    let passing = || {
        let mut query = with_slugs().into_boxed();
        if let Some(status) = filter.status {
            query = query.filter(purchases::status.eq(status.as_str()));
        }
        if let Some(buyer) = &filter.buyer_id {
            query = query.filter(purchases::buyer_id.eq(buyer.as_str()));
        }
        if let Some(seller) = &filter.seller_id {
            query = query.filter(purchases::seller_id.eq(seller.as_str()));
        }
        if let Some(slug) = &filter.skill_slug {
            query = query.filter(skills::slug.eq(slug));
        }
        query
    };
    let query = passing().order(purchases::id.desc()).limit(page::rows_to_read(page));
    let query = match &page.position {
        Position::Offset(offset) => query.offset((*offset).into()),
        Position::After(cursor) => query.filter(purchases::id.lt(cursor.id)),
    };
    let rows: Vec<Row> = query.select((PurchaseRow::as_select(), skills::slug)).load(connection).db()?;
    let total = page::total(connection, page, |c| passing().count().get_result(c))?;
    let items: Vec<Purchase> = rows.into_iter().map(into_purchase).collect::<Result<_>>()?;
    Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.id.0)))
}
