//! Skills as stored, beside what they take from their category and their seller.

use aedile_catalog::SkillId;
use aedile_catalog::skills::{Rating, Seller, Skill, Source};
use aedile_kernel::{Result, Timestamp};
use diesel::dsl::auto_type;
use diesel::prelude::*;

use crate::connection::{Backend, Connection};
use crate::error::{DriverResult, inconsistent};
use crate::read;
use crate::schema::catalog::{categories, skills};
use crate::schema::users::users;

#[derive(Queryable, Selectable)]
#[diesel(table_name = skills, check_for_backend(Backend))]
pub(super) struct SkillRow {
    id: i64,
    slug: String,
    name: String,
    description: String,
    price_cents: i64,
    currency: String,
    seller_id: Option<String>,
    source: String,
    version: Option<String>,
    rating_sum: i64,
    rating_count: i64,
    downloads: i64,
    created_at: i64,
    updated_at: i64,
}

/// The skill, its category's slug, its seller's slug and name.
pub(super) type JoinedRow = (SkillRow, String, Option<String>, Option<String>);

/// Skills with their categories and sellers.
#[auto_type(no_type_alias)]
pub(super) fn joined() -> _ {
    let category = categories::id.eq(skills::category_id);
    let seller = users::id.nullable().eq(skills::seller_id);
    skills::table.inner_join(categories::table.on(category)).left_join(users::table.on(seller))
}

/// The columns of a [`JoinedRow`].
macro_rules! joined_row {
    () => {
        (
            $crate::catalog::skills_rows::SkillRow::as_select(),
            $crate::schema::catalog::categories::slug,
            $crate::schema::users::users::seller_slug.nullable(),
            $crate::schema::users::users::seller_name.nullable(),
        )
    };
}
pub(super) use joined_row;

/// The skill of this slug, offered or not.
pub(super) fn find(connection: &mut Connection, slug: &str) -> Result<Option<Skill>> {
    let row: Option<JoinedRow> =
        joined().filter(skills::slug.eq(slug)).select(joined_row!()).first(connection).optional().db()?;
    row.map(into_skill).transpose()
}

pub(super) fn into_skills(rows: Vec<JoinedRow>) -> Result<Vec<Skill>> {
    rows.into_iter().map(into_skill).collect()
}

pub(super) fn into_skill((row, category, seller_slug, seller_name): JoinedRow) -> Result<Skill> {
    let seller = seller_slug.zip(seller_name).map(|(slug, display_name)| Seller { slug, display_name });
    Ok(Skill {
        id: SkillId(row.id),
        slug: row.slug,
        name: row.name,
        description: row.description,
        category,
        price_cents: row.price_cents,
        currency: row.currency,
        version: row.version,
        seller,
        seller_id: row.seller_id.as_deref().map(|id| read::user_id("skills", "seller_id", id)).transpose()?,
        rating: Rating { sum: row.rating_sum, count: row.rating_count },
        downloads: row.downloads,
        source: source(&row.source)?,
        created_at: Timestamp::from_micros(row.created_at),
        updated_at: Timestamp::from_micros(row.updated_at),
    })
}

/// Reads where a skill comes from.
pub(super) fn source(name: &str) -> Result<Source> {
    let known = Source::ALL.into_iter().find(|source| source.as_str() == name);
    known.ok_or_else(|| inconsistent("skills", "source", name))
}
