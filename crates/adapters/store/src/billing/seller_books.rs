//! The books of sellers.

use aedile_billing::earnings::{
    Activity, ActivityKind, BreakdownRow, Earnings, Period, Sale, SellerBooks, SkillFigures,
};
use aedile_billing::purchases::{PurchaseId, PurchaseStatus};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp, UserId};
use diesel::sql_types::{BigInt, Bool, Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, sql_query};

use crate::connection::{Connection, each};
use crate::error::{DriverResult, inconsistent};
use crate::page;

/// What the marketplace kept of a purchase: the fee, less the share of it that was given back, rounded half up.
const FEE_KEPT: &str = "(fee_cents - (2 * fee_cents * refunded_cents + amount_cents) / (2 * amount_cents))";
const DAY_MICROS: i64 = 86_400_000_000;

/// The sums of some purchases.
fn sums() -> String {
    let sum = |what: &str, name: &str| format!("CAST(COALESCE(SUM({what}), 0) AS BIGINT) AS {name}");
    [
        "COUNT(purchases.id) AS sales".to_owned(),
        sum("amount_cents", "gross_cents"),
        sum(FEE_KEPT, "fee_cents"),
        sum("refunded_cents", "refunded_cents"),
    ]
    .join(", ")
}

#[derive(QueryableByName)]
struct SumsRow {
    #[diesel(sql_type = BigInt)]
    sales: i64,
    #[diesel(sql_type = BigInt)]
    gross_cents: i64,
    #[diesel(sql_type = BigInt)]
    fee_cents: i64,
    #[diesel(sql_type = BigInt)]
    refunded_cents: i64,
}

impl From<SumsRow> for Earnings {
    fn from(SumsRow { sales, gross_cents, fee_cents, refunded_cents }: SumsRow) -> Self {
        Self { sales, gross_cents, fee_cents, refunded_cents }
    }
}

#[derive(QueryableByName)]
struct GroupRow {
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(embed)]
    sums: SumsRow,
}

/// The sums of the seller's paid purchases of a time, grouped.
fn grouped(
    connection: &mut Connection,
    seller: &UserId,
    range: Option<Period>,
    key: &str,
    order: &str,
) -> Result<Vec<GroupRow>> {
    let (from, to) = range.map_or((i64::MIN, i64::MAX), |range| (range.from.as_micros(), range.to.as_micros()));
    let sql = format!(
        "SELECT {key} AS key, {} FROM purchases JOIN skills ON skills.id = purchases.skill_id \
         WHERE purchases.seller_id = $1 AND status <> 'pending' AND completed_at >= $2 AND completed_at < $3 \
         GROUP BY 1 ORDER BY {order}",
        sums()
    );
    let query = sql_query(sql).bind::<Text, _>(seller.as_str()).bind::<BigInt, _>(from).bind::<BigInt, _>(to);
    each!(connection, |c| query.load(c)).db()
}

impl SellerBooks for Connection {
    fn earnings(&mut self, seller: &UserId, range: Option<Period>) -> Result<Earnings> {
        let rows = grouped(self, seller, range, "'all'", "1")?;
        Ok(rows.into_iter().next().map(|row| row.sums.into()).unwrap_or_default())
    }

    fn by_skill(&mut self, seller: &UserId, range: Period) -> Result<Vec<BreakdownRow>> {
        let rows = grouped(self, seller, Some(range), "skills.slug", "3 DESC, 1")?;
        Ok(rows.into_iter().map(|row| BreakdownRow { key: row.key, earnings: row.sums.into() }).collect())
    }

    fn by_day(&mut self, seller: &UserId, range: Period) -> Result<Vec<BreakdownRow>> {
        let day = format!("CAST(completed_at / {DAY_MICROS} AS TEXT)");
        let rows = grouped(self, seller, Some(range), &day, "MIN(completed_at)")?;
        rows.into_iter()
            .map(|row| {
                let day: i64 = row.key.parse().map_err(|error| inconsistent("purchases", "completed_at", error))?;
                let key = Timestamp::from_micros(day.saturating_mul(DAY_MICROS)).date();
                Ok(BreakdownRow { key, earnings: row.sums.into() })
            })
            .collect()
    }

    fn sales(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<Sale>> {
        let (before, offset) = place(page);
        let sql = format!(
            "SELECT purchases.id, skills.slug, status, completed_at, CAST(1 AS BIGINT) AS sales, \
             amount_cents AS gross_cents, {FEE_KEPT} AS fee_cents, refunded_cents FROM purchases JOIN skills ON skills.id = purchases.skill_id \
             WHERE purchases.seller_id = $1 AND status <> 'pending' AND purchases.id < $2 \
             ORDER BY purchases.id DESC LIMIT $3 OFFSET $4"
        );
        let query = sql_query(sql)
            .bind::<Text, _>(seller.as_str())
            .bind::<BigInt, _>(before)
            .bind::<BigInt, _>(page::rows_to_read(page))
            .bind::<BigInt, _>(offset);
        let rows: Vec<SaleRow> = each!(self, |c| query.load(c)).db()?;
        let items: Vec<Sale> = rows.into_iter().map(Sale::try_from).collect::<Result<_>>()?;
        let total = match page.position {
            Position::Offset(_) => Some(self.earnings(seller, None)?.sales.unsigned_abs()),
            Position::After(_) => None,
        };
        Ok(page::of_rows(items, page, total, |last| Cursor::new(0, last.purchase.0)))
    }

    fn skills(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<SkillFigures>> {
        let (before, offset) = place(page);
        let sql = format!(
            "SELECT skills.id, slug, name, price_cents, is_active, downloads, {} FROM skills \
             LEFT JOIN purchases ON purchases.skill_id = skills.id AND status <> 'pending' \
             AND purchases.seller_id = skills.seller_id WHERE skills.seller_id = $1 AND skills.id < $2 \
             GROUP BY skills.id, slug, name, price_cents, is_active, downloads ORDER BY skills.id DESC LIMIT $3 OFFSET $4",
            sums()
        );
        let query = sql_query(sql)
            .bind::<Text, _>(seller.as_str())
            .bind::<BigInt, _>(before)
            .bind::<BigInt, _>(page::rows_to_read(page))
            .bind::<BigInt, _>(offset);
        let rows: Vec<SkillRow> = each!(self, |c| query.load(c)).db()?;
        let items = rows.into_iter().map(SkillFigures::from).collect();
        let total = page::total(self, page, |c| {
            use diesel::prelude::*;

            use crate::schema::catalog::skills;
            skills::table.filter(skills::seller_id.eq(seller.as_str())).count().get_result(c)
        })?;
        Ok(page::of_rows(items, page, total, |last: &SkillFigures| Cursor::new(0, last.id)))
    }

    fn activity(&mut self, seller: &UserId, page: &PageRequest) -> Result<Page<Activity>> {
        let (at, number, offset) = match &page.position {
            Position::Offset(offset) => (i64::MAX, i64::MAX, i64::from(*offset)),
            Position::After(cursor) => (cursor.number()?, cursor.id, 0),
        };
        // The three tables number their rows each by itself, so the kind is part of the number.
        let sql = "SELECT * FROM ( \
             SELECT 'sale' AS kind, purchases.id * 3 AS number, slug, amount_cents, CAST(NULL AS BIGINT) AS rating, \
             completed_at AS at FROM purchases \
             JOIN skills ON skills.id = skill_id WHERE purchases.seller_id = $1 AND status <> 'pending' \
             UNION ALL SELECT 'refund', refunds.id * 3 + 1, slug, refunds.amount_cents, CAST(NULL AS BIGINT), refunds.created_at \
             FROM refunds \
             JOIN purchases ON purchases.id = purchase_id JOIN skills ON skills.id = skill_id \
             WHERE purchases.seller_id = $1 AND refunds.status <> 'withdrawn' \
             UNION ALL SELECT 'review', reviews.id * 3 + 2, slug, CAST(NULL AS BIGINT), rating, reviews.updated_at FROM reviews \
             JOIN skills ON skills.id = skill_id WHERE skills.seller_id = $1 AND removed_at IS NULL ) AS happened \
             WHERE at < $2 OR (at = $2 AND number < $3) ORDER BY at DESC, number DESC LIMIT $4 OFFSET $5";
        let query = sql_query(sql)
            .bind::<Text, _>(seller.as_str())
            .bind::<BigInt, _>(at)
            .bind::<BigInt, _>(number)
            .bind::<BigInt, _>(page::rows_to_read(page))
            .bind::<BigInt, _>(offset);
        let rows: Vec<ActivityRow> = each!(self, |c| query.load(c)).db()?;
        let Page { items, total, next } =
            page::of_rows(rows, page, None, |last: &ActivityRow| Cursor::new(last.at, last.number));
        Ok(Page { items: items.into_iter().map(Activity::try_from).collect::<Result<_>>()?, total, next })
    }
}

/// Before which number to begin, and how many to pass over.
fn place(page: &PageRequest) -> (i64, i64) {
    match &page.position {
        Position::Offset(offset) => (i64::MAX, (*offset).into()),
        Position::After(cursor) => (cursor.id, 0),
    }
}

#[derive(QueryableByName)]
struct SaleRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    status: String,
    #[diesel(sql_type = BigInt)]
    completed_at: i64,
    #[diesel(embed)]
    sums: SumsRow,
}

impl TryFrom<SaleRow> for Sale {
    type Error = aedile_kernel::Error;

    fn try_from(row: SaleRow) -> Result<Self> {
        let status = PurchaseStatus::ALL.into_iter().find(|status| status.as_str() == row.status);
        Ok(Self {
            purchase: PurchaseId(row.id),
            skill_slug: row.slug,
            status: status.ok_or_else(|| inconsistent("purchases", "status", &row.status))?,
            earnings: row.sums.into(),
            completed_at: Timestamp::from_micros(row.completed_at),
        })
    }
}

#[derive(QueryableByName)]
struct SkillRow {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = BigInt)]
    price_cents: i64,
    #[diesel(sql_type = Bool)]
    is_active: bool,
    #[diesel(sql_type = BigInt)]
    downloads: i64,
    #[diesel(embed)]
    sums: SumsRow,
}

impl From<SkillRow> for SkillFigures {
    fn from(row: SkillRow) -> Self {
        let SkillRow { id, slug, name, price_cents, is_active, downloads, sums } = row;
        Self { id, slug, name, price_cents, is_active, downloads, earnings: sums.into() }
    }
}

#[derive(QueryableByName)]
struct ActivityRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = BigInt)]
    number: i64,
    #[diesel(sql_type = Text)]
    slug: String,
    #[diesel(sql_type = Nullable<BigInt>)]
    amount_cents: Option<i64>,
    #[diesel(sql_type = Nullable<BigInt>)]
    rating: Option<i64>,
    #[diesel(sql_type = BigInt)]
    at: i64,
}

impl TryFrom<ActivityRow> for Activity {
    type Error = aedile_kernel::Error;

    fn try_from(row: ActivityRow) -> Result<Self> {
        let kind = match row.kind.as_str() {
            "sale" => ActivityKind::Sale,
            "refund" => ActivityKind::Refund,
            "review" => ActivityKind::Review,
            other => return Err(inconsistent("happened", "kind", other)),
        };
        let at = Timestamp::from_micros(row.at);
        Ok(Self { kind, skill_slug: row.slug, amount_cents: row.amount_cents, rating: row.rating, at })
    }
}
