//! The skills that are offered, for everybody.

use std::collections::HashMap;

use aedile_catalog::SkillId;
use aedile_catalog::reviews::{Reviews, SkillReview};
use aedile_catalog::skills::{Skill, SkillFilter, SkillListing, SkillVersion, Terms};
use aedile_kernel::{Cursor, Page, PageRequest, Position, Result, Timestamp};
use diesel::prelude::*;

use super::skills_rows::{JoinedRow, into_skill, into_skills, joined, joined_row};
use super::{is_offered, skills_search};
use crate::connection::{Backend, Connection};
use crate::error::DriverResult;
use crate::page;
use crate::schema::catalog::{categories, skill_versions, skills};
use crate::schema::community::installations;
use crate::schema::users::users;

impl SkillListing for Connection {
    fn find_skill(&mut self, slug: &str) -> Result<Option<Skill>> {
        let offered = joined().filter(skills::slug.eq(slug)).filter(is_offered());
        let row: Option<JoinedRow> = offered.select(joined_row!()).first(self).optional().db()?;
        row.map(into_skill).transpose()
    }

    fn list_skills(&mut self, filter: &SkillFilter, page: &PageRequest) -> Result<Page<Skill>> {
        let Some(scope) = Scope::of(self, filter)? else {
            return Ok(Page { items: Vec::new(), total: None, next: None });
        };
        let mut query = joined()
            .filter(is_offered())
            .order((skills::created_at.desc(), skills::id.desc()))
            .limit(page::rows_to_read(page))
            .into_boxed();
        if let Some(category) = scope.category {
            query = query.filter(skills::category_id.eq(category));
        }
        if let Some(seller) = scope.seller {
            query = query.filter(skills::seller_id.eq(seller));
        }
        if filter.min_price_cents.or(filter.max_price_cents).is_some() {
            query = query.filter(skills::price_cents.between(scope.min_price, scope.max_price));
        }
        query = match &page.position {
            Position::Offset(offset) => query.offset((*offset).into()),
            Position::After(cursor) => {
                let (key, id) = (cursor.number()?, cursor.id);
                let older = skills::created_at.lt(key).or(skills::id.lt(id));
                // The plain bound beside the exact one lets both databases start in the middle of the index.
                query.filter(skills::created_at.le(key)).filter(older)
            }
        };
        let items = into_skills(query.select(joined_row!()).load(self).db()?)?;
        Ok(page::of_rows(items, page, None, |last| Cursor::new(last.created_at.as_micros(), last.id.0)))
    }

    fn search_skills(&mut self, terms: &Terms, filter: &SkillFilter, limit: u32, offset: u32) -> Result<Vec<Skill>> {
        let Some(scope) = Scope::of(self, filter)? else { return Ok(Vec::new()) };
        let ranked = skills_search::hits(self, terms, &scope, limit, offset)?;
        let found = joined().filter(skills::id.eq_any(&ranked)).select(joined_row!());
        let rows = into_skills(found.load(self).db()?)?;
        let mut by_id: HashMap<i64, Skill> = rows.into_iter().map(|skill| (skill.id.0, skill)).collect();
        Ok(ranked.iter().filter_map(|id| by_id.remove(id)).collect())
    }

    fn list_versions(&mut self, id: SkillId, limit: u32) -> Result<Vec<SkillVersion>> {
        let rows: Vec<VersionRow> = skill_versions::table
            .filter(skill_versions::skill_id.eq(id.0))
            // Versions only grow, so the last one that came is the greatest.
            .order(skill_versions::id.desc())
            .limit(limit.into())
            .select(VersionRow::as_select())
            .load(self)
            .db()?;
        Ok(rows.into_iter().map(SkillVersion::from).collect())
    }

    fn count_versions(&mut self, id: SkillId) -> Result<u64> {
        let of_skill = skill_versions::table.filter(skill_versions::skill_id.eq(id.0));
        let count: i64 = of_skill.count().get_result(self).db()?;
        Ok(count.unsigned_abs())
    }

    fn list_latest_reviews(&mut self, id: SkillId, limit: u32) -> Result<Vec<SkillReview>> {
        let page = PageRequest { limit, position: Position::Offset(0) };
        Ok(Reviews::list(self, id, &page)?.items)
    }

    fn count_skill_installations(&mut self, id: SkillId) -> Result<u64> {
        let of_skill = installations::table.filter(installations::skill_id.eq(id.0));
        let recorded: i64 = of_skill.count().get_result(self).db()?;
        // Those of which no record is kept.
        let counted: i64 = skills::table.find(id.0).select(skills::installs).first(self).db()?;
        Ok(recorded.saturating_add(counted).unsigned_abs())
    }
}

/// A filter in the store's own numbers.
pub(super) struct Scope {
    pub(super) category: Option<i64>,
    pub(super) seller: Option<String>,
    pub(super) min_price: i64,
    pub(super) max_price: i64,
}

impl Scope {
    /// `None` when no skill passes, since the category or the seller does not exist.
    fn of(connection: &mut Connection, filter: &SkillFilter) -> Result<Option<Self>> {
        let category = match &filter.category {
            None => None,
            Some(slug) => {
                let category = categories::table.filter(categories::slug.eq(slug)).select(categories::id);
                let Some(id) = category.first(connection).optional().db()? else { return Ok(None) };
                Some(id)
            }
        };
        let seller = match &filter.seller {
            None => None,
            Some(slug) => {
                let seller = users::table.filter(users::seller_slug.eq(slug)).select(users::id);
                let Some(id) = seller.first(connection).optional().db()? else { return Ok(None) };
                Some(id)
            }
        };
        let (min_price, max_price) = (filter.min_price_cents.unwrap_or(0), filter.max_price_cents.unwrap_or(i64::MAX));
        Ok(Some(Self { category, seller, min_price, max_price }))
    }
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = skill_versions, check_for_backend(Backend))]
struct VersionRow {
    version: String,
    sha256: String,
    size_bytes: i64,
    entries: i64,
    created_at: i64,
}

impl From<VersionRow> for SkillVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            version: row.version,
            sha256: row.sha256,
            size_bytes: row.size_bytes,
            entries: row.entries,
            created_at: Timestamp::from_micros(row.created_at),
        }
    }
}
